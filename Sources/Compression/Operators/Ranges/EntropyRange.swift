import Catalog
import Encodings

/// The grid clips where the clipped numbers are distributed most like the whole.
///
///     −T…T  with  T = argmin KL(P ‖ Q) over the half-widths of the histogram
///
/// The histogram has up to 512 bins on either side of 0 and Q has 2^(b−1) of them, 128 for 8 bits.
/// A format with more than there are bins keeps everything. `EntropyThreshold` has the steps.
/// (ONNX Runtime's own default is 128 bins in all for 128 levels, which leaves one candidate: the
/// whole range.)
///
/// - Source: ONNX Runtime's EntropyCalibrater; Migacz, 2017, GTC S7310.
public struct EntropyRange: RangeRule {
  /// Bins on either side of 0, at most.
  public let bins: Int

  public init(_ settings: Settings) throws {
    bins = try SettingsReader(Self.card, settings).whole("bins", in: 16...NumberHistogram.half)
  }

  public func observer() -> any RangeObserver { Observer(bins: bins) }

  struct Observer: HistogramRangeObserver {
    let bins: Int
    var histogram = NumberHistogram()

    func range(for format: IntegerFormat, symmetric: Bool) throws -> GridRange {
      let bins = histogram.bins(most: bins)
      let threshold = EntropyThreshold(levels: 1 << (format.bits - 1))
      guard let best = try threshold.best(bins.counts) else { return seen.range }
      let range = GridRange(
        lowest: Float(bins.edge(best.start)), highest: Float(bins.edge(best.end)))
      return range.clamped(to: seen.range)
    }
  }

  public static let card = Card(
    "entropy", .option,
    summary: "Clips where the clipped numbers are distributed most like the whole: least KL.",
    formula: "T = argmin KL(P ‖ Q), P the clipped histogram, Q the same in 2^(b−1) steps",
    source: "ONNX Runtime's EntropyCalibrater (get_entropy_threshold); Migacz 2017, GTC S7310",
    parameters: [
      Parameter(
        "bins", or: "512", accepts: "a whole number, 16 to 2048",
        "bins of the histogram on either side of 0, at most")
    ],
    examples: [
      Example(
        "let w = concat(randn(4000, seed: 1), tensor([40])); "
          + "print(quantize(w, int4, range: entropy).scale < quantize(w, int4).scale)",
        prints: "true"),
      Example(
        "quantize(ones(2), int8, range: entropy(3))",
        fails: "E0310: `bins` of `entropy` goes from 16 to 2048; it was 3"),
    ],
    related: ["percentile", "lp", "quantize"])
}
