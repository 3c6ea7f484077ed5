import Catalog
import Tensors

/// The weights of a channel that others can stand in for matter least.
///
///     score = Σ_c' ‖W_c − W_c'‖₂        over the channels (slices of axis 0) of the layer
///
/// The channels nearest to the geometric median go first, however large they are.
///
/// - Complexity: channels² · weights of a channel.
/// - Source: He et al., 2019 (FPGM), eq. 7, <https://arxiv.org/abs/1811.00250>.
public struct GeometricMedianCriterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let weight = statistics.weight
    let units = weight.shape.rank > 0 ? weight.shape[0] : 1
    let width = units == 0 ? 0 : weight.count / units
    var sums = [Double](repeating: 0, count: units)
    try weight.withScalars { scalars in
      for left in 0..<units {
        try Work.current.charge(left * width)
        for right in 0..<left {
          var square = 0.0
          for place in 0..<width {
            let gap = Double(scalars[left * width + place]) - Double(scalars[right * width + place])
            square += gap * gap
          }
          sums[left] += square.squareRoot()
          sums[right] += square.squareRoot()
        }
      }
    }
    return .scores(try spread(sums.map { Float($0) }, overUnitsOf: weight.shape))
  }

  public static let card = Card(
    "geometricMedian", .criterion,
    summary: "Scores every weight of a channel by how far the channel lies from all others.",
    formula: "score = Σ_c' ‖W_c − W_c'‖₂",
    source: "He et al. 2019, Filter Pruning via Geometric Median, arXiv:1811.00250",
    parameters: [.weight],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example(
        "print(geometricMedian([[0, 0], [3, 4], [6, 8]]))",
        prints: "[[15, 15], [10, 10], [15, 15]]"),
      Example(
        "print(prune(tensor([[1, 1], [3, 4], [6, 8]]), 1/3, by: geometricMedian))",
        prints: "[[1, 1], [0, 0], [6, 8]]"),
    ],
    related: ["l1", "l2", "prune"])
}
