import Catalog

/// The best clusters there are, without any start: `KMeans.exact`.
///
/// On a line clusters are runs of the sorted weights, and the best cuts can be found exactly.
public enum ExactClusters: Cataloged {
  public static let card = Card(
    "exact", .option,
    summary: "Finds the best clusters there are; on a line that takes no luck and little time.",
    formula: "min Σ over clusters Σ over their weights (w − mean)², over all cuts of the sorted w",
    source: "Grønlund et al. 2017, Fast exact k-means in 1D, arXiv:1701.07204",
    examples: [
      Example(
        "print(share(tensor([0, 1, 2, 10, 11, 30]), clusters: 3, start: exact))",
        prints: "[1, 1, 1, 10.5, 10.5, 30]"),
      Example(
        "let w = randn(500, seed: 2); "
          + "print(sum((w - share(w, bits: 3, start: exact))^2) <= "
          + "sum((w - share(w, bits: 3, start: linear))^2))", prints: "true"),
    ],
    related: ["share", "density", "kmeanspp"])
}
