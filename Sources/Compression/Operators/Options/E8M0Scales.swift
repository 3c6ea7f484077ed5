import Catalog

/// Scales that are powers of two, eight bits each.
///
///     s = 2^(e − 127), e in 0…254
///
/// A scale becomes the smallest power of two that is not below it, so nothing is clipped. Of float
/// formats it is OCP's: 2^(⌊log2 max|w|⌋ − e_max), e_max the exponent of the format's largest
/// number; what then lies beyond that number saturates.
public enum E8M0Scales: Cataloged {
  public static let card = Card(
    "e8m0", .option,
    summary: "Stores scales as powers of two, 8 bits each, so that scaling only shifts.",
    formula: "s = 2^⌈log2 s⌉; of float formats s = 2^(⌊log2 max|w|⌋ − e_max)",
    source: "OCP Microscaling Formats (MX) Specification 1.0, §5.2 and §6.3",
    examples: [
      Example("print(quantize(tensor([7, 3, 1]), int4, scales: e8m0).scale)", prints: "1"),
      Example("print(quantize(tensor([9, 3, 1]), int4, scales: e8m0).scale)", prints: "2"),
      Example(
        "print(quantize(tensor([900, 3]), e4m3, per: group(32), scales: e8m0).scale)",
        prints: "[2]"),
    ],
    related: ["twoLevel", "float16", "quantize"])
}
