import Catalog
import Tensors

/// The weights of a neuron or channel that says little matter least.
///
///     score = mean |a|        over examples and positions, the same for every weight of the unit
///
/// a is the unit's output behind the norms and activation functions that follow it. Article 002's
/// code takes the mean over examples and positions of the network's last output, then indexes it by
/// parameter; only the mean by unit has a meaning for every layer.
///
/// - Source: article 002, §3.1 and §4.1 (importance by activation).
public struct ActivationCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .activation] }

  public func expression(of weight: String) -> String? { "activation" }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(try statistics.matching(.activation))
  }

  public static let card = Card(
    "activation", .criterion,
    summary: "Scores every weight of a neuron or channel by how large its output is on average.",
    formula: "score = mean |a| of the weight's neuron or channel",
    source: "article 002, §4.1",
    parameters: [
      .weight, .statistic(.activation, "mean |a| of each weight's neuron or channel"),
    ],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example(
        "print(activation([[1, 2], [3, 4]], activation: [[5, 5], [1, 1]]))",
        prints: "[[5, 5], [1, 1]]"),
      Example(
        "print(prune(tensor([[1, 2], [3, 4]]), 50%, by: activation, "
          + "activation: [[5, 5], [1, 1]]))", prints: "[[1, 2], [0, 0]]"),
    ],
    related: ["apoz", "slimming", "prune"])
}
