import Catalog
import Encodings

/// Fixed point: i bits before the binary point, the sign among them, and f behind it.
///
///     ŵ = 2^−f · clamp(rne(w · 2^f), −2^(i+f−1), 2^(i+f−1) − 1)
///
/// The scale is part of the format: nothing is stored beside the codes. A tie goes to the even
/// code, and what lies outside saturates.
///
/// - Source: ARM's Q notation Qi.f; SystemC's and Vitis' `ap_fixed<i + f, i>`.
public struct FixedFormat: FormatFamily, ScaledFormat {
  public let whole: Int
  public let fraction: Int
  private let integers: IntegerFormat

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    whole = try reader.whole("i", in: 1...16)
    fraction = try reader.whole("f", in: 0...15)
    guard IntegerFormat.widths.contains(whole + fraction) else {
      throw QuantizeError.badFixed(whole, fraction)
    }
    integers = try IntegerFormat(bits: whole + fraction, isSigned: true)
  }

  public init?(again grid: Grid) {
    guard let integers = grid.format.integers, integers.isSigned,
      case .implied(let exponent) = grid.scaleCoding, exponent <= 0, exponent > -integers.bits
    else { return nil }
    self.integers = integers
    fraction = -exponent
    whole = integers.bits - fraction
  }

  public var name: String { "fixed(\(whole), \(fraction))" }
  public var numbers: NumberFormat { .integer(integers) }
  public var ownCoding: ScaleCoding { .implied(exponent: -fraction) }
  public let hasFixedScale = true

  public func points(_ parts: WeightParts, with quantize: Quantize) throws -> [GridPoint] {
    let scale = Float(sign: .plus, exponent: -fraction, significand: 1)
    return [GridPoint](repeating: GridPoint(scale: scale), count: parts.count)
  }

  public func addScales(
    _ steps: inout DerivationSteps, _ rows: PartRows, with quantize: Quantize
  ) throws { steps.add("s", "s = 2^−f", "2^-\(fraction)", "f = \(fraction) bits behind the point") }

  public static let card = Card(
    "fixed", .format,
    summary: "Fixed point: i bits before the binary point, sign included, and f behind it.",
    formula: "ŵ = 2^−f·clamp(rne(w·2^f), −2^(i+f−1), 2^(i+f−1) − 1)",
    source: "ARM's Q notation; ap_fixed<i + f, i> of high-level synthesis",
    parameters: [
      Parameter("i", accepts: "a whole number, 1…16", "bits before the point, the sign among them"),
      Parameter("f", accepts: "a whole number, 0…15", "bits behind the point"),
    ],
    examples: [
      Example(
        "print(quantize(tensor([0.3, -1.28, 9]), fixed(4, 4)))", prints: "[0.3125, -1.25, 7.9375]"),
      Example(
        "print(quantize(tensor([0.3, -1.28, 9]), fixed(4, 4)).codes)", prints: "[5, -20, 127]"),
      Example("print(size(quantize(ones(100), fixed(2, 4))).payloadBits)", prints: "600"),
      Example(
        "quantize(ones(2), fixed(16, 15))",
        fails: "E0310: fixed(16, 15) would have 31 bits; a code has 2 to 16"),
    ],
    related: ["int", "powerOfTwo", "quantize"])
}
