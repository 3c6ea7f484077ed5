import Catalog
import Tensors

/// Weights that the loss hardly asks to move matter least.
///
///     score = |g|        g = ∂L/∂w, the mean over the examples
///
/// On a network that has been trained to its end every gradient is near 0, and small ones say
/// little: see `taylor`.
///
/// - Source: article 002, §3.1 (importance by gradient); Mozer and Smolensky, 1988.
public struct GradientCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .gradient] }

  public func expression(of weight: String) -> String? { "abs(gradient)" }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(try statistics.matching(.gradient).mapped(.absolute))
  }

  public static let card = Card(
    "gradient", .criterion,
    summary: "Scores each weight by the size of its gradient, so that the least wanted move goes.",
    formula: "score = |∂L/∂w|",
    source: "article 002, §3.1; Mozer and Smolensky 1988, Skeletonization, NIPS",
    parameters: [.weight, .gradient],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(gradient([1, 2], gradient: [-3, 0.5]))", prints: "[3, 0.5]"),
      Example(
        "print(prune(tensor([1, 2]), 50%, by: gradient, gradient: [-3, 0.5]))", prints: "[1, 0]"),
    ],
    related: ["taylor", "gradientSize", "unitGradient", "prune"])
}
