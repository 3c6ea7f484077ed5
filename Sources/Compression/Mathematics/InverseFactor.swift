import Tensors

/// The upper triangle U with UᵀU = H⁻¹, for methods that walk through columns and push each
/// column's error onto those that follow.
///
///     H = R Rᵀ with R upper triangular, from the last column on;  U = R⁻¹
///
/// Float64, each sum in the order of the indices, so the result is the same on every machine.
///
/// - Source: Golub and Van Loan, Matrix Computations, §4.2, with rows and columns reversed.
struct InverseFactor {
  let size: Int
  /// Row by row; 0 below the diagonal.
  private(set) var elements: [Double]

  subscript(row: Int, column: Int) -> Double { elements[row * size + column] }

  /// - Parameter matrix: symmetric, `size × size`, row by row.
  /// - Returns: `nil` when the matrix is not positive definite.
  /// - Throws: `Cancelled`.
  /// - Complexity: size³ / 2.
  init?(_ matrix: [Double], size: Int) throws {
    var r = matrix
    for j in stride(from: size - 1, through: 0, by: -1) {
      try Work.current.charge(size * size)
      let pivot = r[j * size + j] - Self.product(r, j, j, from: j + 1, size)
      guard pivot > 0, pivot.isFinite else { return nil }
      let root = pivot.squareRoot()
      r[j * size + j] = root
      for i in 0..<j {
        r[i * size + j] = (r[i * size + j] - Self.product(r, i, j, from: j + 1, size)) / root
      }
    }
    var u = [Double](repeating: 0, count: size * size)
    for i in stride(from: size - 1, through: 0, by: -1) {
      try Work.current.charge(size * size)
      u[i * size + i] = 1
      u.withUnsafeMutableBufferPointer { u in
        for k in stride(from: i + 1, to: size, by: 1) {
          let factor = r[i * size + k]
          guard factor != 0 else { continue }
          for j in k..<size { u[i * size + j] -= factor * u[k * size + j] }
        }
        for j in i..<size { u[i * size + j] /= r[i * size + i] }
      }
    }
    self.size = size
    elements = u
  }

  /// Σ_k r[a, k] · r[b, k] over the columns from one on.
  private static func product(
    _ r: [Double], _ a: Int, _ b: Int, from start: Int, _ size: Int
  ) -> Double {
    r.withUnsafeBufferPointer { r in
      var sum = 0.0
      var k = start
      while k < size {
        sum += r[a * size + k] * r[b * size + k]
        k += 1
      }
      return sum
    }
  }
}
