import Tensors

/// Numbers as clustering sees them: distinct, ascending, each with how often it occurs.
///
/// −0 counts as 0. Sums are double, over the distinct values in ascending order.
public struct LinePoints: Sendable {
  /// The different numbers in order.
  public var values: [Float] { sorted.values }
  private let sorted: SortedNumbers

  /// - Parameter numbers: finite, in any order.
  /// - Throws: `LimitError`, `Cancelled`.
  /// - Complexity: O(n): numbers are sorted by their digits.
  public init(_ numbers: some Sequence<Float>) throws {
    sorted = try SortedNumbers(Array(numbers))
  }

  /// Running totals, `values.count + 1` of each, beginning with 0.
  private var numbers: [Int] { sorted.numbers }
  private var sums: [Double] { sorted.sums }

  /// How often each value occurs.
  public var counts: [Int] { zip(numbers.dropFirst(), numbers).map { $0 - $1 } }

  /// The ends of the best runs; `nil` where `LineCuts` is to find them.
  ///
  /// - Throws: `LimitError`, `Cancelled`.
  func narrowEnds(count: Int) throws -> [Int]? { try sorted.narrowEnds(count: count) }

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
    let (values, counts) = (values, counts)
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
