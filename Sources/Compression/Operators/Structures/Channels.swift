import Catalog
import Encodings
import Networks
import Tensors

/// Whole channels of convolutions go: of a model for good, with everything that depends on them.
///
///     score of a unit = Σ over the layers that make it, Σ scores of its weights      float64
///
/// In a model a filter takes along its bias, its entry of each batch norm, the inputs of the layers
/// that read it (c·h·w inputs behind a `flatten`), and the filters of other branches that are added
/// to it; `concat` moves the channels behind it up. Shapes shrink, and what is left computes
/// what it computed with the channel and its readers at zero. `remove: false` only zeroes them.
///
/// A tensor by itself has nothing that could shrink along, so it keeps its shape: the filter's
/// weights become zero and are pruned.
///
/// - Source: Li et al., 2017, <https://arxiv.org/abs/1608.08710>; groups as Fang et al., 2023,
///   <https://arxiv.org/abs/2301.12900>.
public struct Channels: RemovableStructure {
  public init() {}
  public init(_ settings: Settings) throws {}

  public func units(of shape: Shape) -> Units? {
    shape.rank == 4 ? .slices(of: 0, in: shape) : nil
  }

  public func covers(_ group: ChannelGroup) -> Bool { group.kind == .filter }

  public static let card = Card(
    "channels", .option,
    summary: "Removes whole channels of convolutions, and all that depends on them.",
    formula: "k = rne(share · n) of each group's n units go, at least one stays; shapes shrink",
    source: "Li et al. 2017, Pruning Filters for Efficient ConvNets, arXiv:1608.08710; "
      + "Fang et al. 2023, DepGraph, arXiv:2301.12900",
    examples: [
      Example(
        "let net = input(1, 8, 8) |> conv2d(4) |> relu |> flatten |> linear(10)\n"
          + "let p = prune(net, 50%, structure: channels)\n"
          + "print(p.conv1.weight.shape, p.linear1.weight.shape)",
        prints: "[2, 1, 3, 3] [10, 72]"),
      Example(
        "print(prune(reshape(tensor(1...4), 2, 1, 1, 2), 50%, structure: channels))",
        prints: "[[[[0, 0]]], [[[3, 4]]]]"),
      Example(
        "prune(input(4) |> linear(2), 50%, structure: channels)",
        fails: "E0250: this model has no channels to prune"),
    ],
    related: ["neurons", "kernels", "rows", "prune"])
}
