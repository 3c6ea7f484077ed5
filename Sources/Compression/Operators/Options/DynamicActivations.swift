import Catalog
import Encodings
import Networks

/// Multiplies in integers, with a grid for each example's input found while the model runs.
///
///     s_x = (max(x, 0) − min(x, 0)) / (q_max − q_min)     z_x = clamp(rne(q_min − min(x, 0)/s_x))
///     y   = float(Σ (q_x − z_x)(q_w − z_w)) · (s_x·s_w) + b
///
/// Sums are exact int32, everything else float32; results and biases stay floats. The range is that
/// of one example, so an answer does not depend on what else is in the batch.
///
/// - Source: ONNX DynamicQuantizeLinear and MatMulInteger, which take the range of a whole tensor.
public struct DynamicActivations: ActivationRule {
  public let format: IntegerFormat

  public init(_ settings: Settings) throws { format = try Self.bytes(settings) }

  public func callAsFunction(
    _ model: Model, _ resources: Resources, range: any RangeRule, simulates: Bool
  ) throws -> Model {
    let steps = try model.nodes.map { node in
      try node.layer.product == nil
        ? nil : IntegerStep(.dynamic(format), isSimulated: simulates)
    }
    let result = try model.running(steps)
    try result.checkIntegers()
    return result
  }

  public static let card = Card(
    "dynamic", .option,
    summary: "Multiplies in integers: every example's inputs get the grid of their own range.",
    formula: "y = float(Σ (q_x − z_x)(q_w − z_w)) · (s_x·s_w) + b, sums in int32",
    source: "ONNX DynamicQuantizeLinear, MatMulInteger",
    parameters: [format],
    examples: [
      Example(
        "let net = input(3) |> linear(1); "
          + "let one = replace(replace(net, \"linear1.weight\", [[1, 2, -127]]), "
          + "\"linear1.bias\", [0]); "
          + "print(quantize(one, int8, activations: dynamic)([0, 255, 1]))", prints: "[383]")
    ],
    related: ["static", "quantize", "time"])
}
