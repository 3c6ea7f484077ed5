import CKernels

/// Weights of which only those that are not 0 are kept.
///
///     y[o] = Σ over the kept k of row o, in order, of w[o, k] · x[k], plus bias[o]
///
/// A matrix is kept in groups of outputs for products with rows, filters row by row for windows.
public struct SparseWeights: Sendable {
  public let outputs: Int
  public let inputs: Int
  /// How many weights are kept.
  public let count: Int
  private let layout: Layout

  private enum Layout: Sendable {
    case groups(SparseGroups)
    case rows(starts: [Int32], columns: [Int32], values: [Float])
  }

  /// The bytes that a product reads of the weights.
  public var bytes: Int {
    switch layout {
    case .groups(let groups): groups.bytes
    case .rows(let starts, let columns, let values):
      4 * (starts.count + columns.count + values.count)
    }
  }

  /// The share of the weights that are kept.
  public var density: Double { Double(count) / Double(max(1, outputs * inputs)) }

  /// - Parameter weights: the first axis are the outputs; `nil` when there are too many to index.
  public init?(_ weights: Tensor) {
    self.init(weights.shape) { piece in weights.withScalars { piece(0, $0) } }
  }

  /// The same of weights that are never all there at once.
  ///
  /// - Parameters:
  ///   - shape: the first axis are the outputs.
  ///   - forEachPiece: calls its argument with one stretch of weights after the other, in order,
  ///     and the index of its first weight.
  public init?(
    _ shape: Shape,
    _ forEachPiece: (_ piece: (_ start: Int, _ weights: UnsafeBufferPointer<Float>) -> Void) -> Void
  ) {
    guard shape.rank >= 2, shape.count <= Int(Int32.max) else { return nil }
    let outputs = shape[0]
    let inputs = shape.count / max(1, outputs)
    var starts: [Int32] = [0]
    var columns: [Int32] = []
    var values: [Float] = []
    starts.reserveCapacity(outputs + 1)
    forEachPiece { start, weights in
      for (place, weight) in weights.enumerated() where weight != 0 {
        let (output, input) = (start + place).quotientAndRemainder(dividingBy: inputs)
        while starts.count <= output { starts.append(Int32(columns.count)) }
        columns.append(Int32(input))
        values.append(weight)
      }
    }
    while starts.count <= outputs { starts.append(Int32(columns.count)) }
    self.outputs = outputs
    self.inputs = inputs
    count = values.count
    layout =
      shape.rank > 2
      ? .rows(starts: starts, columns: columns, values: values)
      : .groups(
        SparseGroups(
          outputs: outputs, inputs: inputs, starts: starts, columns: columns, values: values))
  }

  /// x Wᵀ + b, for a matrix W.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - bias: `[outputs]`.
  /// - Returns: `[rows, outputs]`.
  public func linear(_ x: Tensor, bias: Tensor) throws -> Tensor {
    guard x.shape.rank == 2, x.shape[1] == inputs, bias.count == outputs,
      case .groups(let groups) = layout
    else { throw TensorError.cannotMultiply(x.shape, [inputs, outputs]) }
    try Work.current.charge(x.shape[0] * count)
    return try groups.linear(x, bias: bias)
  }

  /// The windows of images `[n, channels, height, width]` times the weights, plus the bias, for filters
  /// `[outputs, channels, kernel, kernel]`.
  ///
  /// - Returns: `[n, outputs, height, width]`.
  public func windows(
    _ x: Tensor, _ windows: Convolution, kernel: Int, bias: Tensor
  ) throws -> Tensor {
    guard x.shape.rank == 4, x.shape[1] * kernel * kernel == inputs, bias.count == outputs,
      case .rows(let starts, let columns, let values) = layout
    else { throw TensorError.shapesDiffer("conv2d", x.shape, [outputs, inputs]) }
    return try windows.overColumns(x, outputs: outputs, kernel: kernel) { from, count, out in
      espalier_sparse_columns(
        starts, columns, values, bias.pointer, outputs, from, count, count, out, count)
    }
  }
}
