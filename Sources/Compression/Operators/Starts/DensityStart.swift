import Catalog

/// Centroids at equal shares of the numbers.
///
///     c_j = the number below which the share (j + ½)/k of all numbers lies
///
/// - Source: Han et al., 2016, §3.2 ("density-based"), <https://arxiv.org/abs/1510.00149>.
public enum DensityStart: Cataloged {
  static func centroids(_ points: LinePoints, count: Int) -> [Double] {
    (0..<count).map { Double(points.value(behind: points.total * (2 * $0 + 1) / (2 * count))) }
  }

  public static let card = Card(
    "density", .option,
    summary:
      "Starts k-means at equal shares of the weights: many centroids where weights are many.",
    formula: "c_j = the ((j + ½)/k)-quantile of the weights",
    source: "Han et al. 2016, Deep Compression, §3.2, arXiv:1510.00149",
    examples: [
      Example(
        "print(share(tensor([1, 1, 1, 2, 8, 9]), clusters: 2, start: density))",
        prints: "[1.25, 1.25, 1.25, 1.25, 8.5, 8.5]")
    ],
    related: ["share", "linear", "kmeanspp", "exact"])
}
