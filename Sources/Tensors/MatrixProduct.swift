import CKernels
import COneDNN

/// Multiply-adds between two checkpoints: below 10 GFLOP, well under 100 ms.
private let productPiece = 2_000_000_000

extension Tensor {
  /// The matrix product, in float32: oneDNN's sgemm, or a kernel of our own for some rows by weights
  /// that lie row by row.
  ///
  ///     [n]·[n] → scalar   [m×k]·[k] → [m]   [k]·[k×n] → [n]   [m×k]·[k×n] → [m×n]
  ///     [b…×m×k]·[b…×k×n] → [b…×m×n], the leading axes b matched as in elementwise operations
  ///
  /// Sums of products are taken in float32, in an order that depends on the machine's instructions
  /// and on the thread count, so results agree between machines to rounding only.
  ///
  /// - Parameters:
  ///   - other: the right operand; k of it must be k of this tensor.
  ///   - transposingLeft: takes the left matrix's last two axes exchanged (rank ≥ 2).
  ///   - transposingRight: the same for the right one.
  /// - Returns: the shape that the table above gives.
  /// - Throws: `TensorError.cannotMultiply` when the inner lengths differ or an operand has no axis;
  ///   `LimitError` and `Cancelled` as every kernel.
  /// - Complexity: m · k · n multiply-adds a pair of matrices, with a checkpoint every 2·10⁹.
  public func matrixProduct(
    _ other: Tensor, transposingLeft: Bool = false, transposingRight: Bool = false
  ) throws -> Tensor {
    let plan = try ProductPlan(shape, other.shape, transposingLeft, transposingRight)
    return try Tensor(unsafeUninitialized: plan.result) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      if plan.inner == 0 { return target.update(repeating: 0) }
      let sizes = plan.rows * plan.columns
      try Broadcast(plan.leftBatch, plan.rightBatch, plan.batch).forEachRun { run in
        for step in 0..<run.count {
          try plan.multiply(
            pointer + (run.a + step * run.aStep) * plan.rows * plan.inner,
            other.pointer + (run.b + step * run.bStep) * plan.inner * plan.columns,
            out + (run.out + step) * sizes)
        }
      }
    }
  }
}

/// The sizes of one product, worked out from the two shapes.
private struct ProductPlan {
  var rows: Int, inner: Int, columns: Int
  var transposingLeft: Bool, transposingRight: Bool
  var leftBatch: Shape, rightBatch: Shape, batch: Shape
  var result: Shape

  init(_ a: Shape, _ b: Shape, _ transposingLeft: Bool, _ transposingRight: Bool) throws {
    guard a.rank > 0, b.rank > 0 else { throw TensorError.cannotMultiply(a, b) }
    self.transposingLeft = transposingLeft && a.rank > 1
    self.transposingRight = transposingRight && b.rank > 1
    let left = a.rank == 1 ? [1, a[0]] : Array(a.dimensions.suffix(2))
    let right = b.rank == 1 ? [b[0], 1] : Array(b.dimensions.suffix(2))
    (rows, inner) = self.transposingLeft ? (left[1], left[0]) : (left[0], left[1])
    columns = self.transposingRight ? right[0] : right[1]
    leftBatch = Shape(Array(a.dimensions.dropLast(2)))
    rightBatch = Shape(Array(b.dimensions.dropLast(2)))
    guard inner == (self.transposingRight ? right[1] : right[0]),
      let batch = Shape.broadcast(leftBatch, rightBatch)
    else { throw TensorError.cannotMultiply(a, b) }
    self.batch = batch
    let matrix = (a.rank == 1 ? [] : [rows]) + (b.rank == 1 ? [] : [columns])
    result = Shape(batch.dimensions + matrix)
  }

  /// One pair of matrices, in bands of rows.
  func multiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
  ) throws {
    let band = max(1, min(rows, productPiece / max(1, inner * columns)))
    for start in stride(from: 0, to: rows, by: band) {
      let height = min(band, rows - start)
      try Work.current.charge(height * inner * columns)
      if takesRows(height) {
        let status = espalier_row_products(
          a + start * inner, height, b, columns, inner, out + start * columns)
        try ran("products of rows", status)
        continue
      }
      let status = espalier_sgemm(
        transposingLeft ? 1 : 0, transposingRight ? 1 : 0, height, columns, inner,
        a + (transposingLeft ? start : start * inner), transposingLeft ? rows : inner,
        b, transposingRight ? inner : columns, 0, out + start * columns, columns)
      try ran("sgemm", status)
    }
  }

  /// Whether so many rows by b as it lies, row by row, take less time than sgemm, which lays b out
  /// anew for every product.
  ///
  /// Against oneDNN 2.6 on two threads of Zen 5: 32 rows by 300 × 784 in two thirds of its time, by
  /// 4096 × 4096 in a fifth, 256 rows by 4096 × 4096 in two thirds. With AVX2 and less it is the faster
  /// one from a few rows on.
  private func takesRows(_ height: Int) -> Bool {
    guard transposingRight, !transposingLeft, inner >= 256, height >= 3 else { return false }
    switch espalier_kernels_isa() {
    case 2: return height <= min(256, columns)
    case 1: return height <= 16
    default: return height <= 4
    }
  }
}
