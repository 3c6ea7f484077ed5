import Catalog
import Encodings

/// The grid leaves out the few numbers farthest from 0.
///
///     symmetric   a = the size that a share p of all |x| does not exceed;   −a…a
///     affine      (1 − p)/2 of the numbers lie below lo, as many above hi
///
/// Of numbers in bins the lower edge of the bin in which the share is reached; never farther out
/// than the numbers themselves, and widened to hold 0.
///
/// - Source: ONNX Runtime's PercentileCalibrater (`compute_percentile`).
public struct PercentileRange: RangeRule {
  /// p in percent, 1 to 100; a share from 0 to 1 is made one.
  public let percent: Double

  public init(_ settings: Settings) throws {
    let given = try SettingsReader(Self.card, settings).number("percent", in: 0...100)
    // 99.9% is the number 0.999: less than half of the numbers is nobody's range.
    percent = given <= 1 ? 100 * given : given
  }

  public func observer() -> any RangeObserver { Observer(percent: percent) }

  /// The first place by which a share of all counts is reached.
  ///
  /// Shares are added in float64 one after another, as NumPy's cumsum adds them.
  static func place(reaching share: Double, _ counts: [Int]) -> Int {
    let total = Double(counts.reduce(0, +))
    var sum = 0.0
    for (place, count) in counts.enumerated() {
      sum += Double(count) / total
      if sum >= share { return place }
    }
    return counts.count - 1
  }

  struct Observer: HistogramRangeObserver {
    let percent: Double
    var histogram = NumberHistogram()

    func range(for format: IntegerFormat, symmetric: Bool) -> GridRange {
      guard seen.count > 0 else { return GridRange(lowest: 0, highest: 0) }
      let cut = (100 - percent) / 200
      if let numbers = histogram.numbers {
        let ordered = (symmetric ? numbers.map(abs) : numbers).sorted()
        func number(_ share: Double) -> Float {
          ordered[PercentileRange.place(reaching: share, ordered.map { _ in 1 })]
        }
        return symmetric
          ? both(number(percent / 100)) : within(number(cut), number(1 - cut))
      }
      let bins = histogram.bins()
      let middle = bins.counts.count / 2
      if symmetric {
        // Bin i of |x| is bin i and the mirrored bin −i − 1.
        let sizes = (0..<middle).map { bins.counts[middle + $0] + bins.counts[middle - 1 - $0] }
        return both(
          Float(Double(PercentileRange.place(reaching: percent / 100, sizes)) * bins.width))
      }
      return within(
        Float(bins.edge(PercentileRange.place(reaching: cut, bins.counts))),
        Float(bins.edge(PercentileRange.place(reaching: 1 - cut, bins.counts))))
    }

    private func both(_ size: Float) -> GridRange { within(-size, size) }

    private func within(_ low: Float, _ high: Float) -> GridRange {
      GridRange(lowest: min(0, low), highest: max(0, high)).clamped(to: seen.range)
    }
  }

  public static let card = Card(
    "percentile", .option,
    summary: "Leaves out the few numbers farthest from 0, so that the others get finer steps.",
    formula: "symmetric: P(|x| ≤ a) = p; affine: (1 − p)/2 of the numbers cut on either side",
    source: "ONNX Runtime's PercentileCalibrater",
    parameters: [
      Parameter(
        "percent", or: "99.9", accepts: "a percentage: 99.9, or 99.9%",
        "how many of 100 numbers the grid covers")
    ],
    examples: [
      Example(
        "print(quantize(tensor([1, -2, 3, -4, 100]), int4, range: percentile(80)).codes)",
        prints: "[2, -3, 5, -7, 7]"),
      Example(
        "print(quantize(tensor([1, -2, 3, -4, 100]), int4, range: percentile(80%)).codes)",
        prints: "[2, -3, 5, -7, 7]"),
      Example(
        "quantize(ones(2), int8, range: percentile(101))",
        fails: "E0310: `percent` of `percentile` goes from 0 to 100; it was 101"),
    ],
    related: ["minmax", "entropy", "quantize"])
}
