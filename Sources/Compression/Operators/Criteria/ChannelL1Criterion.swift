import Catalog
import Tensors

/// The weights of a channel that is small as a whole matter least.
///
///     score = Σ |w| over the weight's channel (slice of axis 0)
///
/// In float64, in order; every weight of the channel gets the sum.
///
/// - Source: Li et al., 2017, §3.1, <https://arxiv.org/abs/1608.08710>.
public struct ChannelL1Criterion: CatalogedCriterion {
  public init(_ settings: Settings) throws {}

  public func judge(_ statistics: Statistics) throws -> Judgement {
    .scores(
      try statistics.weight.foldedChannels { slice in
        slice.reduce(0.0) { $0 + abs(Double($1)) }
      })
  }

  public static let card = Card(
    "l1", .criterion,
    summary: "Scores every weight of a channel by the sum of the channel's absolute values.",
    formula: "score = Σ |w| over the slice of axis 0",
    source: "Li et al. 2017, Pruning Filters for Efficient ConvNets, arXiv:1608.08710",
    parameters: [.weight],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(l1([[1, -2], [3, 4]]))", prints: "[[3, 3], [7, 7]]"),
      Example("print(prune(tensor([[9, -2], [3, 4]]), 50%, by: l1))", prints: "[[9, -2], [0, 0]]"),
    ],
    related: ["l2", "geometricMedian", "prune"])
}

extension Tensor {
  /// A number for each slice of axis 0, repeated over the slice; a bare list has slices of one.
  func foldedChannels(_ fold: (Slice<UnsafeBufferPointer<Float>>) -> Double) throws -> Tensor {
    let units = shape.rank > 0 ? shape[0] : 1
    let width = units == 0 ? 0 : count / units
    let numbers = withScalars { scalars in
      (0..<units).map { Float(fold(scalars[$0 * width..<($0 + 1) * width])) }
    }
    return try spread(numbers, overUnitsOf: shape)
  }
}
