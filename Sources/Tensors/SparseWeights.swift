import CKernels

/// Weights of which only those that are not 0 are kept, row by row.
///
///     y[o] = bias[o] + Σ over the kept k of row o of w[o, k] · x[k]
///
/// One vector: kept weight j belongs to lane j mod 16, lanes are added pairwise. More: k in order.
public struct SparseWeights: Sendable {
  public let outputs: Int
  public let inputs: Int
  private let starts: [Int32]
  private let columns: [Int32]
  private let values: [Float]

  /// How many weights are kept.
  public var count: Int { values.count }

  /// The bytes that a product reads of the weights.
  public var bytes: Int { 4 * (starts.count + columns.count + values.count) }

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
    self.starts = starts
    self.columns = columns
    self.values = values
  }

  /// x Wᵀ + b.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - bias: `[outputs]`.
  /// - Returns: `[rows, outputs]`.
  public func linear(_ x: Tensor, bias: Tensor) throws -> Tensor {
    guard x.shape.rank == 2, x.shape[1] == inputs, bias.count == outputs else {
      throw TensorError.cannotMultiply(x.shape, [inputs, outputs])
    }
    let rows = x.shape[0]
    try Work.current.charge(rows * count)
    if rows == 1 {
      return try Tensor(unsafeUninitialized: [1, outputs]) { target in
        espalier_sparse_vector(
          starts, columns, values, bias.pointer, outputs, x.pointer, target.baseAddress)
      }
    }
    // Rows become the lanes, so they are filled up to whole vectors.
    let lanes = (rows + 15) / 16 * 16
    let filled = try Storage([lanes, inputs])
    filled.base.update(from: x.pointer, count: rows * inputs)
    (filled.base + rows * inputs).update(repeating: 0, count: (lanes - rows) * inputs)
    let turned = try Storage([inputs, lanes])
    espalier_copy_strided(filled.base, 1, inputs, turned.base, inputs, lanes)
    let result = try Storage([outputs, lanes])
    espalier_sparse_columns(
      starts, columns, values, bias.pointer, outputs, turned.base, lanes, lanes, result.base, lanes)
    return try Tensor(unsafeUninitialized: [rows, outputs]) { target in
      guard let out = target.baseAddress, target.count > 0 else { return }
      espalier_copy_strided(result.base, 1, lanes, out, rows, outputs)
    }
  }

  /// The windows of images `[n, channels, height, width]` times the weights, plus the bias.
  ///
  /// - Returns: `[n, outputs, height, width]`.
  public func windows(
    _ x: Tensor, _ windows: Convolution, kernel: Int, bias: Tensor
  ) throws -> Tensor {
    guard x.shape.rank == 4, x.shape[1] * kernel * kernel == inputs, bias.count == outputs else {
      throw TensorError.shapesDiffer("conv2d", x.shape, [outputs, inputs])
    }
    return try windows.overColumns(x, outputs: outputs, kernel: kernel) { from, count, out in
      espalier_sparse_columns(
        starts, columns, values, bias.pointer, outputs, from, count, count, out, count)
    }
  }
}
