import Autograd
import Catalog
import Tensors

/// Keeps what is positive and sets the rest to zero.
///
///     y = max(x, 0)
///
/// - Source: Nair and Hinton 2010, ICML.
public struct ReLU: Layer {
  public static let stem = "relu"

  public init(_ settings: Settings) throws {}

  public var keepsUnits: Bool { true }
  public var keepsPositiveFactors: Bool { true }

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    try LayerInput.one(inputs, of: "relu")
  }

  public var channelFlow: ChannelFlow { .same }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(.relu, inputs)
  }

  public var inferenceStep: InferenceStep? { .relu }

  public var outputGrid: OutputGrid { .input }

  /// Codes below that of 0 become that of 0.
  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    try inputs[0].aboveZero()
  }
}

extension ReLU {
  public static let card = Card(
    "relu", .layer,
    summary: "Keeps what is positive and sets the rest to zero.",
    formula: "y = max(x, 0)",
    source: "Nair and Hinton 2010, ICML",
    parameters: [
      Parameter("x", accepts: "a model or a tensor", "what the layer follows"),
      .layerName,
    ],
    laws: [.keepsShape, .idempotent, .keepsZeros, .nonNegative],
    examples: [
      Example("print((input(4) |> relu).outputShape)", prints: "[4]"),
      Example("print((input(4) |> relu(name: \"squash\")).parameterCount)", prints: "0"),
      Example("print(relu(tensor([-1, 0, 2])))", prints: "[0, 0, 2]"),
    ],
    related: ["sigmoid", "tanh"])
}
