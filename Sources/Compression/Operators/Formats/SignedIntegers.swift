import Catalog
import Encodings

/// Whole numbers with a sign, in two's complement.
///
///     −2^(b−1) … 2^(b−1) − 1
///
/// A symmetric scale maps the largest magnitude to 2^(b−1) − 1, so the lowest code stays unused
/// unless a scale is given.
public struct SignedIntegers: IntegerFamily {
  public static let isSigned = true
  public let integers: IntegerFormat

  public init(_ integers: IntegerFormat) { self.integers = integers }

  public static let card = Card(
    "int", .format,
    summary: "Whole numbers with a sign, of 2 to 16 bits each.",
    formula: "codes −2^(b−1) … 2^(b−1) − 1, packed b bits each, lowest bit first",
    source: "ONNX QuantizeLinear (int8, int4), here at every width from 2 to 16",
    parameters: [Parameter("bits", accepts: "a whole number, 2…16", "the width of a code")],
    examples: [
      Example("print(quantize(tensor([-3, 1, 3]), int(3)))", prints: "[-3, 1, 3]"),
      Example("print(quantize(tensor([-9, 1, 9]), int(4), scale: 1))", prints: "[-8, 1, 7]"),
      Example(
        "quantize(ones(3), int(17))", fails: "E0310: `bits` of `int` goes from 2 to 16; it was 17"),
    ],
    related: ["uint", "quantize"])
}
