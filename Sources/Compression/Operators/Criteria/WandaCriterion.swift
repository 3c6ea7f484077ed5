import Catalog
import Tensors

/// Small weights on quiet inputs matter least, compared within their own output.
///
///     score = |w_ij| · ‖x_j‖₂        ranked within each row i
///
/// Each row (output neuron or filter) gives rne(share · columns) weights; with `scope: global` all
/// are ranked together. The norm runs over all examples (for a convolution over all windows); the
/// authors' code divides it by √examples, which changes no order.
///
/// - Source: Sun et al., 2024, eq. 1, <https://arxiv.org/abs/2306.11695>.
public struct WandaCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .inputNorm] }
  public var comparesRows: Bool { true }

  public func expression(of weight: String) -> String? { "abs(\(weight)) * inputNorm" }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(
      try Tensor.apply(
        .multiply, statistics.weight.mapped(.absolute), statistics.matching(.inputNorm)))
  }

  public static let card = Card(
    "wanda", .criterion,
    summary: "Scores each weight by its size times its input's, compared within each output row.",
    formula: "score = |w_ij| · ‖x_j‖₂, k = rne(share · columns) of each row",
    source: "Sun et al. 2024, A Simple and Effective Pruning Approach, arXiv:2306.11695",
    parameters: [
      .weight, .statistic(.inputNorm, "‖x_j‖₂ of each weight's input, over the examples"),
    ],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example(
        "print(wanda([[1, -2], [3, 4]], inputNorm: [[10, 1], [10, 1]]))",
        prints: "[[10, 2], [30, 4]]"),
      Example(
        "print(prune(tensor([[1, -2], [3, 4]]), 50%, by: wanda, inputNorm: [[10, 1], [10, 1]]))",
        prints: "[[1, 0], [3, 0]]"),
      Example(
        "print(prune(tensor([[1, -2], [3, 4]]), 50%, by: wanda, scope: global, "
          + "inputNorm: [[9, 1], [9, 1]]))", prints: "[[1, 0], [3, 0]]"),
    ],
    related: ["magnitude", "sparsegpt", "prune"])
}
