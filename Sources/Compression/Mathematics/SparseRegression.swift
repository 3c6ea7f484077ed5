import Encodings
import Tensors

/// One layer's weights as they are pruned column by column, the rest moved to keep the output.
struct SparseRegression {
  private let shape: Shape
  private let rows: Int
  private let columns: Int
  private let factor: TriangularFactor
  private var weights: [Double]
  private var isGone: [Bool]

  /// - Parameter moments: Σ x xᵀ of the layer's inputs; a common factor changes nothing.
  /// - Throws: `PruneError.notPositive` when they are no such sum.
  init(_ weight: Tensor, _ moments: [Double], kept: Bitmap?) throws {
    shape = weight.shape
    let (rows, columns) = weight.shape.matrix
    (self.rows, self.columns) = (rows, columns)
    var damped = moments
    for j in 0..<columns where damped[j * columns + j] == 0 { damped[j * columns + j] = 1 }
    let mean = (0..<columns).reduce(0.0) { $0 + damped[$1 * columns + $1] } / Double(columns)
    for j in 0..<columns { damped[j * columns + j] += 0.01 * mean }
    do {
      factor = try TriangularFactor(inverseOf: damped, order: columns)
    } catch is TriangularFactor.NotDefinite {
      throw PruneError.notPositive
    }
    weights = weight.withScalars { $0.map { Double($0) } }
    isGone = weights.indices.map { kept?[$0] == false }
  }

  /// w² / U_jj² of all weights as they are now.
  func scores() throws -> Tensor { try Tensor.scores(shape) { score($0) } }

  private func score(_ index: Int) -> Double {
    let root = weights[index] / factor[index % columns, index % columns]
    return root * root
  }

  /// Prunes until so many are gone, those of before included.
  mutating func prune(_ count: Int, block: Int) throws {
    let already = isGone.count(where: \.self)
    let more = max(0, count - already)
    let left = isGone.count - already
    var seen = 0
    var taken = 0
    for start in stride(from: 0, to: columns, by: block) {
      let end = min(start + block, columns)
      let places = (0..<rows).flatMap { row in
        (start..<end).map { row * columns + $0 }
      }.filter { !isGone[$0] }
      // So many of the weights seen so far as of all, rounded down; the last block makes it exact.
      seen += places.count
      let (product, overflows) = more.multipliedReportingOverflow(by: seen)
      guard !overflows else { throw PruneError.tooMany(isGone.count) }
      let quota = left == 0 ? 0 : product / left - taken
      taken += quota
      take(quota, of: places)
      for column in start..<end { try clear(column) }
    }
  }

  /// Prunes until no group of a row has more than so many left; the last group may be shorter.
  ///
  /// A group is chosen when the sweep reaches its first column, from its weights as they are then.
  mutating func prune(_ groups: NOfM) throws {
    for start in stride(from: 0, to: columns, by: groups.size) {
      let end = min(start + groups.size, columns)
      for row in 0..<rows {
        let places = (start..<end).map { row * columns + $0 }.filter { !isGone[$0] }
        take(places.count - groups.kept, of: places)
      }
      for column in start..<end { try clear(column) }
    }
  }

  /// Marks so many of the places, those of the lowest scores; of equals the lowest index first.
  private mutating func take(_ count: Int, of places: [Int]) {
    guard count > 0 else { return }
    let order = places.map { ($0, score($0)) }.sorted {
      $0.1 != $1.1 ? $0.1 < $1.1 : $0.0 < $1.0
    }
    for (index, _) in order.prefix(count) { isGone[index] = true }
  }

  /// Sets a column's gone weights to zero and moves the rest of their rows.
  private mutating func clear(_ column: Int) throws {
    try Work.current.charge(rows * (columns - column))
    let diagonal = factor[column, column]
    for row in 0..<rows where isGone[row * columns + column] {
      let start = row * columns
      let error = weights[start + column] / diagonal
      weights[start + column] = 0
      guard error != 0 else { continue }
      for other in stride(from: column + 1, to: columns, by: 1) {
        weights[start + other] -= error * factor[column, other]
      }
    }
  }

  func mask() throws -> Tensor { try Tensor(shape, isGone.map { $0 ? 1 : 0 }) }

  func values() throws -> Tensor {
    try Tensor(shape, zip(weights, isGone).map { $1 ? 0 : Float($0) })
  }
}
