import Tensors

/// Sums over many tensors of one shape, element by element, in float64.
struct RunningSums {
  private(set) var sums: [Double]

  init(count: Int) { sums = [Double](repeating: 0, count: count) }

  /// Adds `factor · f(x)` of every element.
  mutating func add(_ tensor: Tensor, times factor: Double = 1, _ f: (Double) -> Double = { $0 }) {
    sums.withUnsafeMutableBufferPointer { sums in
      tensor.withScalars { scalars in
        for index in 0..<min(sums.count, scalars.count) {
          sums[index] += factor * f(Double(scalars[index]))
        }
      }
    }
  }

  /// Adds f(x) of the columns of a matrix, row by row.
  mutating func add(columnsOf rows: Tensor, _ f: (Double) -> Double) {
    let columns = sums.count
    guard columns > 0, rows.count.isMultiple(of: columns) else { return }
    sums.withUnsafeMutableBufferPointer { sums in
      rows.withScalars { scalars in
        for start in stride(from: 0, to: scalars.count, by: columns) {
          for column in 0..<columns { sums[column] += f(Double(scalars[start + column])) }
        }
      }
    }
  }

  /// The sums, each through a function and rounded to float32 once.
  func tensor(_ shape: Shape, _ f: (Double) -> Double = { $0 }) throws -> Tensor {
    try Tensor(shape, sums.map { Float(f($0)) })
  }
}

/// Mean and spread of many tensors of one shape, element by element (Welford's recurrence).
///
///     δ = x − m,  m ← m + δ/t,  S ← S + δ (x − m)        std = √(S/T)
///
/// - Source: Welford, 1962, Technometrics 4(3), <https://doi.org/10.2307/1266577>.
struct RunningMoments {
  private var means: [Double]
  private var squares: [Double]
  private var count = 0.0

  init(count: Int) {
    means = [Double](repeating: 0, count: count)
    squares = means
  }

  mutating func add(_ tensor: Tensor) {
    count += 1
    let count = count
    means.withUnsafeMutableBufferPointer { means in
      squares.withUnsafeMutableBufferPointer { squares in
        tensor.withScalars { scalars in
          for index in 0..<min(means.count, scalars.count) {
            let x = Double(scalars[index])
            let change = x - means[index]
            means[index] += change / count
            squares[index] += change * (x - means[index])
          }
        }
      }
    }
  }

  func mean(_ shape: Shape) throws -> Tensor { try Tensor(shape, means.map { Float($0) }) }

  /// The population's standard deviation: divided by T, as article 000 writes it.
  func standardDeviation(_ shape: Shape) throws -> Tensor {
    try Tensor(shape, squares.map { Float(($0 / max(1, count)).squareRoot()) })
  }
}
