import Autograd
import Catalog
import Tensors

/// Adds branches of one shape number by number, as a residual network does.
///
///     y = a + b + …
///
/// - Source: He et al., 2016, <https://arxiv.org/abs/1512.03385>.
public struct Add: Layer {
  public static let stem = "add"

  public init(_ settings: Settings) throws {}

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    guard let first = inputs.first else { throw LayerError.noInput("add") }
    for other in inputs.dropFirst() where other != first {
      throw LayerError.branchesDiffer(
        "add", first, other, help: "give the branches one shape, or join channels with `concat`")
    }
    return first
  }

  public var channelFlow: ChannelFlow { .same }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try inputs.dropFirst().reduce(inputs[0]) { try .apply(.add, [$0, $1]) }
  }
}

extension Add {
  public static let card = Card(
    "add", .layer,
    summary: "Adds branches of one shape number by number, as a residual network does.",
    formula: "y = a + b + …",
    source: "He et al. 2016, arXiv:1512.03385",
    parameters: [
      Parameter("x", accepts: "a model", "the first branch"),
      Parameter("more", .variadic, accepts: "models", "the other branches"),
      .layerName,
    ],
    examples: [
      Example("let x = input(4); print((add(x, x |> relu)).outputShape)", prints: "[4]"),
      Example(
        "let x = input(4); print((x |> linear(4) |> add(x, name: \"skip\")).outputShape)",
        prints: "[4]"),
      Example(
        "let x = input(4); add(x, x |> linear(3))",
        fails: "E0240: `add` cannot join 4 and 3"),
    ],
    related: ["concat"])
}
