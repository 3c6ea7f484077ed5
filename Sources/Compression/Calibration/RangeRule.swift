import Catalog
import Encodings
import Networks

/// A rule that says which range of numbers a grid covers: what lies outside is clipped.
///
/// The same rules serve weights, a slice at a time, and activations, a batch at a time.
public protocol RangeRule: Cataloged {
  /// - Throws: `SettingError` for a setting outside its domain.
  init(_ settings: Settings) throws

  /// An observer that has seen nothing yet.
  func observer() -> any RangeObserver
}

/// What a rule keeps of the numbers that pass, in memory that does not grow with them.
///
/// Unless a rule says otherwise its answer depends only on the numbers, not on how they were cut
/// into batches.
public protocol RangeObserver: Sendable {
  /// Takes the next numbers in; an empty batch changes nothing.
  ///
  /// - Throws: `QuantizeError.notFinite` when one is NaN or ∞; nothing of the batch counts then.
  mutating func observe(_ batch: UnsafeBufferPointer<Float>) throws

  /// The range that a grid of this format should cover.
  ///
  /// - Parameter symmetric: whether the grid's middle is 0, so that only the larger bound counts.
  /// - Returns: a range that holds 0; 0…0 when nothing but zeros was seen, or nothing at all.
  func range(for format: IntegerFormat, symmetric: Bool) throws -> GridRange

  /// How many numbers were seen, and from where to where.
  var seen: Observed { get }

  /// How many of them lie outside a range; `nil` when the observer kept too little to know.
  func clipped(by range: GridRange) -> Int?
}

/// An observer that keeps a histogram, and chooses from it at the end.
protocol HistogramRangeObserver: RangeObserver {
  var histogram: NumberHistogram { get set }
}

extension HistogramRangeObserver {
  var seen: Observed { histogram.seen }

  mutating func observe(_ batch: UnsafeBufferPointer<Float>) throws {
    try histogram.observe(batch)
  }

  func clipped(by range: GridRange) -> Int? { histogram.clipped(by: range) }
}

/// What an observer saw.
public struct Observed: Sendable, Equatable {
  public var batches = 0
  public var count = 0
  /// The smallest number, or +∞ before the first.
  public var lowest = Float.infinity
  /// The largest number, or −∞ before the first.
  public var highest = -Float.infinity

  public init() {}

  /// Books a batch.
  ///
  /// - Throws: `QuantizeError.notFinite`; nothing is booked then.
  mutating func add(_ batch: UnsafeBufferPointer<Float>) throws {
    if let first = batch.firstIndex(where: { !$0.isFinite }) {
      throw QuantizeError.notFinite(
        count: batch.count { !$0.isFinite }, first: first, value: batch[first])
    }
    guard !batch.isEmpty else { return }
    batches += 1
    count += batch.count
    for value in batch {
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
  }

  /// All that was seen, widened to hold 0.
  var range: GridRange { GridRange(lowest: min(0, lowest), highest: max(0, highest)) }
}

extension RangeRule {
  /// The range of numbers that are all there.
  ///
  /// - Throws: what observing them throws.
  public func range(
    of numbers: UnsafeBufferPointer<Float>, for format: IntegerFormat, symmetric: Bool
  ) throws -> GridRange {
    var observer = observer()
    try observer.observe(numbers)
    return try observer.range(for: format, symmetric: symmetric)
  }
}

/// The range rules as names, with `mse`: a loss's name, which here stands for `lp(2)`.
let rangeNames = rangeCatalog.map { $0.card.name } + [MeanSquaredError.card.name]

extension SettingsReader {
  /// The range rule that an option names: `minmax`, `percentile(99.9)`; `mse` means `lp(2)`.
  ///
  /// - Throws: `SettingError` for a name that is no range rule, and what its settings throw.
  func rangeRule(_ name: String) throws -> any RangeRule {
    if try option(name).name == "mse" { return LeastErrorRange() }
    let (type, settings) = try entry(
      name, kind: "range rule", of: rangeCatalog, named: { $0.card.name })
    return try type.init(settings)
  }
}
