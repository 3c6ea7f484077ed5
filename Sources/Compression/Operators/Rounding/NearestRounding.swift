import Catalog
import Encodings

/// Each weight goes to the nearest point of the grid, by itself.
///
///     q = clamp(rne(w/s) + z, q_min, q_max)
///
/// - Source: ONNX QuantizeLinear, opset 21.
public struct NearestRounding: RoundingMethod {
  public init() {}
  public init(_ settings: Settings) throws {}

  public func quantized(
    _ weight: EncodedTensor, with quantize: Quantize, calibration: LayerCalibration?
  ) throws -> EncodedTensor { try quantize(weight) }

  public static let card = Card(
    "nearest", .option,
    summary: "Rounds each weight by itself to the nearest point of the grid, ties to even codes.",
    formula: "q = clamp(rne(w/s) + z, q_min, q_max)",
    source: "ONNX QuantizeLinear, opset 21",
    examples: [
      Example(
        "print(quantize(tensor([0.42, -1.30, 0.07]), int4, method: nearest).codes)",
        prints: "[2, -7, 0]")
    ],
    related: ["quantize"])
}
