import Catalog
import Tensors

/// Gradients scaled to a norm of 1 in every layer.
///
///     score = |g| / ‖g‖₂        the norm over the tensor; 0 where all gradients are 0
///
/// Within a layer it ranks as `gradient` does; with `scope: global` it makes layers comparable
/// whose gradients differ in size.
///
/// - Source: article 003, answers (the gradient's norm is set to 1).
public struct UnitGradientCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .gradient] }

  public func expression(of weight: String) -> String? {
    "abs(gradient) / sqrt(sum(gradient * gradient))"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let gradient = try statistics.matching(.gradient)
    let size = try gradient.mapped(.absolute)
    let norm = Float(
      gradient.withScalars { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }.squareRoot())
    return .scores(norm == 0 ? size : try Tensor.apply(.divide, size, norm))
  }

  public static let card = Card(
    "unitGradient", .criterion,
    summary: "Scores each weight by its gradient, scaled so that each layer's has norm 1.",
    formula: "score = |g| / ‖g‖₂",
    source: "article 003, answers",
    parameters: [.weight, .gradient],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(unitGradient([1, 2], gradient: [-3, 4]))", prints: "[0.6, 0.8]"),
      Example(
        "print(prune(tensor([1, 2]), 50%, by: unitGradient, gradient: [-3, 4]))",
        prints: "[0, 2]"),
    ],
    related: ["gradient", "gradientSize", "prune"])
}
