import Catalog
import Encodings

/// Whole numbers from 0 up, whose zero point says which code means 0.
///
///     0 … 2^b − 1
public struct UnsignedIntegers: IntegerFamily {
  public static let isSigned = false
  public let integers: IntegerFormat

  public init(_ integers: IntegerFormat) { self.integers = integers }

  public static let card = Card(
    "uint", .format,
    summary:
      "Whole numbers from 0 up, of 2 to 16 bits each; quantized affinely unless asked not to.",
    formula: "codes 0 … 2^b − 1, packed b bits each, lowest bit first",
    source: "ONNX QuantizeLinear (uint8, uint4), here at every width from 2 to 16",
    parameters: [Parameter("bits", accepts: "a whole number, 2…16", "the width of a code")],
    examples: [
      Example("print(quantize(tensor([0, 1, 3]), uint(2)))", prints: "[0, 1, 3]"),
      Example("print(quantize(tensor([-1, 0, 14]), uint(4)).codes)", prints: "[0, 1, 15]"),
      Example(
        "quantize(ones(3), uint(1))", fails: "E0310: `bits` of `uint` goes from 2 to 16; it was 1"),
    ],
    related: ["int", "quantize"])
}
