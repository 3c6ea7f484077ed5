import Catalog
import Encodings
import Tensors

/// A derivation together with the values that its expressions start from.
///
/// The first input is always `w`, the tensor as floats. Expressions use nothing else of the
/// language than arithmetic, comparisons, `and`, `abs max min round clamp count sort reshape where
/// tensor sum std sqrt`, `axis:`, `.count` and indexing; a 0/1 tensor stands for a mask.
public struct WorkedDerivation: Sendable {
  /// Steps whose `result` is the operator's own values; steps behind it only count bits.
  public var derivation: Derivation
  public var inputs: [(name: String, value: Tensor)]
}

/// The steps of a derivation as they are added.
public struct DerivationSteps {
  private(set) var steps: [Derivation.Step] = []

  init() {}

  mutating func add(
    _ symbol: String, _ formula: String, _ expression: String, _ remark: String = ""
  ) {
    steps.append(Derivation.Step(symbol, formula, expression, remark: remark))
  }

  /// What the tensor takes as floats, and what it takes as it is stored, item by item.
  mutating func addBits(_ stored: EncodedTensor) {
    add("dense", "n · 32 bits", "w.count * 32", "as plain floats")
    let items = stored.footprint.items.filter { $0.kind != .padding }
    guard !items.isEmpty else { return }
    add(
      "bits", items.map { "\($0.kind.rawValue) \($0.bits)" }.joined(separator: " + "),
      items.map {
        $0.count > 1 && $0.bits % $0.count == 0
          ? "\($0.count) * \($0.bits / $0.count)" : "\($0.bits)"
      }
      .joined(separator: " + "), "stored as \(stored.layout), headers and padding not counted")
  }

  /// A number as the language writes it, exactly.
  static func literal(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }

  static func literals(_ values: [Double]) -> String {
    values.map(literal).joined(separator: ", ")
  }
}
