import Catalog
import Tensors

/// Centroids drawn far from those there are already.
///
///     P(x) = count(x) · D(x)² / Σ count · D²      D: the distance to the nearest centroid so far
///
/// The first is drawn with the chance count(x)/n.
///
/// - Source: Arthur and Vassilvitskii, 2007, "k-means++: the advantages of careful seeding".
public enum PlusPlusStart: Cataloged {
  /// - Complexity: O(k · n) for n distinct numbers.
  static func centroids(
    _ points: LinePoints, count: Int, random: inout Random
  ) throws -> [Double] {
    let (values, counts) = (points.values, points.counts)
    var chances = counts.map(Double.init)
    var distances = [Double](repeating: .infinity, count: points.values.count)
    var centroids: [Double] = []
    while centroids.count < count {
      try Work.current.charge(points.values.count)
      guard let drawn = draw(chances, &random) else { break }
      let centroid = Double(points.values[drawn])
      centroids.append(centroid)
      // In units that keep the squares of any floats finite.
      for index in distances.indices {
        distances[index] = min(distances[index], abs(Double(values[index]) - centroid))
        chances[index] = Double(counts[index]) * distances[index] * distances[index]
      }
    }
    return centroids
  }

  private static func draw(_ chances: [Double], _ random: inout Random) -> Int? {
    let total = chances.reduce(0, +)
    guard total > 0 else { return nil }
    var left = random.uniform() * total
    for index in chances.indices where chances[index] > 0 {
      left -= chances[index]
      if left < 0 { return index }
    }
    return chances.lastIndex { $0 > 0 }
  }

  public static let card = Card(
    "kmeanspp", .option,
    summary: "Starts k-means at weights drawn far apart: the chance grows with squared distance.",
    formula: "P(x) ∝ D(x)²,  D the distance to the nearest centroid so far",
    source: "Arthur and Vassilvitskii 2007, k-means++: the advantages of careful seeding",
    examples: [
      Example(
        "print(share(tensor([1, 1, 5, 9, 9]), clusters: 3, start: kmeanspp, seed: 1))",
        prints: "[1, 1, 5, 9, 9]")
    ],
    related: ["share", "density", "exact"])
}
