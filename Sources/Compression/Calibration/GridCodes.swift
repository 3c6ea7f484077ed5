import Encodings
import Tensors

/// A grid whose codes a rounding method chooses one by one.
struct GridCodes {
  var grid: Grid
  let parts: Parts

  /// - Parameter encoded: what rounding to the nearest gave, whose grid is kept.
  init(_ encoded: EncodedTensor, for method: String) throws {
    guard let grid = encoded.grid else { throw RoundingError.noGrid(method) }
    self.grid = grid
    parts = try Parts(grid.partition, of: encoded.shape)
  }

  /// The code nearest to a weight on the grid of a part, as the operator rounds: in float32.
  func nearest(_ weight: Float, part: Int) -> Int32 {
    let steps = weight / grid.scales[part]
    guard let integers = grid.format.integers else { return grid.format.nearestCode(steps) }
    let code = steps.rounded(.toNearestOrEven) + Float(grid.zeroPoints[part])
    return Int32(max(Float(integers.lowest), min(Float(integers.highest), code)))
  }

  /// What a code stands for on the grid of a part: one float32 product.
  func value(_ code: Int32, part: Int) -> Float {
    let level =
      grid.zeroPoints.isEmpty
      ? grid.format.level(of: code) : Float(code - grid.zeroPoints[part])
    return grid.scales[part] * level
  }

  /// The tensor with the codes chosen.
  func encoded(_ shape: Shape, kept: Bitmap?) throws -> EncodedTensor {
    try EncodedTensor(shape, grid: grid, kept: kept)
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
