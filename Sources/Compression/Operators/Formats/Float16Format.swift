import Catalog
import Encodings

/// IEEE half precision: 1 sign, 5 exponent and 10 mantissa bits.
///
/// Numbers beyond 65,504 saturate, infinities too; NaN stays NaN. Ties go to the even mantissa.
///
/// - Source: IEEE 754-2019, binary16; saturation as ONNX Cast has it for 8-bit floats.
public struct Float16Format: FloatFamily {
  public static let float = Minifloat.float16

  public init() {}

  public static let card = Card(
    "float16", .format,
    summary:
      "Half precision: 16 bits, three significant digits, up to 65,504; larger numbers saturate.",
    formula: "1 + 5 + 10 bits, ±2^(E − 15)·(1 + M/1024), below 2^−14 in steps of 2^−24",
    source: "IEEE 754-2019, binary16; saturation as ONNX Cast has it for 8-bit floats",
    examples: [
      Example(
        "print(quantize(tensor([0.1, 1, 70000]), float16))", prints: "[0.09997559, 1, 65504]"),
      Example("print(size(quantize(ones(100), float16)).payloadBits)", prints: "1600"),
    ],
    related: ["bfloat16", "fp8", "quantize"])
}
