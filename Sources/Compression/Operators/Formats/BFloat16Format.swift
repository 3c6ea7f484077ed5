import Catalog
import Encodings

/// The upper half of a float32: 1 sign, 8 exponent and 7 mantissa bits.
///
/// Numbers beyond the largest, 3.39e38, saturate; NaN stays NaN. Ties go to the even mantissa.
///
/// - Source: Intel 2018, BFLOAT16 Hardware Numerics Definition; ml_dtypes.bfloat16.
public struct BFloat16Format: FloatFamily {
  public static let float = Minifloat.bfloat16

  public init() {}

  public static let card = Card(
    "bfloat16", .format,
    summary:
      "The upper half of a float32: 16 bits, two significant digits, the same range.",
    formula: "1 + 8 + 7 bits, ±2^(E − 127)·(1 + M/128)",
    source: "Intel 2018, BFLOAT16 Hardware Numerics Definition; ml_dtypes.bfloat16",
    examples: [
      Example(
        "print(quantize(tensor([0.1, 1, 70000]), bfloat16))", prints: "[0.1000977, 1, 70144]"),
      Example("print(quantize(tensor([1.00390625]), bfloat16))", prints: "[1]"),
    ],
    related: ["float16", "fp8", "quantize"])
}
