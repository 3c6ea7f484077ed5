import Encodings
import Tensors

extension Quantize {
  /// The grid of a weight with the nearest codes, for a method to choose others.
  ///
  /// - Throws: `RoundingError.noGrid` for a format without scales; what finding scales throws.
  func placed(_ weight: EncodedTensor, for method: String) throws -> PlacedGrid {
    guard let format = format as? any ScaledFormat else {
      throw RoundingError.noGrid(method, format.name)
    }
    let values = try weight.values
    var placed = try PlacedGrid(values, kept: weight.kept, format, with: self)
    try placed.takeCodes(of: values)
    return placed
  }
}

extension PlacedGrid {
  /// The tensor with the codes chosen.
  func encoded(_ shape: Shape, kept: Bitmap?) throws -> EncodedTensor {
    try EncodedTensor(shape, grid: grid, kept: kept)
  }

  /// Whether a method may change the scales: they are float32, found from the weights by a range.
  var hasFreeScales: Bool {
    grid.scaleCoding == .float32 && grid.rule != .given && grid.rule != .own
  }
}

/// The rows and columns of a weight: what each output adds up, and of how many inputs.
struct RowsAndColumns {
  let rows: Int
  let columns: Int

  /// A slice of the first axis is a row; a vector or a single number is one.
  init(_ shape: Shape) {
    rows = shape.rank > 1 ? shape[0] : 1
    columns = rows == 0 ? 0 : shape.count / rows
  }
}

extension LayerCalibration {
  /// What flows into a weight, checked to fit it.
  ///
  /// - Throws: `RoundingError.needsData` without, `.wrongInputs` when columns differ.
  static func of(
    _ calibration: LayerCalibration?, for method: String, _ matrix: RowsAndColumns
  ) throws -> LayerCalibration {
    guard let calibration else { throw RoundingError.needsData(method) }
    guard calibration.columns == matrix.columns else {
      throw RoundingError.wrongInputs(
        method, weight: matrix.columns, inputs: calibration.columns)
    }
    return calibration
  }

  /// M/n as a float32 matrix, `[columns, columns]`.
  func meanMoments() throws -> Tensor {
    let count = Double(max(1, count))
    return try Tensor([columns, columns], moments.map { Float($0 / count) })
  }
}

/// How far a layer's output moves when its weights do, on the average input.
///
///     E = mean ‖D x‖² = Σ_rows d M dᵀ / n,      D = Ŵ − W
///
/// - Parameter moments: M/n, `[columns, columns]`.
/// - Returns: E; the product is float32 (sgemm), the sum float64.
func outputError(_ difference: Tensor, _ moments: Tensor) throws -> Double {
  let matrix = RowsAndColumns(difference.shape)
  let rows = try difference.reshaped([matrix.rows, matrix.columns])
  let product = try rows.matrixProduct(moments)
  return rows.withScalars { left in
    product.withScalars { right in
      zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
  }
}
