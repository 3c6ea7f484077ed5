import Catalog
import Tensors

/// Article 003's pruning "by weight size".
///
///     as meant      score = |w|
///     as printed    score = |g|
///
/// The article names the method after the weight, then says to sort by the size of the gradient;
/// as meant it is `magnitude`, as printed it is `gradient`.
///
/// - Source: article 003, §2.2 and its answers.
public struct WeightSizeCriterion: CatalogedCriterion {
  /// Whether the gradient is what is sorted by, as the article says.
  public var isAsPrinted: Bool

  public init(_ settings: Settings) throws {
    isAsPrinted = try SettingsReader(Self.card, settings).boolean("printed")
  }

  public var needs: [Statistic] { isAsPrinted ? [.weight, .gradient] : [.weight] }
  public var text: String { isAsPrinted ? "weightSize(printed: true)" : "weightSize" }

  public func expression(of weight: String) -> String? {
    isAsPrinted ? "abs(gradient)" : "abs(\(weight))"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let size = isAsPrinted ? try statistics.matching(.gradient) : statistics.weight
    return .scores(try size.mapped(.absolute))
  }

  public static let card = Card(
    "weightSize", .criterion,
    summary: "Scores each weight by its size; as printed in article 003, by its gradient's.",
    formula: "score = |w|; printed: |∂L/∂w|",
    source: "article 003, §2.2",
    parameters: [
      .weight, .gradient, .printed("whether to sort by the gradient, as the article then says"),
    ],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(weightSize([1, -2, 3]))", prints: "[1, 2, 3]"),
      Example(
        "print(weightSize([1, -2, 3], gradient: [5, 0, -1], printed: true))", prints: "[5, 0, 1]"),
    ],
    related: ["gradientSize", "inverseSum", "magnitude"])
}
