import Catalog
import Encodings
import Networks
import Tensors

/// Whole neurons of linear layers go: of a model for good, with all that depends on them.
///
///     score of a unit = Σ over the layers that make it, Σ scores of its weights      float64
///
/// A neuron takes along its bias, its entry of each batch norm, and the inputs of the layers that
/// read it. The last layer's neurons are the answer and stay. A tensor by itself keeps its shape:
/// the neuron's weights become zero and are pruned.
///
/// - Source: Sietsma and Dow, 1988, <https://doi.org/10.1109/ICNN.1988.23864>; groups as Fang et
///   al., 2023, <https://arxiv.org/abs/2301.12900>.
public struct Neurons: RemovableStructure {
  public init() {}
  public init(_ settings: Settings) throws {}

  public func units(of shape: Shape) -> Units? {
    shape.rank == 2 ? .slices(of: 0, in: shape) : nil
  }

  public func covers(_ group: ChannelGroup) -> Bool { group.kind == .neuron }

  public static let card = Card(
    "neurons", .option,
    summary: "Removes whole neurons of linear layers, and all that depends on them.",
    formula: "k = rne(share · n) of each group's n units go, at least one stays; shapes shrink",
    source: "Sietsma and Dow 1988, Neural net pruning, doi:10.1109/ICNN.1988.23864; "
      + "Fang et al. 2023, DepGraph, arXiv:2301.12900",
    examples: [
      Example(
        "let net = input(64) |> linear(300) |> relu |> linear(100) |> relu |> linear(10)\n"
          + "print(prune(net, 50%, structure: neurons).parameterCount)",
        prints: "17810"),
      Example(
        "print(prune(tensor([[1, 9], [5, 2]]), 50%, structure: neurons))",
        prints: "[[1, 9], [0, 0]]"),
      Example(
        "prune(input(4) |> linear(2), 50%, structure: neurons)",
        fails: "E0250: this model has no neurons to prune"),
    ],
    related: ["channels", "rows", "prune"])
}
