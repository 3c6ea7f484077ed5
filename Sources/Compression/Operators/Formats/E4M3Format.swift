import Catalog
import Encodings

/// OCP FP8 with four exponent bits: fine near 0, up to 448, no infinity.
///
/// Numbers beyond 448 saturate, as ONNX has it; a plain cast of ml_dtypes or PyTorch gives NaN.
///
/// - Source: OCP 8-bit Floating Point Specification 1.0; ONNX QuantizeLinear with saturate = 1.
public struct E4M3Format: FloatFamily {
  public static let float = Minifloat.e4m3

  public init() {}

  public static let card = Card(
    "e4m3", .format,
    summary:
      "8-bit floats with 3 mantissa bits, up to 448; larger numbers saturate.",
    formula: "1 + 4 + 3 bits, ±2^(E − 7)·(1 + M/8), below 2^−6 in steps of 2^−9",
    source: "OCP 8-bit Floating Point Specification 1.0; ONNX QuantizeLinear with saturate = 1",
    examples: [
      Example("print(quantize(tensor([0.3, 1, 464, 480]), e4m3))", prints: "[0.3125, 1, 448, 448]"),
      Example("print(quantize(tensor([0.3, 1, 9]), e4m3).codes)", prints: "[42, 56, 81]"),
      Example("print(quantize(tensor([0.3, 896]), e4m3, per: tensor).scale)", prints: "2"),
    ],
    related: ["fp8", "e5m2", "mxfp4", "quantize"])
}
