import Catalog
import Tensors

/// The weights of a neuron or channel that is mostly silent matter least.
///
///     APoZ = the share of zeros among the unit's outputs        score = 1 − APoZ
///
/// Zeros are counted over examples and positions, behind the norms and activation functions that
/// follow; without a `relu` among them there are none. The highest share goes first.
///
/// - Source: Hu et al., 2016, <https://arxiv.org/abs/1607.03250>. (Some toolkits average over the
///   wrong axis for flat layers; here the mean is always over examples.)
public struct ZeroActivationCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .zeroShare] }

  public func expression(of weight: String) -> String? { "1 - zeroShare" }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(try Tensor.apply(.subtract, 1, statistics.matching(.zeroShare)))
  }

  public static let card = Card(
    "apoz", .criterion,
    summary: "Scores every weight of a neuron or channel by how seldom its output is zero.",
    formula: "score = 1 − APoZ, APoZ = the share of zeros among the unit's outputs",
    source: "Hu et al. 2016, Network Trimming, arXiv:1607.03250",
    parameters: [
      .weight, .statistic(.zeroShare, "the share of zeros of each weight's neuron or channel"),
    ],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example(
        "print(apoz([[1, 2], [3, 4]], zeroShare: [[0.25, 0.25], [1, 1]]))",
        prints: "[[0.75, 0.75], [0, 0]]"),
      Example(
        "print(prune(tensor([[1, 2], [3, 4]]), 50%, by: apoz, "
          + "zeroShare: [[0.25, 0.25], [1, 1]]))", prints: "[[1, 2], [0, 0]]"),
    ],
    related: ["activation", "slimming", "prune"])
}
