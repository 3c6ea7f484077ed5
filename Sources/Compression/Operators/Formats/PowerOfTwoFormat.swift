import Catalog
import Encodings

/// 0 and ± powers of two, so that a product with a weight is a shift.
///
///     s = 2^⌊log2(4/3 · max|w|)⌋        levels 0, ±s, ±s/2, … ±s/2^(2^(b−1) − 2)
///
/// The nearest level on the line; halfway, at 1.5·2^k, it is the larger power (at half of the
/// smallest, 0). Codes are floats without a mantissa: sign and exponent, the exponent 0 for 0. INQ
/// counts one level more and rounds half of the smallest up.
///
/// - Source: Zhou et al. 2017, Incremental Network Quantization, <https://arxiv.org/abs/1702.03044>.
public struct PowerOfTwoFormat: FormatFamily, ScaledFormat {
  public let bits: Int

  public init(_ settings: Settings) throws {
    bits = try SettingsReader(Self.card, settings).whole("bits", in: Minifloat.powerWidths)
  }

  public init?(again grid: Grid) {
    guard case .minifloat(let float) = grid.format, float.mantissaBits == 0 else { return nil }
    bits = float.bits
  }

  public var name: String { "powerOfTwo(\(bits))" }
  public var numbers: NumberFormat { .minifloat(.powersOfTwo(bits: bits)) }
  public let ownCoding = ScaleCoding.powerOfTwo

  public func points(_ parts: WeightParts, with quantize: Quantize) throws -> [GridPoint] {
    parts.largest.map { largest in
      guard largest > 0 else { return GridPoint(scale: 1) }
      let exponent = Int(largest.exponent) + (largest.significand >= 1.5 ? 1 : 0)
      let power = max(-126, min(127, exponent))
      return GridPoint(scale: Float(sign: .plus, exponent: power, significand: 1))
    }
  }

  public func addScales(
    _ steps: inout DerivationSteps, _ rows: PartRows, with quantize: Quantize
  ) throws {
    rows.addLargest(&steps)
    let column = rows.isWhole ? "(a + zeros(1, 1))" : "a"
    let powers = "2^tensor(-126...127)"
    let largest = "max(where(\(column) >= 0.75 * \(powers), \(powers), 2^-126), axis: 1)"
    let column2 = rows.isWhole ? largest : "reshape(\(largest), \(rows.count), 1)"
    steps.add(
      "s", "s = 2^⌊log2(4/3 · a)⌋, or 1 where all are 0",
      "where(\(rows.single("a")) == 0, 1, \(column2))", "the largest level")
  }

  public static let card = Card(
    "powerOfTwo", .format,
    summary: "0 and ± powers of two, sign and exponent in b bits, so that products are shifts.",
    formula: "levels 0, ±s/2^k with k = 0 … 2^(b−1) − 2, s = 2^⌊log2(4/3·max|w|)⌋",
    source: "Zhou et al. 2017, Incremental Network Quantization, §3, arXiv:1702.03044",
    parameters: [
      Parameter("bits", accepts: "a whole number, 2…8", "the width of a code, sign included")
    ],
    examples: [
      Example(
        "print(quantize(tensor([1, -0.7, 0.3, 0.05, 0]), powerOfTwo(4)))",
        prints: "[1, -0.5, 0.25, 0.0625, 0]"),
      Example("print(quantize(tensor([1.5, 0.75, 3]), powerOfTwo(3)))", prints: "[2, 1, 4]"),
      Example(
        "quantize(ones(2), powerOfTwo(9))",
        fails: "E0310: `bits` of `powerOfTwo` goes from 2 to 8; it was 9"),
    ],
    related: ["ternary", "fixed", "e8m0", "quantize"])
}
