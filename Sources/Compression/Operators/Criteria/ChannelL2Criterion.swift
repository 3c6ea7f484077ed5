import Catalog
import Tensors

/// The weights of a channel that is short as a vector matter least.
///
///     score = √(Σ w²) over the weight's channel (slice of axis 0)
///
/// In float64, in order; every weight of the channel gets the norm.
///
/// - Source: He et al., 2018 (soft filter pruning), <https://arxiv.org/abs/1808.06866>.
public struct ChannelL2Criterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(
      try statistics.weight.foldedChannels { slice in
        slice.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      })
  }

  public static let card = Card(
    "l2", .criterion,
    summary: "Scores every weight of a channel by the channel's Euclidean norm.",
    formula: "score = √(Σ w²) over the slice of axis 0",
    source: "He et al. 2018, Soft Filter Pruning, arXiv:1808.06866",
    parameters: [.weight],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(l2([[3, -4], [6, 8]]))", prints: "[[5, 5], [10, 10]]"),
      Example("print(prune(tensor([[5, 5], [1, 8]]), 50%, by: l2))", prints: "[[0, 0], [1, 8]]"),
    ],
    related: ["l1", "geometricMedian", "prune"])
}
