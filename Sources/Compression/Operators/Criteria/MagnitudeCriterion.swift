import Catalog
import Tensors

/// Small weights matter least.
///
///     score = |w|
///
/// - Source: Han et al., 2015, §3 (there by threshold), <https://arxiv.org/abs/1506.02626>.
public struct MagnitudeCriterion: CatalogedCriterion {
  public init() {}
  public init(_ settings: Settings) throws {}

  public func expression(of weight: String) -> String? { "abs(\(weight))" }

  public func judge(_ statistics: Statistics) throws -> Judgement { .magnitudes }

  public static let card = Card(
    "magnitude", .criterion,
    summary: "Scores each weight by its absolute value, so that the smallest go first.",
    formula: "score = |w|",
    source: "Han et al. 2015, Learning both Weights and Connections, §3, arXiv:1506.02626",
    parameters: [Parameter("weight", accepts: "a tensor", "the weights to score")],
    laws: [.keepsShape, .idempotent, .keepsZeros, .deterministic, .nonNegative],
    examples: [
      Example("print(magnitude(tensor([1, -2, 3])))", prints: "[1, 2, 3]"),
      Example("print(prune(tensor([1, -2, 3]), 1/3, by: magnitude))", prints: "[0, -2, 3]"),
    ],
    related: ["random", "prune"])
}
