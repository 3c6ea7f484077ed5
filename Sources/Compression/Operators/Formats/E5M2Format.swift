import Catalog
import Encodings

/// OCP FP8 with five exponent bits: coarse, and as far as float16.
///
/// Numbers beyond 57,344 saturate, infinities too; NaN stays NaN.
///
/// - Source: OCP 8-bit Floating Point Specification 1.0; ONNX QuantizeLinear with saturate = 1.
public struct E5M2Format: FloatFamily {
  public static let float = Minifloat.e5m2

  public init() {}

  public static let card = Card(
    "e5m2", .format,
    summary:
      "8-bit floats with 2 mantissa bits, up to 57,344; larger numbers saturate.",
    formula: "1 + 5 + 2 bits, ±2^(E − 15)·(1 + M/4), below 2^−14 in steps of 2^−16",
    source: "OCP 8-bit Floating Point Specification 1.0; ONNX QuantizeLinear with saturate = 1",
    examples: [
      Example(
        "print(quantize(tensor([0.3, 1, 464, 60000]), e5m2))", prints: "[0.3125, 1, 448, 57344]"),
      Example("print(quantize(tensor([0.3, 1]), fp8(e5m2)).codes)", prints: "[53, 60]"),
    ],
    related: ["fp8", "e4m3", "float16", "quantize"])
}
