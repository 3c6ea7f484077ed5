import Catalog
import Encodings

/// Scales that are themselves quantized: whole numbers times a second scale for each group of them.
///
///     S = max s / (2^b − 1) over each `group` scales        s' = S · clamp(rne(s/S), 1, 2^b − 1)
///
/// With 64 weights a scale, 8 bits and groups of 256 a scale costs (8 + 32/256) / 64 = 0.127 bits a
/// weight instead of 0.5. QLoRA subtracts the mean of the scales first and stores 8-bit floats;
/// without that a scale is never 0.
public enum TwoLevelScales: Cataloged {
  public static func coding(_ settings: Settings) throws -> ScaleCoding {
    let reader = SettingsReader(card, settings)
    return .twoLevel(
      bits: try reader.whole("bits", in: ScaleCoding.levelWidths),
      group: try reader.whole("group", in: 1...1 << 24))
  }

  public static let card = Card(
    "twoLevel", .option,
    summary: "Quantizes the scales too: b bits each, and a float32 scale for each group of them.",
    formula: "s' = S·clamp(rne(s/S), 1, 2^b − 1), S = max s / (2^b − 1)",
    source: "Dettmers et al. 2023, QLoRA, §3 (double quantization), arXiv:2305.14314; Dai et al. "
      + "2021, VS-Quant, arXiv:2102.04503",
    parameters: [
      Parameter("bits", or: "8", accepts: "a whole number, 2…16", "the width of a scale"),
      Parameter(
        "group", or: "256", accepts: "a whole number from 1", "how many scales share the second"),
    ],
    examples: [
      Example(
        "print(size(quantize(ones(64, 64), nf4, scales: twoLevel(8, 256))).payloadBits, "
          + "64*64*4 + 64*8 + 32)", prints: "16928 16928"),
      Example(
        "quantize(ones(4), int4, scales: twoLevel(1))",
        fails: "E0310: `bits` of `twoLevel` goes from 2 to 16; it was 1"),
    ],
    related: ["e8m0", "group", "nf4", "quantize"])
}
