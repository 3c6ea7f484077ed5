import Tensors

/// The upper triangle U with UᵀU = H⁻¹ of a symmetric, positive definite H.
///
/// It is Cholesky's factor of the inverse without inverting H: with R upper and RRᵀ = H, which is
/// Cholesky's method from the last column to the first, U = R⁻¹. All of it float64; each sum runs
/// over ascending columns.
///
/// - Source: Golub and Van Loan, Matrix Computations, §4.2; GPTQ takes `cholesky(cholesky_inverse(
///   cholesky(H)), upper=True)`.
struct TriangularFactor {
  /// The order of the matrix.
  let order: Int
  /// U, row by row; zeros below the diagonal.
  private(set) var values: [Double]

  /// - Parameter matrix: `order × order`, row by row; its upper triangle is read.
  /// - Throws: `NotDefinite` with the column at which H stops being positive definite; `Cancelled`.
  /// - Complexity: ⅔·order³.
  init(inverseOf matrix: [Double], order: Int) throws {
    self.order = order
    values = try Self.inverse(of: Self.reversedCholesky(matrix, order), order)
  }

  /// R upper with RRᵀ = H, from the last column to the first.
  private static func reversedCholesky(_ matrix: [Double], _ order: Int) throws -> [Double] {
    var result = [Double](repeating: 0, count: order * order)
    try result.withUnsafeMutableBufferPointer { factor in
      try matrix.withUnsafeBufferPointer { matrix in
        for column in stride(from: order - 1, through: 0, by: -1) {
          try Work.current.charge(order * (order - column))
          for row in 0...column {
            var value = matrix[row * order + column]
            for later in column + 1..<max(column + 1, order) {
              value -= factor[row * order + later] * factor[column * order + later]
            }
            factor[row * order + column] = value
          }
          let square = factor[column * order + column]
          // Rounding leaves about 10⁻¹⁶ of the diagonal where nothing should be left.
          guard square > 1e-13 * abs(matrix[column * order + column]), square.isFinite else {
            throw NotDefinite(column: column)
          }
          let pivot = square.squareRoot()
          for row in 0..<column { factor[row * order + column] /= pivot }
          factor[column * order + column] = pivot
        }
      }
    }
    return result
  }

  struct NotDefinite: Error, Equatable {
    /// The column that adds nothing to those behind it.
    var column: Int
  }

  subscript(row: Int, column: Int) -> Double { values[row * order + column] }

  /// R⁻¹ of an upper triangle: its rows from the last to the first.
  private static func inverse(of factor: [Double], _ order: Int) throws -> [Double] {
    var inverse = [Double](repeating: 0, count: order * order)
    try inverse.withUnsafeMutableBufferPointer { inverse in
      try factor.withUnsafeBufferPointer { factor in
        for row in stride(from: order - 1, through: 0, by: -1) {
          try Work.current.charge(order * (order - row))
          let start = row * order
          let pivot = factor[start + row]
          for later in row + 1..<max(row + 1, order) {
            let share = factor[start + later]
            if share == 0 { continue }
            for column in later..<order {
              inverse[start + column] -= share * inverse[later * order + column]
            }
          }
          for column in row + 1..<max(row + 1, order) { inverse[start + column] /= pivot }
          inverse[start + row] = 1 / pivot
        }
      }
    }
    return inverse
  }
}
