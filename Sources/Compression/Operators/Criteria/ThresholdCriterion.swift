import Catalog
import Tensors

/// Every weight below a limit goes, however many they are.
///
///     gone where |w| < t
///
/// A mask, so `prune` takes no amount; a weight of exactly t stays.
///
/// - Source: Han et al., 2015, §3, <https://arxiv.org/abs/1506.02626>.
public struct ThresholdCriterion: CatalogedCriterion {
  /// t, from 0.
  public var limit: Double

  public init(_ settings: Settings) throws {
    limit = try SettingsReader(Self.card, settings).number("below", in: 0...1e30)
  }

  public var text: String { "threshold(below: \(DerivationSteps.literal(limit)))" }

  public func expression(of weight: String) -> String? {
    "abs(\(weight)) < \(DerivationSteps.literal(limit))"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .pruned(
      try Tensor.apply(.less, statistics.weight.mapped(.absolute), Float(limit)))
  }

  public static let card = Card(
    "threshold", .criterion,
    summary: "Prunes every weight whose absolute value lies below a limit; takes no amount.",
    formula: "gone where |w| < t",
    source: "Han et al. 2015, Learning both Weights and Connections, §3, arXiv:1506.02626",
    parameters: [
      .weight,
      Parameter(
        "below", .label, or: "0.1", accepts: "a number from 0", "t; a weight of just t stays"),
    ],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(threshold([0.05, -0.1, 3], below: 0.1))", prints: "[true, false, false]"),
      Example(
        "print(prune(tensor([0.5, -2, 3]), by: threshold(below: 1)))", prints: "[0, -2, 3]"),
      Example(
        "prune(ones(4), 50%, by: threshold(below: 1))",
        fails: "E0102: `threshold(below: 1)` says itself which weights go, so `prune` takes no "
          + "amount"),
    ],
    related: ["sigmaThreshold", "magnitude", "prune"])
}
