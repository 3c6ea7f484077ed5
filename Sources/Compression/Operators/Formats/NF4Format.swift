import Catalog
import Encodings

/// NormalFloat: sixteen levels that a normal distribution fills evenly, in blocks of 64.
///
///     s = max|w| of each 64 weights of a row        ŵ = s · (the nearest level to w/s)
///
/// The levels reach from −1 to 1 with 0 among them; halfway between two it is the lower one, as
/// bitsandbytes has it. A block of zeros has s = 1.
///
/// - Source: Dettmers et al. 2023, QLoRA, <https://arxiv.org/abs/2305.14314>, appendix E.
public struct NF4Format: FormatFamily, ScaledFormat {
  public init(_ settings: Settings) throws {}

  public init?(again grid: Grid) {
    guard grid.format == .table(.nf4) else { return nil }
  }

  public let numbers = NumberFormat.table(.nf4)
  public let ownPartition = Partition.groups(of: 64)

  public static let card = Card(
    "nf4", .format,
    summary:
      "16 levels at the quantiles of a normal distribution, in groups of 64 with a scale each.",
    formula: "ŵ = s·(the nearest of 16 levels to w/s), s = max|w| of each 64 weights",
    source: "Dettmers et al. 2023, QLoRA, appendix E, arXiv:2305.14314",
    examples: [
      Example(
        "print(quantize(tensor([-1, -0.5, 0, 0.3, 1]), nf4).codes)", prints: "[0, 2, 7, 11, 15]"),
      Example(
        "print(quantize(tensor([-1, -0.5, 0, 0.3, 1]), nf4))",
        prints: "[-1, -0.5250731, 0, 0.3379152, 1]"),
      Example(
        "print(size(quantize(ones(2, 128), nf4)).payloadBits, 2*128*4 + 4*32)", prints: "1152 1152"),
    ],
    related: ["mxfp4", "int4", "twoLevel", "group", "quantize"])
}
