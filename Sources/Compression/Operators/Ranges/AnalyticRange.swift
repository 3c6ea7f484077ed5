import Catalog
import Encodings
import Glibc

/// The grid clips where a bell-shaped distribution of this width would want it: no search.
///
///     Laplace   μ ± α·b,  b = mean|x − μ|,   α·e^α = 3·4^bits
///     Gauss     μ ± α·σ,  least  (α² + 1)·(1 − erf(α/√2)) − √(2/π)·α·e^(−α²/2) + α²/(3·4^bits)
///
/// α balances what clipping costs against what coarser steps cost: 2.83, 5.03 and 9.90 for 2, 4
/// and 8 bits under Laplace, 1.71, 2.56 and 3.92 under Gauss. Never wider than the numbers.
///
/// - Source: Banner et al., 2019 (ACIQ), §3, <https://arxiv.org/abs/1810.05723>.
public struct AnalyticRange: RangeRule {
  /// Whether the numbers are taken as normally distributed instead of as Laplace's.
  public let isGaussian: Bool

  public init(_ settings: Settings) throws {
    isGaussian = try SettingsReader(Self.card, settings).boolean("gauss")
  }

  public func observer() -> any RangeObserver { Observer(isGaussian: isGaussian) }

  /// α of Laplace's distribution: α·e^α = 3·4^bits, by Newton's steps on α + ln α.
  static func laplace(bits: Int) -> Double {
    let target = log(3) + Double(bits) * log(4)
    var alpha = target
    // Quadratic convergence from above: six steps reach the last digit for any width.
    for _ in 0..<16 { alpha -= (alpha + log(alpha) - target) / (1 + 1 / alpha) }
    return alpha
  }

  /// α of the normal distribution: where the derivative is 0, by halving.
  ///
  ///     2α·(1 − erf(α/√2)) − 2·√(2/π)·e^(−α²/2) + 2α/(3·4^bits) = 0
  static func gauss(bits: Int) -> Double {
    func slope(_ alpha: Double) -> Double {
      alpha * erfc(alpha / 2.0.squareRoot()) - (2 / Double.pi).squareRoot()
        * exp(-alpha * alpha / 2)
        + alpha / (3 * pow(4, Double(bits)))
    }
    var (low, high) = (0.0, 16.0)
    for _ in 0..<64 {
      let middle = (low + high) / 2
      if slope(middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  struct Observer: HistogramRangeObserver {
    let isGaussian: Bool
    var histogram = NumberHistogram()

    func range(for format: IntegerFormat, symmetric: Bool) -> GridRange {
      guard seen.count > 0 else { return GridRange(lowest: 0, highest: 0) }
      let (mean, width) = moments
      let alpha =
        isGaussian
        ? AnalyticRange.gauss(bits: format.bits) : AnalyticRange.laplace(bits: format.bits)
      let range = GridRange(
        lowest: Float(max(-3.4e38, mean - alpha * width)),
        highest: Float(min(3.4e38, mean + alpha * width)))
      return range.clamped(to: seen.range)
    }

    /// μ, and b or σ; of numbers in bins at the bins' middles.
    private var moments: (mean: Double, width: Double) {
      let points: [(value: Double, count: Double)]
      if let numbers = histogram.numbers {
        points = numbers.map { (Double($0), 1) }
      } else {
        let bins = histogram.bins()
        points = bins.counts.enumerated().map {
          ((bins.edge($0) + bins.edge($0 + 1)) / 2, Double($1))
        }
      }
      let count = Double(seen.count)
      let mean = points.reduce(0) { $0 + $1.value * $1.count } / count
      let spread = points.reduce(0) { sum, point in
        let distance = abs(point.value - mean)
        return sum + point.count * (isGaussian ? distance * distance : distance)
      }
      return (mean, isGaussian ? (spread / count).squareRoot() : spread / count)
    }
  }

  public static let card = Card(
    "aciq", .option,
    summary: "Clips where a Laplace or normal distribution of this width would want it.",
    formula: "μ ± α·mean|x − μ|, α·e^α = 3·4^bits; with `gauss: true` μ ± α·σ",
    source: "Banner et al. 2019, Post-training 4-bit quantization, §3, arXiv:1810.05723",
    parameters: [
      Parameter(
        "gauss", .label, or: "false", accepts: "true or false",
        "whether the numbers count as normally distributed")
    ],
    examples: [
      Example(
        "let w = randn(1000, seed: 1); print(quantize(w, int4, range: aciq(gauss: true)).scale "
          + "< quantize(w, int4).scale)", prints: "true"),
      Example(
        "print(quantize(tensor([1, -1, 1, -1, 1, -1]), int4, range: aciq).codes)",
        prints: "[7, -7, 7, -7, 7, -7]"),
    ],
    related: ["lp", "percentile", "quantize"])
}
