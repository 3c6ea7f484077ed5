import Catalog
import Tensors

/// The weights of a channel that its batch norm scales down matter least.
///
///     score = |γ| of the batch norm behind the channel
///
/// In a model the channels of all layers are ranked together; a layer without a batch norm behind
/// it scores ∞ and gives its weights last.
///
/// - Source: Liu et al., 2017 (network slimming), <https://arxiv.org/abs/1708.06519>.
public struct SlimmingCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .normScale] }
  public var scope: Prune.Scope { .global }

  public func expression(of weight: String) -> String? { "normScale" }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(try statistics.matching(.normScale))
  }

  public func judge(_ question: ModelQuestion, random: inout Random) throws -> [Judgement] {
    let weights = question.model.weights
    let scales = try weights.map { try question.model.normScales(behind: $0.node) }
    guard scales.contains(where: { $0 != nil }) else {
      throw PruneError.noNorm(question.paths.first ?? "weight", criterion: text)
    }
    return try zip(weights, scales).map { entry, scales in
      let shape = entry.parameter.shape
      guard let scales else { return .scores(try Tensor.full(shape, .infinity)) }
      return .scores(try spread(scales.scalars.map(abs), overUnitsOf: shape))
    }
  }

  public static let card = Card(
    "slimming", .criterion,
    summary: "Scores every weight of a channel by the scale of the batch norm behind it.",
    formula: "score = |γ|",
    source: "Liu et al. 2017, Network Slimming, arXiv:1708.06519",
    parameters: [
      .weight, .statistic(.normScale, "|γ| of the batch norm behind each weight's channel"),
    ],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example(
        "print(slimming([[1, 2], [3, 4]], normScale: [[2, 2], [0.5, 0.5]]))",
        prints: "[[2, 2], [0.5, 0.5]]"),
      Example(
        "let net = input(4) |> linear(2) |> batchnorm; "
          + "let n = replace(net, \"bn1.weight\", [0.1, 3]); "
          + "print(sum(prune(n, 50%, by: slimming).linear1.weight == 0, axis: 1))",
        prints: "[4, 0]"),
      Example(
        "prune(input(4) |> linear(2), 50%, by: slimming)",
        fails: "E0145: `slimming` reads the scales of batch norms, and none follows "
          + "`linear1.weight`"),
    ],
    related: ["batchnorm", "apoz", "prune"])
}
