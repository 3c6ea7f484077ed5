import Catalog
import Encodings

/// The grid follows each batch's smallest and largest number slowly, so one odd batch is forgotten.
///
///     lo ← lo + c·(min(batch) − lo)        hi ← hi + c·(max(batch) − hi)
///
/// The first batch is taken as it is. All of it float32. The only rule whose answer depends on how
/// the numbers are cut into batches; weights are one batch, for which it is `minmax`.
///
/// - Source: PyTorch's MovingAverageMinMaxObserver, c = 0.01.
public struct MovingAverageRange: RangeRule {
  /// c, the share of the way that one batch moves the range.
  public let constant: Float

  public init(_ settings: Settings) throws {
    constant = Float(try SettingsReader(Self.card, settings).number("constant", in: 0...1))
  }

  public func observer() -> any RangeObserver { Observer(constant: constant) }

  struct Observer: RangeObserver {
    let constant: Float
    private(set) var seen = Observed()
    private var lowest: Float = 0
    private var highest: Float = 0

    init(constant: Float) { self.constant = constant }

    mutating func observe(_ batch: UnsafeBufferPointer<Float>) throws {
      guard let first = batch.first else { return }
      try seen.add(batch)
      let low = batch.reduce(first, min)
      let high = batch.reduce(first, max)
      if seen.batches == 1 {
        (lowest, highest) = (low, high)
      } else {
        lowest = moved(lowest, to: low)
        highest = moved(highest, to: high)
      }
    }

    /// m + c·(x − m); where the difference is beyond float32 the same in float64.
    private func moved(_ from: Float, to: Float) -> Float {
      let near = from + constant * (to - from)
      return near.isFinite
        ? near : Float(Double(from) + Double(constant) * (Double(to) - Double(from)))
    }

    func range(for format: IntegerFormat, symmetric: Bool) -> GridRange {
      GridRange(lowest: min(0, lowest), highest: max(0, highest))
    }

    func clipped(by range: GridRange) -> Int? {
      range.lowest <= seen.lowest && seen.highest <= range.highest ? 0 : nil
    }
  }

  public static let card = Card(
    "movingAverage", .option,
    summary: "Lets the range follow each batch's smallest and largest number slowly.",
    formula: "lo ← lo + c·(min(batch) − lo), hi ← hi + c·(max(batch) − hi); the first batch copies",
    source: "PyTorch's MovingAverageMinMaxObserver, averaging_constant 0.01",
    parameters: [
      Parameter(
        "constant", or: "0.01", accepts: "a number, 0 to 1", "how far one batch moves the range")
    ],
    examples: [
      Example(
        "print(quantize(tensor([-1, 0, 3]), uint8, symmetric: false, range: movingAverage(0.1))"
          + ".zeroPoint)", prints: "64"),
      Example(
        "quantize(ones(2), int8, range: movingAverage(2))",
        fails: "E0310: `constant` of `movingAverage` goes from 0 to 1; it was 2"),
    ],
    related: ["minmax", "quantize"])
}
