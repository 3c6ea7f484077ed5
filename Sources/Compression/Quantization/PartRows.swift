import Encodings
import Tensors

/// The parts of a tensor as the rows of a matrix, for derivations and sums.
///
/// The whole tensor stays as it is; slices of axis 0 and groups become `[parts, weights]`, groups
/// of uneven rows filled up with zeros.
public struct PartRows {
  let shape: Shape
  let partition: Partition
  /// How steps call the rows: `w` where nothing had to be reshaped.
  public let name: String
  /// The weights themselves, in a derivation.
  var weights: WeightParts?
  private let rowCount: Int
  private let rowLength: Int
  let width: Int

  init(_ shape: Shape, _ partition: Partition) throws {
    self.shape = shape
    self.partition = partition
    let lengths = shape.dimensions
    let isMatrix = lengths.count >= 2
    switch partition {
    case .tensor: (rowCount, rowLength, width) = (1, shape.count, shape.count)
    case .axis:
      rowCount = lengths.first ?? 1
      rowLength = lengths.dropFirst().reduce(1, *)
      width = rowLength
    case .groups(let size):
      rowCount = isMatrix ? lengths[0] : 1
      rowLength = isMatrix ? lengths.dropFirst().reduce(1, *) : shape.count
      width = max(1, min(size, rowLength))
    }
    let isPlain =
      partition == .tensor || (lengths.count == 2 && width == rowLength && rowCount == lengths[0])
    name = isPlain ? "w" : "rows"
  }

  /// The rows of a derivation, which knows the weights.
  init(_ weights: WeightParts) throws {
    try self.init(weights.values.shape, weights.partition)
    self.weights = weights
  }

  /// Parts in each row of the tensor.
  private var perRow: Int {
    if case .groups = partition { return (rowLength + width - 1) / width }
    return 1
  }

  /// Zeros that fill up the last group of each row.
  private var filling: Int { perRow * width - rowLength }

  var count: Int { partition == .tensor ? 1 : rowCount * perRow }

  /// Whether one scale serves all.
  var isWhole: Bool { partition == .tensor }

  /// `of each channel`, behind a formula.
  var mark: String {
    switch partition {
    case .tensor: ""
    case .axis: " of each channel"
    case .groups: " of each group"
    }
  }

  /// `each channel`, in a title.
  var title: String {
    switch partition {
    case .tensor: "whole tensor"
    case .axis: "each channel"
    case .groups(let size): "groups of \(size)"
    }
  }

  /// The rows of a tensor of this shape.
  func rows(_ tensor: Tensor) throws -> Tensor {
    if isWhole { return tensor }
    var rows = try tensor.reshaped([rowCount, rowLength])
    if filling > 0 { rows = try rows.padded([(0, 0), (0, filling)]) }
    return try rows.reshaped([count, width])
  }

  /// The step that makes the rows, where there is something to make.
  func addRows(_ steps: inout DerivationSteps) {
    if name == "w" { return }
    steps.add("rows", "rows of w, one\(mark.dropFirst(3))", rowsOf("w"))
  }

  /// The rows of another tensor of the weights' shape.
  func rowsOf(_ tensor: String) -> String {
    if name == "w" { return tensor }
    guard filling > 0 else { return "reshape(\(tensor), \(count), \(width))" }
    let filled =
      "concat(reshape(\(tensor), \(rowCount), \(rowLength)), zeros(\(rowCount), \(filling)), axis: 1)"
    return "reshape(\(filled), \(count), \(width))"
  }

  /// An expression over the rows in the shape of the weights again.
  func restored(_ rows: String) -> String {
    if name == "w" { return rows }
    let lengths = shape.dimensions.map(String.init).joined(separator: ", ")
    guard filling > 0 else { return "reshape(\(rows), \(lengths))" }
    let cut = "reshape(\(rows), \(rowCount), \(perRow * width))[0..<\(rowCount), 0..<\(rowLength)]"
    return "reshape(\(cut), \(lengths))"
  }

  /// One number, or one a part as a column.
  func column(_ values: [Double]) -> String {
    guard !isWhole, values.count > 1 else { return DerivationSteps.literals(values) }
    return "reshape(tensor([\(DerivationSteps.literals(values))]), \(count), 1)"
  }

  /// A reduction of everything, or of each row as a column.
  func reduction(_ function: String, _ of: String) -> String {
    isWhole ? "\(function)(\(of))" : "reshape(\(function)(\(of), axis: 1), \(count), 1)"
  }

  /// A number as a tensor, so that the arithmetic with it is float32's.
  func single(_ expression: String) -> String {
    isWhole ? "(\(expression) + zeros(1))" : expression
  }

  /// a = max|w|.
  func addLargest(_ steps: inout DerivationSteps) {
    steps.add("a", "a = max|w|" + mark, reduction("max", "abs(\(name))"))
  }

  /// s = a / m, or 1 where that is 0.
  ///
  /// - Parameters:
  ///   - divisor: an expression, or the step `m`.
  ///   - value: what it is worth.
  func addQuotient(_ steps: inout DerivationSteps, by divisor: String, worth value: Float) {
    let isFlat = (weights?.largest ?? []).contains { $0 / value == 0 }
    switch (isFlat, isWhole) {
    case (false, _):
      steps.add("s", "s = a / \(divisor)", "a / \(divisor)", "the spacing of the grid")
    case (true, true): steps.add("s", "s = 1", "1", "all are zero: any spacing does")
    case (true, false):
      steps.add(
        "s", "s = a / \(divisor), or 1 where that is 0",
        "where(a / \(divisor) == 0, 1, a / \(divisor))", "the spacing of the grid")
    }
  }
}
