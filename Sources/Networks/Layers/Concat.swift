import Autograd
import Catalog
import Tensors

/// Joins branches one after the other along their channels.
///
///     y = [a; b; …]        a [c₁, h, w], b [c₂, h, w], y [c₁ + c₂ + …, h, w]
///
/// - Source: Huang et al., 2017, <https://arxiv.org/abs/1608.06993>.
public struct Concat: Layer {
  public static let stem = "concat"

  public init(_ settings: Settings) throws {}

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    guard let first = inputs.first else { throw LayerError.noInput("concat") }
    var channels = 0
    for shape in inputs {
      guard shape.rank == first.rank, shape.dimensions.dropFirst() == first.dimensions.dropFirst()
      else {
        throw LayerError.branchesDiffer(
          "concat", first, shape, help: "give the branches one height and width")
      }
      channels += shape[0]
    }
    return Shape([channels] + first.dimensions.dropFirst())
  }

  public var channelFlow: ChannelFlow { .joined }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(.concatenate(axis: 1), inputs)
  }
}

extension Concat {
  public static let card = Card(
    "concat", .layer,
    summary: "Joins branches along their channels, or tensors and lists end to end.",
    formula: "y = [a; b; …]",
    source: "Huang et al. 2017, arXiv:1608.06993",
    parameters: [
      Parameter("x", accepts: "a model, a tensor or a list", "the first branch"),
      Parameter("more", .variadic, accepts: "models, tensors or lists", "the others"),
      .layerName,
    ],
    examples: [
      Example(
        "let x = input(2, 4, 4); print((concat(x, x |> conv2d(3, padding: 1))).outputShape)",
        prints: "[5, 4, 4]"),
      Example(
        "let x = input(4); print((concat(x, x |> relu, name: \"both\")).outputShape)",
        prints: "[8]"),
      Example(
        "let x = input(2, 4, 4); concat(x, x |> maxpool(2))",
        fails: "E0240: `concat` cannot join 2×4×4 and 2×2×2"),
    ],
    related: ["add"])
}
