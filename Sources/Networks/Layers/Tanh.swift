import Autograd
import Catalog
import Tensors

/// Squashes every number into −1…1.
///
///     y = (e^x − e^−x) / (e^x + e^−x)
///
/// - Source: LeCun et al. 1998, Efficient BackProp.
public struct Tanh: Layer {
  public static let stem = "tanh"

  public init(_ settings: Settings) throws {}

  public var keepsUnits: Bool { true }

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    try LayerInput.one(inputs, of: "tanh")
  }

  public var channelFlow: ChannelFlow { .same }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(.tanh, inputs)
  }

  /// 1/128 a code, from −1.
  public var outputGrid: OutputGrid { .steps(lowest: -1, highest: 1) }

  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    try run.table(self, inputs[0])
  }
}

extension Tanh {
  public static let card = Card(
    "tanh", .layer,
    summary: "Squashes every number into −1…1.",
    formula: "y = (e^x − e^−x) / (e^x + e^−x)",
    source: "LeCun et al. 1998, Efficient BackProp",
    parameters: [
      Parameter("x", accepts: "a model or a tensor", "what the layer follows"),
      .layerName,
    ],
    laws: [.keepsShape, .keepsZeros],
    examples: [
      Example("print((input(4) |> tanh).outputShape)", prints: "[4]"),
      Example("print((input(4) |> tanh(name: \"squash\")).parameterCount)", prints: "0"),
      Example("print(tanh(tensor([-1, 0, 2])))", prints: "[-0.7615942, 0, 0.9640276]"),
    ],
    related: ["sigmoid", "relu"])
}
