import Autograd
import Catalog
import Tensors

/// Turns the numbers of an example into shares that sum to 1.
///
///     y_i = e^(x_i − max x) / Σ_j e^(x_j − max x)
///
/// As last layer it belongs to the cross-entropy loss, which takes the logits before it.
///
/// - Source: Bridle, 1990, <https://doi.org/10.1007/978-3-642-76153-9_28>.
public struct Softmax: Layer {
  public static let stem = "softmax"

  public init(_ settings: Settings) throws {}

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    let shape = try LayerInput.one(inputs, of: "softmax")
    guard shape.rank == 1 else {
      throw LayerError.wrongRank(
        "softmax", shape, wants: "a flat input", help: "`flatten |> softmax`")
    }
    return shape
  }

  /// Every result is a share of all, so all numbers stay.
  public var channelFlow: ChannelFlow { .mixed }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(.softmax, inputs)
  }

  /// 1/256 a code, from 0; the shares themselves are computed in float32.
  public var outputGrid: OutputGrid { .steps(lowest: 0, highest: 1) }
}

extension Softmax {
  public static let card = Card(
    "softmax", .layer,
    summary: "Turns the numbers of an example into shares that sum to 1.",
    formula: "y_i = e^(x_i − max x) / Σ_j e^(x_j − max x)",
    source: "Bridle 1990, doi:10.1007/978-3-642-76153-9_28",
    parameters: [
      Parameter("x", accepts: "a model or a tensor", "what the layer follows"),
      .layerName,
    ],
    laws: [.keepsShape, .nonNegative],
    examples: [
      Example("print((input(8) |> linear(10) |> softmax).outputShape)", prints: "[10]"),
      Example("print((input(2) |> softmax(name: \"shares\")).parameterCount)", prints: "0"),
      Example("print(softmax(tensor([1, 1, 1, 1])))", prints: "[0.25, 0.25, 0.25, 0.25]"),
      Example(
        "input(1, 2, 2) |> softmax",
        fails: "E0240: `softmax` takes a flat input; it was given 1×2×2"),
    ],
    related: ["crossEntropy", "sigmoid"])
}
