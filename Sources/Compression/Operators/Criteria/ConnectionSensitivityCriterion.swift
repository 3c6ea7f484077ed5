import Catalog
import Tensors

/// Connections that the loss is hardly sensitive to matter least, all layers on one scale.
///
///     score = |w · g| / Σ |w · g|        the sum over all weights that are ranked
///
/// Meant for a network before training; on a trained one gradients are small and say little. The
/// sum runs over the whole model, in float64 in the order of the layers; for a tensor, over it.
///
/// - Source: Lee, Ajanthan and Torr, 2019 (SNIP), eq. 6, <https://arxiv.org/abs/1810.02340>.
public struct ConnectionSensitivityCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .gradient] }
  public var scope: Prune.Scope { .global }

  public func expression(of weight: String) -> String? {
    "abs(\(weight) * gradient) / sum(abs(\(weight) * gradient))"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    try judgements([(statistics.weight, statistics.matching(.gradient))])[0]
  }

  public func judge(_ question: ModelQuestion, random: inout Random) throws -> [Judgement] {
    let collected = try question.statistics(needs, for: text)
    return try judgements(
      zip(question.tensors, collected).map { tensor, others in
        let weight = try tensor.values
        return (weight, try Statistics(weight: weight, others).matching(.gradient))
      })
  }

  /// Products and their sum in float64, so that none overflows; all 0 when nothing is sensitive.
  private func judgements(_ layers: [(weight: Tensor, gradient: Tensor)]) throws -> [Judgement] {
    let products = layers.map { weight, gradient in
      weight.withScalars { w in
        gradient.withScalars { g in zip(w, g).map { abs(Double($0) * Double($1)) } }
      }
    }
    let sum = products.joined().reduce(0, +)
    return try zip(layers, products).map { layer, products in
      .scores(try .scores(layer.weight.shape) { sum == 0 ? 0 : products[$0] / sum })
    }
  }

  public static let card = Card(
    "snip", .criterion,
    summary: "Scores each weight by its share in how sensitive the loss is to all connections.",
    formula: "score = |w · ∂L/∂w| / Σ |w · ∂L/∂w|, over all layers",
    source: "Lee, Ajanthan and Torr 2019, SNIP, eq. 6, arXiv:1810.02340",
    parameters: [.weight, .gradient],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(snip([1, -2, 3], gradient: [2, 1, 0]))", prints: "[0.5, 0.5, 0]"),
      Example(
        "print(prune(tensor([1, -2, 3]), 1/3, by: snip, gradient: [9, 1, 1]))",
        prints: "[1, 0, 3]"),
    ],
    related: ["taylor", "synflow", "prune"])
}
