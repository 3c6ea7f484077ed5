import Compression
import Tensors
import Testing

/// Clusters on a line: the exact optimum is never worse than scikit-learn's best of fifty.
@Suite struct KMeansTests {
  private static let sets: [String: [Float]] = [
    "modular": (0..<600).map { index in
      let residue = (index * 7919 + 13) % 1009
      return Float(residue) / 64 - 8
    },
    "squares": (0..<500).map { index in
      let residue = index * 31 % 101
      return Float(residue * residue) / 128
    },
    "two-sided": (0..<400).map { index in
      let size = Float(16 + index * 37 % 211) / 256
      return index % 2 == 1 ? size : -size
    },
  ]

  // Fixtures/kmeans.py: points, clusters, inertia of the best of 50 runs.
  private static let best: [(String, Int, Double)] = [
    ("modular", 2, 3108.1675548427165),
    ("modular", 3, 1381.204955947751),
    ("modular", 8, 193.853718244537),
    ("modular", 16, 47.79724449584863),
    ("modular", 64, 2.947779295221923),
    ("squares", 2, 62503.98106415053),
    ("squares", 3, 26533.696393228296),
    ("squares", 8, 3591.893174918182),
    ("squares", 16, 870.2155654541791),
    ("squares", 64, 27.770230071713225),
    ("two-sided", 2, 22.729269714355468),
    ("two-sided", 3, 12.421139680687244),
    ("two-sided", 8, 1.4172717373974457),
    ("two-sided", 16, 0.35454877868750634),
    ("two-sided", 64, 0.022341918945312497),
  ]

  @Test func exactIsAtMostTheBestOfScikitLearn() throws {
    for (name, count, least) in Self.best {
      let points = try LinePoints(Self.sets[name] ?? [])
      let exact = points.inertia(try KMeans.exact(points, count: count))
      #expect(exact <= least * (1 + 1e-6) + 1e-9, "\(name) \(count): \(exact), \(least)")
    }
  }

  @Test func lloydEndsWhereNothingMoves() throws {
    for (name, numbers) in Self.sets {
      let points = try LinePoints(numbers)
      let lowest = Double(numbers.min() ?? 0)
      let step = (Double(numbers.max() ?? 0) - lowest) / 15
      let start = (0..<16).map { lowest + step * Double($0) }
      let centroids = try KMeans.centroids(points, from: start)
      #expect(centroids.count == 16, "\(name)")
      #expect(centroids == centroids.sorted())
      let again = try KMeans.centroids(points, from: centroids.map(Double.init))
      #expect(zip(again, centroids).allSatisfy { abs($0 - $1) <= 1e-5 })
      let exact = points.inertia(try KMeans.exact(points, count: 16))
      #expect(points.inertia(centroids) >= exact * (1 - 1e-9), "\(name)")
    }
  }

  @Test func tiesGoToTheLowerCentroid() throws {
    // 1 is half-way between 0 and 2.
    let points = try LinePoints([0, 1, 2])
    #expect(try KMeans.centroids(points, from: [0, 2]) == [0.5, 2])
  }

  @Test func emptyClustersMoveToTheFarthestNumber() throws {
    let points = try LinePoints([0, 1, 2, 10])
    #expect(try KMeans.centroids(points, from: [1, 500, 900]) == [0.5, 2, 10])
    // There are not more clusters than numbers.
    #expect(try KMeans.centroids(points, from: [1, 2, 3, 4, 5, 6]) == [0, 1, 2, 10])
    #expect(try KMeans.exact(points, count: 6) == [0, 1, 2, 10])
  }

  @Test func awkwardNumbers() throws {
    for numbers in [[], [3], [-0.0, 0], [5, 5, 5], [3e38, -3e38, 3e38]] as [[Float]] {
      let points = try LinePoints(numbers)
      let distinct = Set(numbers.map { $0 == 0 ? 0 : $0 }).sorted()
      #expect(try KMeans.exact(points, count: 2) == distinct)
      #expect(try KMeans.centroids(points, from: [0, 1]) == distinct)
    }
  }

  @Test func aLayerOfAQuarterMillionWeightsIsFast() throws {
    var random = Random(seed: 6)
    let numbers = try Tensor.normal([266_000], &random).scalars
    let points = try LinePoints(numbers)
    let exact = try KMeans.exact(points, count: 256)
    #expect(exact.count == 256)
    // Lloyd's iteration from the exact centroids finds nothing better.
    let again = try KMeans.centroids(points, from: exact.map(Double.init))
    #expect(points.inertia(again) >= points.inertia(exact) * (1 - 1e-7))
  }
}
