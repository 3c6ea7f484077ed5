import Encodings
import Networks
import Tensors

/// Finds how to write the numbers of a plan, once they are what they are.
///
/// Each part may have a coder of its own or none. A coder for some costs a line that names them, so
/// one for all is tried too.
struct PlanPacking {
  private let plan: CompressionPlan
  private let packings: [PlanStep]
  /// By part, then by packing, the first of which is none.
  ///
  /// `nil` where one cannot write a part.
  private let bytes: [[Int?]]

  /// - Complexity: each tensor is written once by each coder.
  init(_ model: Model, _ plan: CompressionPlan, _ packings: [PlanStep]) throws {
    self.plan = plan
    self.packings = packings
    var random = Random(seed: 0)
    bytes = try plan.parts.map { part in
      // A bias on plain floats has no codes.
      guard part.isWeight || part.coding != nil else { return [0] + packings.map { _ in nil } }
      let tensors = try model.parameters(of: part).map { try $0.parameter.value.encoded }
      return try [tensors.reduce(0) { $0 + $1.bytes }]
        + packings.map { packing in
          let verb = try packing.weightVerb()
          do {
            return try tensors.reduce(0) { try $0 + verb($1, [:], random: &random).bytes }
          } catch is EncodeError, is EncodingError {
            return nil
          }
        }
    }
  }

  /// The plan with the packings that make the file smallest; of equals the plainer.
  var smallest: CompressionPlan {
    let own = bytes.map { sizes in
      sizes.indices.min { (sizes[$0] ?? .max, $0) < (sizes[$1] ?? .max, $1) } ?? 0
    }
    let uniform = packings.indices.map { packing in
      bytes.map { $0[packing + 1] == nil ? 0 : packing + 1 }
    }
    // What one coder writes, another or none: without the coders that save less than they say.
    let weightsOnly = uniform.map { zip($0, plan.parts).map { $1.isWeight ? $0 : 0 } }
    let none = bytes.map { _ in 0 }
    var best = (plan: planned(none), bytes: length(none))
    for choice in uniform + weightsOnly + [own] {
      let bytes = length(choice)
      if bytes < best.bytes { best = (planned(choice), bytes) }
    }
    return best.plan
  }

  private func planned(_ choice: [Int]) -> CompressionPlan {
    var planned = plan
    for (place, packing) in choice.enumerated() {
      planned.parts[place].packing = packing == 0 ? nil : packings[packing - 1]
    }
    return planned
  }

  /// The bytes of the parts, and of the lines in the recipe, each behind its length.
  private func length(_ choice: [Int]) -> Int {
    let parts = zip(bytes, choice).reduce(0) { $0 + ($1.0[$1.1] ?? 0) }
    return planned(choice).packings.reduce(parts) { $0 + $1.text.utf8.count + 1 }
  }
}
