import Catalog
import Tensors

/// Weights that are small among those of their layer that are still there matter least.
///
///     score(w_i) = w_i² / Σ_{j ≥ i} w_j²        weights of the layer sorted ascending
///
/// The largest weight of every layer scores 1, so no layer is emptied while another has more to
/// give. Sorted by (w², index); sums in float64 from the largest down; an all-zero rest scores 0.
/// Within one layer it ranks as magnitude does, so layers are ranked together.
///
/// - Source: Lee et al., 2021, eq. 1, <https://arxiv.org/abs/2010.07611>.
public struct LampCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public var scope: Prune.Scope { .global }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let weight = statistics.weight
    // An unsorted NaN would be undefined order; it is refused as a score below.
    let squares = weight.withScalars { $0.map { Double($0) * Double($0) } }
    let order = squares.indices.sorted {
      squares[$0] != squares[$1] ? squares[$0] < squares[$1] : $0 < $1
    }
    var scores = [Float](repeating: 0, count: squares.count)
    var rest = 0.0
    for index in order.reversed() {
      rest += squares[index]
      scores[index] = rest == 0 ? 0 : Float(squares[index] / rest)
    }
    return .scores(try Tensor(weight.shape, scores))
  }

  public static let card = Card(
    "lamp", .criterion,
    summary: "Scores each weight by its share of what would be left, so that no layer empties.",
    formula: "score = w_i² / Σ_{j ≥ i} w_j², sorted ascending; layers ranked together",
    source: "Lee et al. 2021, Layer-adaptive Sparsity for the Magnitude-based Pruning, "
      + "arXiv:2010.07611",
    parameters: [.weight],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(lamp([1, -1, 2]))", prints: "[0.1666667, 0.2, 1]"),
      Example("print(prune(tensor([3, 1, 2]), 1/3, by: lamp))", prints: "[3, 0, 2]"),
    ],
    related: ["magnitude", "global", "prune"])
}
