import Catalog
import Tensors

/// Article 003's formula for shrinking by both sizes.
///
///     as printed    score = 1/|w| + 1/|g|
///     as meant      score = −(1/|w| + 1/|g|)
///
/// The article wants what is small to go. Its formula is large where the weight or its gradient is
/// small, and the lowest scores go first: as printed it prunes the largest weights with the largest
/// gradients. As meant the sign is turned. A zero scores ∞ as printed, and goes first as meant.
///
/// - Source: article 003, §2.3, first row of its table.
public struct InverseSumCriterion: CatalogedCriterion {
  /// Whether the sign is turned, so that small weights go first.
  public var isAsMeant: Bool

  public init(_ settings: Settings) throws {
    isAsMeant = try SettingsReader(Self.card, settings).boolean("meant")
  }

  public var needs: [Statistic] { [.weight, .gradient] }
  public var text: String { isAsMeant ? "inverseSum(meant: true)" : "inverseSum" }

  public func expression(of weight: String) -> String? {
    let printed = "1 / abs(\(weight)) + 1 / abs(gradient)"
    return isAsMeant ? "-(\(printed))" : printed
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let weight = try Tensor.apply(.divide, 1, statistics.weight.mapped(.absolute))
    let gradient = try Tensor.apply(.divide, 1, statistics.matching(.gradient).mapped(.absolute))
    let printed = try Tensor.apply(.add, weight, gradient)
    return .scores(isAsMeant ? try printed.mapped(.negate) : printed)
  }

  public static let card = Card(
    "inverseSum", .criterion,
    summary:
      "Scores each weight by 1/|w| + 1/|g|, which lets the largest go first; meant, the smallest.",
    formula: "score = 1/|w| + 1/|g|; meant: its negative",
    source: "article 003, §2.3, first row of its table",
    parameters: [.weight, .gradient, .meant],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example("print(inverseSum([1, -2, 4], gradient: [1, 0.5, 4]))", prints: "[2, 2.5, 0.5]"),
      Example(
        "print(prune(tensor([1, -2, 4]), 1/3, by: inverseSum, gradient: [1, 0.5, 4]))",
        prints: "[1, -2, 0]"),
      Example(
        "print(prune(tensor([1, -2, 4]), 1/3, by: inverseSum(meant: true), gradient: [1, 0.5, 4]))",
        prints: "[1, 0, 4]"),
    ],
    related: ["weightSize", "gradientSize", "inverseMax", "prune"])
}
