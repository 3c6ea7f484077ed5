import Autograd
import Catalog
import Tensors

/// Every output sees every input.
///
///     y = x Wᵀ + b        x [in], W [out, in], b [out], y [out]
///
/// Weights and biases start uniform within ±1/√in (Kaiming's rule with a = √5).
///
/// - Source: He et al., 2015, <https://arxiv.org/abs/1502.01852>; the start as PyTorch's.
public struct Linear: Layer {
  public static let stem = "linear"
  public let settings: Settings
  public let outputs: Int

  public init(_ settings: Settings) throws {
    self.settings = settings
    outputs = try SettingsReader(Linear.card, settings).whole("outputs", in: 1...(1 << 24))
  }

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    let shape = try LayerInput.one(inputs, of: "linear")
    guard shape.rank == 1 else {
      throw LayerError.wrongRank(
        "linear", shape, wants: "a flat input", help: "`flatten |> linear(\(outputs))`")
    }
    guard shape[0] <= Int.max / 8 / outputs else { throw LayerError.tooLarge("linear", shape) }
    return [outputs]
  }

  public func initialParameters(
    _ inputs: [Shape], _ random: inout Random
  ) throws -> [InitialParameter] {
    let count = try LayerInput.one(inputs, of: "linear").count
    let bound = Float(1 / Double(count).squareRoot())
    return [
      InitialParameter(
        "weight", try Tensor.uniform([outputs, count], -bound, bound, &random), .weight),
      InitialParameter("bias", try Tensor.uniform([outputs], -bound, bound, &random), .bias),
    ]
  }

  /// A loaded model has weights: drawing as many again would take longer than reading them.
  public func parameterShapes(
    _ inputs: [Shape]
  ) throws -> [(name: String, role: ParameterRole, shape: Shape)] {
    let count = try LayerInput.one(inputs, of: "linear").count
    return [("weight", .weight, [outputs, count]), ("bias", .bias, [outputs])]
  }

  public var channelFlow: ChannelFlow { .made(.neuron, setting: "outputs") }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(.linear, [inputs[0], parameters[0], parameters[1]])  // [batch, out]
  }

  public func multiplyAdds(_ inputs: [Shape]) -> Int { (inputs.first?.count ?? 0) * outputs }

  public func weightInputs(_ input: Tensor) throws -> Tensor? { input }

  public var product: WeightProduct? { .rows }

  /// acc = Σ (q_x − z_x)(q_w − z_w) + q_b in int32, brought onto the output's grid in one step.
  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    try run.product(inputs[0], else: self)
  }
}

extension Linear {
  public static let card = Card(
    "linear", .layer,
    summary: "Every output is a weighted sum of every input, plus a bias.",
    formula: "y = x Wᵀ + b,  W [out, in], b [out]",
    source: "He et al. 2015, arXiv:1502.01852 (start of the weights)",
    parameters: [
      .follows,
      Parameter("outputs", accepts: "a whole number, from 1", "length of the result"),
      .layerName,
    ],
    examples: [
      Example("print((input(1, 28, 28) |> flatten |> linear(10)).outputShape)", prints: "[10]"),
      Example("print((input(4) |> linear(3)).parameterCount)", prints: "15"),
      Example("print((input(4) |> linear(3, name: \"head\")).head.weight.shape)", prints: "[3, 4]"),
      Example(
        "input(1, 2, 2) |> linear(3)",
        fails: "E0240: `linear` takes a flat input; it was given 1×2×2"),
    ],
    related: ["flatten", "conv2d"])
}
