import Catalog
import Tensors

/// Article 003's pruning by gradient size.
///
///     as meant      score = |g|
///     as printed    gone where |g| ≥ Σ w        (its code)
///
/// The code keeps what has a gradient below the sum of all weights, so it lets the largest
/// gradients go, against its text, and everything goes once the weights sum to less than 0.
///
/// - Source: article 003, §2.2 and §3.2.2.
public struct GradientSizeCriterion: CatalogedCriterion {
  /// Whether the mask of the article's code is meant.
  public var isAsPrinted: Bool

  public init(_ settings: Settings) throws {
    isAsPrinted = try SettingsReader(Self.card, settings).boolean("printed")
  }

  public var needs: [Statistic] { [.weight, .gradient] }
  public var text: String { isAsPrinted ? "gradientSize(printed: true)" : "gradientSize" }

  public func expression(of weight: String) -> String? {
    isAsPrinted ? "abs(gradient) >= sum(\(weight))" : "abs(gradient)"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let size = try statistics.matching(.gradient).mapped(.absolute)
    guard isAsPrinted else { return .scores(size) }
    return .pruned(
      try Tensor.apply(.greaterOrEqual, size, Float(statistics.weight.folded(.sum))))
  }

  public static let card = Card(
    "gradientSize", .criterion,
    summary: "Scores each weight by the size of its gradient, as article 003 means it.",
    formula: "score = |∂L/∂w|; printed: gone where |∂L/∂w| ≥ Σ w",
    source: "article 003, §3.2.2",
    parameters: [
      .weight, .gradient, .printed("whether the article's code decides: a mask, no amount"),
    ],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(gradientSize([1, 2], gradient: [-3, 0.5]))", prints: "[3, 0.5]"),
      Example(
        "print(prune(tensor([1, 2]), by: gradientSize(printed: true), gradient: [-3, 0.5]))",
        prints: "[0, 2]"),
    ],
    related: ["weightSize", "unitGradient", "gradient"])
}
