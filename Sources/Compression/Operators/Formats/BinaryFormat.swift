import Catalog
import Encodings
import Tensors

/// Two levels: −α and α.
///
///     α = mean|w|        ŵ = α where w ≥ 0, else −α
///
/// The mean is over the weights that are not pruned, the sum in double and rounded once. There is
/// no 0 among the levels, so pruned weights are told by their mask; all zeros have α = 1.
///
/// - Source: Rastegari et al. 2016, XNOR-Net, <https://arxiv.org/abs/1603.05279>, §3.1.
public struct BinaryFormat: FormatFamily, ScaledFormat {
  public init(_ settings: Settings) throws {}

  public init?(again grid: Grid) {
    guard grid.format == .table(.binary) else { return nil }
  }

  public let numbers = NumberFormat.table(.binary)

  public func points(_ parts: WeightParts, with quantize: Quantize) throws -> [GridPoint] {
    let sums = try parts.sums(parts.values.mapped(.absolute))
    return zip(sums, parts.keptCounts).map { sum, count in
      let scale = sum / Float(max(count, 1))
      return GridPoint(scale: scale > 0 ? scale : 1)
    }
  }

  public func addScales(
    _ steps: inout DerivationSteps, _ rows: PartRows, with quantize: Quantize
  ) throws {
    rows.addCounts(&steps)
    let mean = rows.single(rows.reduction("sum", "abs(\(rows.name))")) + " / max(n, 1)"
    steps.add(
      "s", "α = mean|w|" + rows.mark + ", or 1 where that is 0",
      "where(\(mean) == 0, 1, \(mean))")
  }

  public static let card = Card(
    "binary", .format,
    summary: "One bit a weight: its sign times the mean magnitude; 0 counts as positive.",
    formula: "α = mean|w|, ŵ = α where w ≥ 0, else −α",
    source: "Rastegari et al. 2016, XNOR-Net, §3.1, arXiv:1603.05279",
    examples: [
      Example(
        "print(quantize(tensor([0.5, -3, 1, 0]), binary))", prints: "[1.125, -1.125, 1.125, 1.125]"),
      Example(
        "print(quantize(tensor([[1, -3], [2, 6]]), binary, per: channel))",
        prints: "[[2, -2], [4, 4]]"),
      Example("print(size(quantize(ones(100), binary)).payloadBits)", prints: "132"),
    ],
    related: ["ternary", "int2", "quantize"])
}
