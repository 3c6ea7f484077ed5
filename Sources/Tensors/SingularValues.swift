import CKernels

/// A matrix as a sum of outer products, the largest first.
///
///     W = U Σ Vᵀ = Σ_i σ_i u_i v_iᵀ        σ_1 ≥ σ_2 ≥ … ≥ 0
///
/// One-sided Jacobi rotations in double, pairs of columns in the order (0,1), (0,2), …, until every
/// cosine is at most 1e-14. Equal σ keep the order of the columns; the largest component of each
/// u_i (the first of equal ones) is positive; u_i of σ_i = 0 is zero.
///
/// - Source: Hestenes, 1958; Demmel and Veselić, 1992, "Jacobi's method is more accurate than QR".
public struct SingularValues: Sendable {
  /// σ, descending; as many as the shorter side.
  public let values: [Double]
  /// The rows and columns of the matrix.
  public let rows, columns: Int
  /// u_i and v_i one behind the other.
  private let left, right: [Double]

  /// - Parameter matrix: `[rows, columns]`, finite.
  /// - Throws: `LimitError`, `Cancelled`; `TensorError.cannotReshape` unless the rank is 2.
  /// - Complexity: O(long side · short side²) a sweep, about ten sweeps.
  public init(_ matrix: Tensor) throws {
    guard matrix.shape.rank == 2 else {
      throw TensorError.cannotReshape(matrix.shape, [matrix.count, 1])
    }
    rows = matrix.shape[0]
    columns = matrix.shape[1]
    let isTall = rows >= columns
    let (long, short) = isTall ? (rows, columns) : (columns, rows)
    try Work.current.memory.reserve((long + short) * short * 8)
    defer { Work.current.memory.release((long + short) * short * 8) }
    var a = [Double](repeating: 0, count: long * short)
    let transposed = isTall ? try matrix.transposed() : matrix
    transposed.withScalars { scalars in
      for place in scalars.indices { a[place] = Double(scalars[place]) }
    }
    var v = [Double](repeating: 0, count: short * short)
    for index in 0..<short { v[index * short + index] = 1 }
    try Self.rotate(&a, length: long, &v, columns: short)
    let norms = (0..<short).map { index in
      a[index * long..<(index + 1) * long].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let order = norms.indices.sorted { (norms[$1], $0) < (norms[$0], $1) }
    values = order.map { norms[$0] }
    var units: [Double] = []
    var turned: [Double] = []
    units.reserveCapacity(a.count)
    turned.reserveCapacity(v.count)
    for index in order {
      let norm = norms[index]
      units += a[index * long..<(index + 1) * long].map { norm > 0 ? $0 / norm : 0 }
      turned += v[index * short..<(index + 1) * short]
    }
    (left, right) =
      isTall
      ? Self.signed(units, rows, turned, columns) : Self.signed(turned, rows, units, columns)
  }

  private static func rotate(
    _ a: inout [Double], length: Int, _ v: inout [Double], columns: Int
  ) throws {
    for _ in 0..<60 {
      var turned = 0
      for first in 0..<columns {
        try Work.current.charge((columns - first) * (3 * length + columns))
        turned += espalier_jacobi(&a, length, &v, columns, first, 1e-14)
      }
      if turned == 0 { return }
    }
  }

  /// Gives each pair the sign that makes the largest component of the left one positive.
  private static func signed(
    _ left: [Double], _ rows: Int, _ right: [Double], _ columns: Int
  ) -> ([Double], [Double]) {
    var (left, right) = (left, right)
    for index in 0..<min(rows, columns) {
      let own = index * rows..<(index + 1) * rows
      var largest = 0.0
      for value in left[own] where abs(value) > abs(largest) { largest = value }
      guard largest < 0 else { continue }
      for place in own { left[place].negate() }
      for place in index * columns..<(index + 1) * columns { right[place].negate() }
    }
    return (left, right)
  }

  /// The share of Σ σ² that the first `rank` of them have; 1 for a matrix of zeros.
  public func energy(rank: Int) -> Double {
    let total = values.reduce(0) { $0 + $1 * $1 }
    return total > 0 ? values.prefix(rank).reduce(0) { $0 + $1 * $1 } / total : 1
  }

  /// The smallest rank, at least 1, whose energy is at least a share.
  public func rank(energy share: Double) -> Int {
    let total = values.reduce(0) { $0 + $1 * $1 }
    var sum = 0.0
    for (index, value) in values.enumerated() {
      sum += value * value
      if sum >= share * total { return index + 1 }
    }
    return max(values.count, 1)
  }

  /// U_r Σ_r `[rows, rank]` and V_rᵀ `[rank, columns]`, each rounded once to float32.
  ///
  /// - Parameter rank: at most the shorter side.
  public func factors(rank: Int) throws -> (left: Tensor, right: Tensor) {
    let rank = min(max(rank, 0), values.count)
    let scaled = try Tensor(unsafeUninitialized: [rows, rank]) { target in
      for row in 0..<rows {
        for index in 0..<rank {
          target[row * rank + index] = Float(left[index * rows + row] * values[index])
        }
      }
    }
    let units = try Tensor(unsafeUninitialized: [rank, columns]) { target in
      for place in 0..<rank * columns { target[place] = Float(right[place]) }
    }
    return (scaled, units)
  }
}
