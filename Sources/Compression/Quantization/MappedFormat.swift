import Catalog
import Encodings
import Tensors

/// A format that says what each weight becomes; the numbers it gives are its levels.
///
///     ŵ = f(w)        levels = the different numbers among them, in ascending order
///
/// The levels are stored with the codes, 32 bits each. Further training rounds to the nearest of
/// these levels: the formula itself would be applied to its own results.
public protocol MappedFormat: WeightFormat {
  /// What each weight becomes.
  ///
  /// - Returns: a tensor of the same shape.
  func mapped(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> Tensor

  /// Steps from `w` to `mapped`; by default the results are given as they are.
  func addSteps(
    _ steps: inout DerivationSteps, _ inputs: inout [(name: String, value: Tensor)],
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize) throws

  /// The format as it was meant, where that is asked for instead.
  var intended: Quantize? { get }
}

extension MappedFormat {
  public var intended: Quantize? { nil }

  public func quantized(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> EncodedTensor {
    if let intended { return try intended(x) }
    let results = try checked(mapped(x, others, with: quantize), x, quantize)
    let levels = Set(results.map { $0 + 0 })
    guard levels.count <= LevelTable.mostLevels else {
      throw QuantizeError.tooManyLevels(levels.count, format: name)
    }
    let table = try LevelTable(tableName, levels.isEmpty ? [0] : Array(levels))
    let grid = Grid(
      format: .table(table), rule: .own, scales: [1], scaleCoding: .implied(exponent: 0),
      codes: results.map(table.nearestCode), isSimulated: quantize.simulates)
    return try EncodedTensor(x.shape, grid: grid, kept: x.kept)
  }

  /// As files keep it: the format's name, cut to what a table may be called.
  private var tableName: String {
    let isFree = name.utf8.count <= 64 && !["nf4", "ternary", "binary"].contains(name)
    return isFree ? name : "own"
  }

  private func checked(_ results: Tensor, _ x: EncodedTensor, _ quantize: Quantize) throws
    -> [Float]
  {
    guard results.shape == x.shape else {
      throw QuantizeError.wrongShape(results.shape, wanted: x.shape, format: name)
    }
    var scalars = results.scalars
    if let kept = x.kept { for index in scalars.indices where !kept[index] { scalars[index] = 0 } }
    if let first = scalars.firstIndex(where: { !$0.isFinite }) {
      throw QuantizeError.notFinite(
        count: scalars.count { !$0.isFinite }, first: first, value: scalars[first])
    }
    return scalars
  }

  public func rounded(_ weights: Tensor, kept: Bitmap?, with quantize: Quantize) throws -> Tensor {
    try quantized(EncodedTensor(weights, kept: kept), [:], with: quantize).values
  }

  public func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> WorkedDerivation {
    if let intended { return try intended.derivation(x) }
    let result = try quantized(x, others, with: quantize)
    var steps = DerivationSteps()
    var inputs: [(name: String, value: Tensor)] = [("w", try x.values)]
    if x.count == 0 {
      steps.add("ŵ", "ŵ = w", "w", "there is nothing to quantize")
    } else {
      try addSteps(&steps, &inputs, x, others, with: quantize)
      if let kept = x.kept {
        inputs.append(("kept", try kept.ones(x.shape)))
        steps.add("ŵ", "ŵ = v where kept, else 0", "where(kept == 1, v, 0)")
      } else {
        steps.add("ŵ", "ŵ = v", "v + 0")
      }
      steps.add(
        "levels", "different numbers among them",
        "\(result.grid.map { grid in grid.format.codes.count } ?? 0)",
        "each is stored once, and a code for each weight")
      if !quantize.simulates { steps.addBits(result) }
    }
    return WorkedDerivation(
      derivation: Derivation(title: name, steps: steps.steps, result: "ŵ"), inputs: inputs)
  }

  public func addSteps(
    _ steps: inout DerivationSteps, _ inputs: inout [(name: String, value: Tensor)],
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws {
    inputs.append(("given", try mapped(x, others, with: quantize)))
    steps.add("v", "v = \(name)", "given", "what the function gives")
  }
}
