import Tensors

/// Numbers as clustering sees them: distinct, ascending, each with how often it occurs.
///
/// −0 counts as 0. Sums are double, over the distinct values in ascending order.
public struct LinePoints: Sendable {
  public let values: [Float]
  public let counts: [Int]
  /// Running totals, `values.count + 1` of each, beginning with 0.
  private let numbers: [Int]
  private let sums, squares: [Double]

  /// - Parameter numbers: finite, in any order.
  /// - Throws: `LimitError`, `Cancelled`.
  /// - Complexity: O(n · log n).
  public init(_ numbers: some Sequence<Float>) throws {
    var sorted = numbers.map { $0 == 0 ? 0 : $0 }
    try Work.current.charge(16 * sorted.count)
    sorted.sort()
    var values: [Float] = []
    var counts: [Int] = []
    for number in sorted {
      if let last = values.indices.last, values[last] == number {
        counts[last] += 1
      } else {
        values.append(number)
        counts.append(1)
      }
    }
    self.values = values
    self.counts = counts
    var totals = (numbers: [0], sums: [0.0], squares: [0.0])
    for (value, count) in zip(values, counts) {
      totals.numbers.append((totals.numbers.last ?? 0) + count)
      totals.sums.append((totals.sums.last ?? 0) + Double(value) * Double(count))
      totals.squares.append(
        (totals.squares.last ?? 0) + Double(value) * Double(value) * Double(count))
    }
    self.numbers = totals.numbers
    sums = totals.sums
    squares = totals.squares
  }

  /// How many numbers there are, equal ones each.
  public var total: Int { numbers.last ?? 0 }

  /// How many numbers a run of distinct values stands for.
  func number(_ run: Range<Int>) -> Int { numbers[run.upperBound] - numbers[run.lowerBound] }

  /// The mean of a run of distinct values that is not empty.
  func mean(_ run: Range<Int>) -> Double {
    (sums[run.upperBound] - sums[run.lowerBound]) / Double(max(number(run), 1))
  }

  /// The distinct value below which this many numbers lie.
  func value(behind count: Int) -> Float {
    var (low, high) = (0, values.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle + 1] > count { high = middle } else { low = middle + 1 }
    }
    return values[low]
  }

  /// How many distinct values are at most this.
  func count(atMost limit: Double) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if Double(values[middle]) <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Σ (x − c)² with each number's nearest centroid, summed value by value in double.
  ///
  /// - Parameter centroids: ascending.
  public func inertia(_ centroids: [Float]) -> Double {
    let ends = KMeans.ends(self, centroids.map(Double.init))
    var (total, start) = (0.0, 0)
    for (end, centroid) in zip(ends, centroids) {
      for index in start..<end {
        let distance = Double(values[index]) - Double(centroid)
        total += distance * distance * Double(counts[index])
      }
      start = end
    }
    return total
  }
}
