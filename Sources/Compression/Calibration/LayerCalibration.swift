import Tensors

/// What flows into one layer, summed up: enough for every rounding method, and no bigger than the
/// square of the layer's inputs however many examples pass.
///
///     moments  M = Σ x xᵀ        means  Σ x / n        magnitudes  Σ |x| / n        peaks  max |x|
///
/// An input x is one example of a linear layer, or one window of a convolution, flattened
/// channel by channel as its filters are. All sums are float64, in the order of the examples.
public struct LayerCalibration: Sendable {
  /// The length of x.
  public let columns: Int
  /// How many x were seen.
  public private(set) var count = 0
  /// Σ x xᵀ, `columns × columns`, row by row.
  public private(set) var moments: [Double]
  /// Σ x.
  public private(set) var sums: [Double]
  /// Σ |x|.
  public private(set) var magnitudeSums: [Double]
  /// max |x|.
  public private(set) var peaks: [Float]

  /// Nothing seen yet.
  ///
  /// - Throws: `LimitError` when the square of `columns` does not fit in memory.
  public init(columns: Int) throws {
    let (square, overflow) = columns.multipliedReportingOverflow(by: columns)
    // Booked and given back at once: the sums live outside of tensors, but must be able to fit.
    let bytes = overflow || square > Int.max / 8 ? Int.max : 8 * square
    try Work.current.memory.reserve(bytes)
    Work.current.memory.release(bytes)
    self.columns = columns
    moments = [Double](repeating: 0, count: square)
    sums = [Double](repeating: 0, count: columns)
    magnitudeSums = sums
    peaks = [Float](repeating: 0, count: columns)
  }

  /// Takes inputs in.
  ///
  /// - Parameter inputs: `[n, columns]`.
  /// - Throws: `TensorError.shapesDiffer`, `QuantizeError.notFinite`, and `Cancelled`.
  /// - Complexity: n · columns².
  public mutating func observe(_ inputs: Tensor) throws {
    guard inputs.shape.rank == 2, inputs.shape[1] == columns else {
      throw TensorError.shapesDiffer(
        "calibration", inputs.shape, [inputs.shape.dimensions.first ?? 0, columns])
    }
    try inputs.withScalars { scalars throws in
      if let first = scalars.firstIndex(where: { !$0.isFinite }) {
        throw QuantizeError.notFinite(
          count: scalars.count { !$0.isFinite }, first: first, value: scalars[first])
      }
      var row = [Double](repeating: 0, count: columns)
      for example in 0..<inputs.shape[0] {
        try Work.current.charge(columns * columns)
        let start = example * columns
        for column in 0..<columns {
          let value = scalars[start + column]
          row[column] = Double(value)
          sums[column] += Double(value)
          magnitudeSums[column] += Double(abs(value))
          peaks[column] = max(peaks[column], abs(value))
        }
        addProduct(row)
      }
    }
    count += inputs.shape[0]
  }

  /// Adds x xᵀ, both halves, skipping the zeros that images are full of.
  private mutating func addProduct(_ row: [Double]) {
    let columns = columns
    moments.withUnsafeMutableBufferPointer { moments in
      row.withUnsafeBufferPointer { row in
        for left in 0..<columns where row[left] != 0 {
          let factor = row[left]
          let start = left * columns
          for right in 0..<columns { moments[start + right] += factor * row[right] }
        }
      }
    }
  }
}
