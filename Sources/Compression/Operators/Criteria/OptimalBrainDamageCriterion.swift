import Catalog
import Tensors

/// Weights whose removal hardly changes the loss, to second order, matter least.
///
///     score = ½ h w²        h = (1/n) Σ_i (∂L_i/∂w)²
///
/// At a minimum the gradient is 0 and the second order decides. h is the diagonal of the empirical
/// Fisher matrix, which stands for the Hessian's where the network fits its data.
///
/// - Source: LeCun, Denker and Solla, 1990, eq. 5 (there with the Hessian's own diagonal); the
///   Fisher matrix in its place: Theis et al., 2018, <https://arxiv.org/abs/1801.05787>.
public struct OptimalBrainDamageCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var needs: [Statistic] { [.weight, .hessian] }

  public func expression(of weight: String) -> String? {
    "0.5 * hessian * \(weight) * \(weight)"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let half = try Tensor.apply(.multiply, 0.5, statistics.matching(.hessian))
    let once = try Tensor.apply(.multiply, half, statistics.weight)
    return .scores(try Tensor.apply(.multiply, once, statistics.weight))
  }

  public static let card = Card(
    "obd", .criterion,
    summary: "Scores each weight by how much the loss would grow without it, to second order.",
    formula: "score = ½ h w², h the diagonal of the empirical Fisher matrix",
    source: "LeCun, Denker and Solla 1990, Optimal Brain Damage; Theis et al. 2018, "
      + "arXiv:1801.05787",
    parameters: [
      .weight, .statistic(.hessian, "the mean of each example's squared gradient"),
    ],
    laws: [.keepsShape, .deterministic],
    examples: [
      Example("print(obd([1, -2, 3], hessian: [2, 2, 0]))", prints: "[1, 4, 0]"),
      Example(
        "print(prune(tensor([1, -2, 3]), 1/3, by: obd, hessian: [2, 2, 0.1]))",
        prints: "[1, -2, 0]"),
    ],
    related: ["taylor", "sparsegpt", "magnitude", "prune"])
}
