import Autograd
import Catalog
import Tensors

/// Lays all numbers of an example in one row, the last axis fastest.
public struct Flatten: Layer {
  public static let stem = "flatten"

  public init(_ settings: Settings) throws {}

  public var keepsPositiveFactors: Bool { true }

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    [try LayerInput.one(inputs, of: "flatten").count]
  }

  public var channelFlow: ChannelFlow { .spread }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    let batch = inputs[0].shape[0]
    let length = inputs[0].shape.dimensions.dropFirst().reduce(1, *)
    return try .apply(.reshape([batch, length]), inputs)
  }

  public var inferenceStep: InferenceStep? { .flatten }

  public var outputGrid: OutputGrid { .input }

  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    let lengths = inputs[0].shape.dimensions
    return try inputs[0].reshaped([lengths[0], lengths.dropFirst().reduce(1, *)])
  }
}

extension Flatten {
  public static let card = Card(
    "flatten", .layer,
    summary: "Lays all numbers of an example in one row, the last axis fastest.",
    formula: "y[(c·height + h)·width + w] = x[c, h, w]",
    source: "Espalier",
    parameters: [
      .follows,
      .layerName,
    ],
    examples: [
      Example("print((input(3, 32, 32) |> flatten).outputShape)", prints: "[3072]"),
      Example("print((input(2, 2) |> flatten(name: \"flat\")).outputShape)", prints: "[4]"),
    ],
    related: ["linear", "reshape"])
}
