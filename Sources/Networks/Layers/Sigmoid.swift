import Autograd
import Catalog
import Tensors

/// Squashes every number into 0…1.
///
///     y = 1 / (1 + e^−x)
///
/// - Source: Rumelhart, Hinton and Williams 1986, Nature 323.
public struct Sigmoid: Layer {
  public static let stem = "sigmoid"

  public init(_ settings: Settings) throws {}

  public var keepsUnits: Bool { true }

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    try LayerInput.one(inputs, of: "sigmoid")
  }

  public var channelFlow: ChannelFlow { .same }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(.sigmoid, inputs)
  }

  /// 1/256 a code, from 0.
  public var outputGrid: OutputGrid { .steps(lowest: 0, highest: 1) }

  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    try run.table(self, inputs[0])
  }
}

extension Sigmoid {
  public static let card = Card(
    "sigmoid", .layer,
    summary: "Squashes every number into 0…1.",
    formula: "y = 1 / (1 + e^−x)",
    source: "Rumelhart, Hinton and Williams 1986, Nature 323",
    parameters: [
      Parameter("x", accepts: "a model or a tensor", "what the layer follows"),
      .layerName,
    ],
    laws: [.keepsShape, .nonNegative],
    examples: [
      Example("print((input(4) |> sigmoid).outputShape)", prints: "[4]"),
      Example("print((input(4) |> sigmoid(name: \"squash\")).parameterCount)", prints: "0"),
      Example("print(sigmoid(tensor([-1, 0, 2])))", prints: "[0.2689414, 0.5, 0.8807971]"),
    ],
    related: ["tanh", "relu"])
}
