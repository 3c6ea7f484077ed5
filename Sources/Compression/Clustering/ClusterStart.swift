import Catalog
import Tensors

/// Where k-means begins: named by `start:` of `share`.
public enum ClusterStart: String, Sendable, CaseIterable {
  /// Evenly spaced from the smallest to the largest number.
  case linear
  /// At equal shares of the numbers: many centroids where numbers are dense.
  case density
  /// On numbers drawn by chance.
  case random
  /// On numbers drawn with chances that grow with the squared distance.
  case kmeanspp
  /// No start: the best clusters there are.
  case exact

  /// The centroids that this start leads to, ascending, at most `count`.
  ///
  /// - Parameters:
  ///   - numbers: finite, in any order.
  ///   - random: drawn from by `random` and `kmeanspp` only.
  /// - Throws: `LimitError`, `Cancelled`.
  public func centroids(
    of numbers: UnsafeBufferPointer<Float>, count: Int, random: inout Random
  ) throws -> [Float] {
    if self == .exact, let centroids = try KMeans.exact(numbers, count: count) { return centroids }
    return try centroids(LinePoints(numbers), count: count, random: &random)
  }

  /// The same of sorted numbers.
  ///
  /// - Parameter random: drawn from by `random` and `kmeanspp` only.
  /// - Throws: `LimitError`, `Cancelled`.
  public func centroids(
    _ points: LinePoints, count: Int, random: inout Random
  ) throws -> [Float] {
    guard count < points.values.count else { return points.values }
    let start: [Double]
    switch self {
    case .linear: start = Self.linear(points, count)
    case .density: start = DensityStart.centroids(points, count: count)
    case .random: start = Self.random(points, count, &random)
    case .kmeanspp: start = try PlusPlusStart.centroids(points, count: count, random: &random)
    case .exact: return try KMeans.exact(points, count: count)
    }
    return try KMeans.centroids(points, from: start)
  }

  /// c_j = lo + (hi − lo) · j / (k − 1); one centroid stands in the middle.
  ///
  /// - Source: Han et al., 2016, §3.2, which found it best: large weights keep centroids of their
  ///   own.
  private static func linear(_ points: LinePoints, _ count: Int) -> [Double] {
    guard let low = points.values.first.map(Double.init),
      let high = points.values.last.map(Double.init)
    else { return [] }
    guard count > 1 else { return [low / 2 + high / 2] }
    return (0..<count).map { low + (high - low) * (Double($0) / Double(count - 1)) }
  }

  /// Different numbers, each set equally likely (Forgy, 1965).
  private static func random(
    _ points: LinePoints, _ count: Int, _ random: inout Random
  ) -> [Double] {
    random.shuffledIndices(points.values.count).prefix(count).map { Double(points.values[$0]) }
  }
}
