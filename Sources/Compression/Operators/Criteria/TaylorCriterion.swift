import Catalog
import Tensors

/// Weights whose removal hardly changes the loss, to first order, matter least.
///
///     L(w = 0) − L(w) ≈ −w · g        score = |w · g|
///
/// - Source: Molchanov et al., 2019, eq. 8 (there squared, which ranks alike),
///   <https://arxiv.org/abs/1906.10771>.
public struct TaylorCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .gradient] }

  public func expression(of weight: String) -> String? { "abs(\(weight) * gradient)" }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(try Tensor.magnitudeOfProduct(statistics.weight, statistics.matching(.gradient)))
  }

  public static let card = Card(
    "taylor", .criterion,
    summary: "Scores each weight by how much the loss would change without it, to first order.",
    formula: "score = |w · ∂L/∂w|",
    source: "Molchanov et al. 2019, Importance Estimation for Neural Network Pruning, "
      + "arXiv:1906.10771",
    parameters: [.weight, .gradient],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(taylor([1, -2, 3], gradient: [9, 1, 0]))", prints: "[9, 2, 0]"),
      Example(
        "print(prune(tensor([1, -2, 3]), 1/3, by: taylor, gradient: [9, 1, 1]))",
        prints: "[1, 0, 3]"),
      Example(
        "prune(input(4) |> linear(3), 50%, by: taylor)",
        fails: "E0144: `taylor` reads `gradient`, which is collected on examples; there are none"),
    ],
    related: ["snip", "obd", "gradient", "prune"])
}
