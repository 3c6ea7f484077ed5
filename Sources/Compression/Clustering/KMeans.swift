import Tensors

/// Lloyd's iteration on a line: every number to its nearest centroid, every centroid to its mean.
///
/// A number half-way between two centroids goes to the lower one. A centroid without numbers moves
/// onto the number farthest from its own centroid (of equally far ones the lowest); where all
/// numbers lie on centroids it is dropped. It ends when no number changes its centroid, after 300
/// rounds at the latest. Arithmetic is double; centroids are rounded to float32 at the end.
///
/// - Source: Lloyd, 1982; scikit-learn's `KMeans` for the empty clusters.
public enum KMeans {
  /// - Parameter start: at least one centroid.
  /// - Returns: ascending centroids, at most as many as `start`.
  /// - Throws: `LimitError`, `Cancelled`.
  /// - Complexity: O(k · log n) a round for n distinct numbers.
  public static func centroids(_ points: LinePoints, from start: [Double]) throws -> [Float] {
    var centroids = start.sorted()
    var ends: [Int] = []
    for _ in 0..<300 {
      try Work.current.charge(centroids.count * 16)
      let next = Self.ends(points, centroids)
      if next == ends { break }
      ends = next
      var first = 0
      var moved: [Double] = []
      for end in ends {
        if end > first { moved.append(points.mean(first..<end)) }
        first = end
      }
      while moved.count < centroids.count, let far = farthest(points, moved) {
        moved.append(far)
        moved.sort()
      }
      if moved.count != ends.count || zip(moved, centroids).contains(where: { $0 != $1 }) {
        centroids = moved
      }
    }
    return distinct(centroids)
  }

  /// The means of the runs that cut the numbers with least inertia.
  ///
  /// - Throws: `LimitError`, `Cancelled`.
  public static func exact(_ points: LinePoints, count: Int) throws -> [Float] {
    let ends =
      try points.narrowEnds(count: count)
      ?? LineCuts(points.values.map(Double.init), weights: points.counts.map(Double.init))
      .ends(count: count)
    var first = 0
    return distinct(
      ends.map { end in
        defer { first = end }
        return points.mean(first..<end)
      })
  }

  /// The same of numbers in any order, where only a few of them have to be sorted for it.
  ///
  /// - Parameter numbers: finite.
  /// - Returns: `nil` where all of them have to be.
  /// - Throws: `LimitError`, `Cancelled`.
  static func exact(_ numbers: UnsafeBufferPointer<Float>, count: Int) throws -> [Float]? {
    try LineCuts.means(of: numbers, count: count).map(distinct)
  }

  /// Where each centroid's numbers end among the distinct values.
  ///
  /// - Parameter centroids: ascending.
  static func ends(_ points: LinePoints, _ centroids: [Double]) -> [Int] {
    zip(centroids, centroids.dropFirst()).map { low, high in
      points.count(atMost: low / 2 + high / 2)
    } + [points.values.count]
  }

  private static func farthest(_ points: LinePoints, _ centroids: [Double]) -> Double? {
    guard !centroids.isEmpty else { return points.values.first.map(Double.init) }
    var (best, place, start) = (0.0, -1, 0)
    for (end, centroid) in zip(ends(points, centroids), centroids) {
      for index in start..<end where abs(Double(points.values[index]) - centroid) > best {
        best = abs(Double(points.values[index]) - centroid)
        place = index
      }
      start = end
    }
    return place < 0 ? nil : Double(points.values[place])
  }

  private static func distinct(_ centroids: [Double]) -> [Float] {
    var result: [Float] = []
    for centroid in centroids {
      let rounded = Float(centroid)
      if result.last != rounded { result.append(rounded) }
    }
    return result
  }
}
