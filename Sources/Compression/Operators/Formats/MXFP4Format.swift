import Catalog
import Encodings

/// Microscaling FP4: floats of four bits, and a power of two for each 32 of them.
///
///     X = 2^(⌊log2 max|w|⌋ − 2) of each 32 weights of a row        ŵ = X · e2m1(w / X)
///
/// e2m1 has 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives; a tie goes to the even mantissa (0.25 →
/// 0, 0.75 → 1, 2.5 → 2, 5 → 4), and w/X from 7 up saturates at 6. X has eight bits, so a weight
/// costs 4.25. A group of zeros has X = 1. ggml's MXFP4 picks the first of two equally near
/// numbers instead, and so differs on ties; microxcaling's default rounds half away from 0.
///
/// - Source: OCP Microscaling Formats (MX) Specification 1.0, §5.3.3 and §6.3.
public struct MXFP4Format: FormatFamily, ScaledFormat {
  public init(_ settings: Settings) throws {}

  public init?(again grid: Grid) {
    guard grid.format == .minifloat(.e2m1), grid.rule != .given else { return nil }
  }

  public let numbers = NumberFormat.minifloat(.e2m1)
  public let ownPartition = Partition.groups(of: 32)
  public let ownCoding = ScaleCoding.powerOfTwo

  public func points(_ parts: WeightParts, with quantize: Quantize) throws -> [GridPoint] {
    parts.largest.map { GridPoint(scale: sharedPower(of: $0, largestExponent: 2)) }
  }

  public func addScales(
    _ steps: inout DerivationSteps, _ rows: PartRows, with quantize: Quantize
  ) throws {
    rows.addLargest(&steps)
    rows.addSharedPower(&steps, largestExponent: 2)
  }

  public static let card = Card(
    "mxfp4", .format,
    summary: "4-bit floats in groups of 32 that share a power of two: 4.25 bits a weight.",
    formula: "ŵ = X·e2m1(w/X), X = 2^(⌊log2 max|w|⌋ − 2) of each 32 weights, ties to even",
    source: "OCP Microscaling Formats (MX) Specification 1.0, §5.3.3 and §6.3",
    examples: [
      Example("print(quantize(tensor([0.3, 1, 2.4, 5, 7]), mxfp4))", prints: "[0.5, 1, 2, 4, 6]"),
      Example("print(quantize(tensor([30, 10, 2.4]), mxfp4).scale)", prints: "[4]"),
      Example(
        "print(size(quantize(ones(2, 64), mxfp4)).payloadBits, 2*64*4 + 4*8)", prints: "544 544"),
    ],
    related: ["nf4", "fp8", "e8m0", "group", "quantize"])
}
