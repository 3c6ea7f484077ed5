import Catalog
import Encodings
import Tensors

/// The grid covers the range, of many smaller ones, that moves the numbers least.
///
///     r_i = (1 − i/grid)·[lo, hi],  i = 0 … ⌊shrink · grid⌋ − 1        least  Σ |x̂ − x|^p
///
/// Of equals the widest. `range: mse` is this with p = 2; GPTQ searches with p = 2.4.
///
/// - Source: GPTQ's `Quantizer.find_params` with mse (grid 100, maxshrink 0.8, norm 2.4).
public struct LeastErrorRange: RangeRule {
  /// p, the power of the error.
  public let norm: Double
  /// Steps into which the range is divided.
  public let grid: Int
  /// How much smaller the smallest range may be.
  public let shrink: Double

  public init(norm: Double = 2, grid: Int = 100, shrink: Double = 0.8) {
    self.norm = norm
    self.grid = grid
    self.shrink = shrink
  }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    norm = try reader.number("norm", in: 0.5...16)
    grid = try reader.whole("grid", in: 1...10_000)
    shrink = try reader.number("shrink", in: 0...1)
  }

  public func observer() -> any RangeObserver { Observer(rule: self) }

  struct Observer: HistogramRangeObserver {
    let rule: LeastErrorRange
    var histogram = NumberHistogram()

    func range(for format: IntegerFormat, symmetric: Bool) throws -> GridRange {
      let whole = seen.range
      let error = ClipError(norm: rule.norm, format: format, isSymmetric: symmetric)
      var best = whole
      var least = Double.infinity
      for step in 0..<max(1, Int(rule.shrink * Double(rule.grid))) {
        try Work.current.charge(min(seen.count, NumberHistogram.exactLimit))
        let range = whole.scaled(by: 1 - Double(step) / Double(rule.grid))
        // A range that no grid can cover is no candidate.
        guard let total = try? error.total(histogram, range) else { continue }
        if total < least { (best, least) = (range, total) }
      }
      return best
    }
  }

  public static let card = Card(
    "lp", .option,
    summary: "Tries ever smaller ranges and takes the one that moves the numbers least.",
    formula: "argmin Σ |x̂ − x|^p over (1 − i/grid)·[lo, hi], i < shrink · grid; `mse` is p = 2",
    source: "GPTQ's Quantizer.find_params (grid 100, maxshrink 0.8, norm 2.4), arXiv:2210.17323",
    parameters: [
      Parameter("norm", or: "2", accepts: "a power, 0.5 to 16", "p, the power of the error"),
      Parameter(
        "grid", .label, or: "100", accepts: "a whole number, 1 to 10000",
        "the steps into which the range is divided"),
      Parameter(
        "shrink", .label, or: "0.8", accepts: "a share, 0 to 1",
        "how much smaller the smallest range tried is"),
    ],
    examples: [
      Example(
        "let w = randn(1000, seed: 1); let m = quantize(w, int2); let l = quantize(w, int2, "
          + "range: lp(2, grid: 50, shrink: 0.9)); print(sum((w - l)^2) < sum((w - m)^2))",
        prints: "true"),
      Example(
        "let w = randn(100, seed: 1); "
          + "print(quantize(w, int4, range: mse).scale == quantize(w, int4, range: lp(2)).scale)",
        prints: "true"),
      Example(
        "quantize(ones(2), int8, range: lp(0))",
        fails: "E0310: `norm` of `lp` goes from 0.5 to 16; it was 0"),
    ],
    related: ["minmax", "entropy", "quantize"])
}
