import Catalog
import Encodings
import Tensors

/// Three levels: −α, 0 and α.
///
///     Δ = 0.7 · mean|w|        α = mean of |w| where |w| > Δ        ŵ = α · sign(w) where |w| > Δ
///
/// Means are over the weights that are not pruned; all in float32, sums in double and rounded
/// once. Where no weight is above Δ (all are 0), α = 1. A code takes two bits as it is packed, and what
/// three levels are worth, at most log₂ 3 = 1.585, with `encode(x, rangecoder)`.
///
/// - Source: Li, Zhang and Liu 2016, Ternary Weight Networks, <https://arxiv.org/abs/1605.04711>.
public struct TernaryFormat: FormatFamily, ScaledFormat {
  public init(_ settings: Settings) throws {}

  public init?(again grid: Grid) {
    guard grid.format == .table(.ternary) else { return nil }
  }

  public let numbers = NumberFormat.table(.ternary)

  public func points(_ parts: WeightParts, with quantize: Quantize) throws -> [GridPoint] {
    let magnitudes = try parts.values.mapped(.absolute)
    let thresholds = zip(try parts.sums(magnitudes), parts.keptCounts).map { sum, count in
      count == 0 ? 0 : Float(0.7) * (sum / Float(count))
    }
    let (large, counts) = try large(magnitudes, parts, thresholds)
    return zip(zip(large, counts), thresholds).map { mean, threshold in
      let scale = mean.1 == 0 ? 1 : mean.0 / Float(mean.1)
      return GridPoint(scale: scale > 0 ? scale : 1, threshold: threshold)
    }
  }

  /// Σ and number of the magnitudes above the threshold of each part.
  private func large(
    _ magnitudes: Tensor, _ parts: WeightParts, _ thresholds: [Float]
  ) throws -> (sums: [Float], counts: [Int]) {
    var counts = [Int](repeating: 0, count: parts.count)
    let large = try Tensor(unsafeUninitialized: magnitudes.shape) { target in
      magnitudes.withScalars { scalars in
        parts.parts.forEachRun { part, places in
          for index in places {
            let isLarge = scalars[index] > thresholds[part]
            target[index] = isLarge ? scalars[index] : 0
            counts[part] += isLarge ? 1 : 0
          }
        }
      }
    }
    return (try parts.sums(large), counts)
  }

  public func addScales(
    _ steps: inout DerivationSteps, _ rows: PartRows, with quantize: Quantize
  ) throws {
    let magnitudes = "abs(\(rows.name))"
    rows.addCounts(&steps)
    steps.add(
      "d", "Δ = 0.7 · mean|w|" + rows.mark,
      "0.7 * (\(rows.single(rows.reduction("sum", magnitudes))) / n)", "the threshold")
    steps.add("c", "c = how many |w| > Δ", rows.reduction("count", "\(magnitudes) > d"))
    steps.add(
      "s", "α = mean of |w| where |w| > Δ, or 1 without any",
      "where(\(rows.single("c")) == 0, 1, "
        + rows.single(rows.reduction("sum", "where(\(magnitudes) > d, \(magnitudes), 0)"))
        + " / max(c, 1))")
  }

  public static let card = Card(
    "ternary", .format,
    summary: "Three levels, −α, 0 and α: weights within 0.7 of the mean magnitude become 0.",
    formula: "Δ = 0.7·mean|w|, α = mean of |w| > Δ, ŵ = α·sign(w) where |w| > Δ, else 0",
    source: "Li, Zhang and Liu 2016, Ternary Weight Networks, arXiv:1605.04711",
    examples: [
      Example("print(quantize(tensor([0.1, -3, 1, 0, 2]), ternary))", prints: "[0, -2, 2, 0, 2]"),
      Example(
        "print(quantize(tensor([0.1, -3, 1, 0, 2]), ternary).codes)", prints: "[1, 0, 2, 1, 2]"),
      Example(
        "print(size(quantize(ones(100), ternary)).payloadBits, 100*2 + 32)", prints: "232 232"),
      Example(
        "let q = quantize(randn(10000, seed: 1), ternary); "
          + "print(size(q).payloadBits, size(encode(q, rangecoder)).payloadBits < 15900)",
        prints: "20032 true"),
    ],
    related: ["binary", "int2", "powerOfTwo", "quantize"])
}

extension PartRows {
  /// n, the weights of each part that are not pruned.
  func addCounts(_ steps: inout DerivationSteps) {
    steps.add(
      "n", "n weights" + mark, column((weights?.keptCounts ?? []).map(Double.init)),
      "pruned ones not counted")
  }
}
