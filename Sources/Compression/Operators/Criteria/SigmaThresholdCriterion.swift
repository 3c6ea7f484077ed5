import Catalog
import Tensors

/// Every weight below a multiple of the layer's own spread goes.
///
///     gone where |w| < s · σ        σ = √((1/n) Σ (w − w̄)²) of the tensor
///
/// σ is the population's, in float64; weights pruned before count with their zeros.
///
/// - Source: Han et al., 2015, §4, <https://arxiv.org/abs/1506.02626>: the threshold is a quality
///   parameter times the standard deviation of the layer's weights.
public struct SigmaThresholdCriterion: CatalogedCriterion {
  /// s, from 0.
  public var factor: Double

  public init(_ settings: Settings) throws {
    factor = try SettingsReader(Self.card, settings).number("times", in: 0...1e30)
  }

  public var text: String { "sigmaThreshold(times: \(DerivationSteps.literal(factor)))" }

  public func expression(of weight: String) -> String? {
    "abs(\(weight)) < \(DerivationSteps.literal(factor)) * std(\(weight))"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let weight = statistics.weight
    guard weight.count > 0 else { return .pruned(weight) }
    return .pruned(
      try Tensor.apply(
        .less, weight.mapped(.absolute),
        Float(factor * weight.folded(.standardDeviation))))
  }

  public static let card = Card(
    "sigmaThreshold", .criterion,
    summary: "Prunes every weight below a multiple of its layer's standard deviation.",
    formula: "gone where |w| < s · σ(w)",
    source: "Han et al. 2015, Learning both Weights and Connections, §4, arXiv:1506.02626",
    parameters: [
      .weight,
      Parameter("times", .label, or: "1", accepts: "a number from 0", "s, the quality parameter"),
    ],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example(
        "print(prune(tensor([1, -1, 3, -3]), by: sigmaThreshold(times: 1)))",
        prints: "[0, 0, 3, -3]"),
      Example("print(sigmaThreshold([1, -1, 3, -3]))", prints: "[true, true, false, false]"),
    ],
    related: ["threshold", "magnitude", "prune"])
}
