/// What one line of progress says.
public struct ProgressFacts: Sendable, Equatable {
  /// What is counted: `epoch`.
  public var unit: String
  /// How many are finished.
  public var done: Int
  /// How many there are; `nil` when nobody knows.
  public var total: Int?
  /// The finished share of the whole work, `0...1`.
  public var fraction: Double
  /// Measured so far, in the order shown: `("loss", "0.021")`.
  public var measures: [(name: String, value: String)]
  /// Pieces of work a second, with their name: `(48_000, "images")`.
  public var rate: (perSecond: Double, of: String)?
  /// Since the work began.
  public var seconds: Double

  public init(
    unit: String, done: Int, total: Int?, fraction: Double,
    measures: [(name: String, value: String)] = [], rate: (perSecond: Double, of: String)? = nil,
    seconds: Double
  ) {
    self.unit = unit
    self.done = done
    self.total = total
    self.fraction = min(max(fraction, 0), 1)
    self.measures = measures
    self.rate = rate
    self.seconds = seconds
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.unit == b.unit && a.done == b.done && a.total == b.total && a.fraction == b.fraction
      && a.measures.elementsEqual(b.measures, by: ==) && a.seconds == b.seconds
      && a.rate?.perSecond == b.rate?.perSecond && a.rate?.of == b.rate?.of
  }

  var isFinished: Bool { fraction >= 1 || done == total }
}

/// One line of progress, never longer than the screen.
///
///     epoch 3/8 ━━━━━━╸───────── loss 0.084   accuracy 97.6%   48,000 images/s   1.3 s left
///
/// Finished work shows the time it took instead of the time left. Where the line would be too
/// long, the rate goes first, then the bar.
public func progressLine(_ facts: ProgressFacts, _ options: DisplayOptions) -> String {
  let counter = facts.total.map { "\(facts.unit) \(facts.done)/\($0)" } ?? "\(facts.unit) \(facts.done)"
  let measures = facts.measures.map { "\($0.name) \($0.value)" }
  let rate = facts.rate.map { "\(grouped(Int(clampingWhole: $0.perSecond))) \($0.of)/s" }
  let time = timeText(facts)

  let full = (measures + (facts.isFinished ? [] : rate.map { [$0] } ?? []) + time)
    .joined(separator: "   ")
  let brief = (measures + time).joined(separator: "   ")
  let bar = bar(facts.fraction, cells: 16, options.paint)
  for tail in [full, brief] {
    // A line that fills the last column makes some terminals wrap; one column stays free.
    if columns(of: counter) + 18 + columns(of: tail) < options.width {
      return "\(counter) \(bar) \(tail)"
    }
  }
  return "\(counter)   \(brief)".cut(to: options.width - 1)
}

private func timeText(_ facts: ProgressFacts) -> [String] {
  if facts.isFinished { return [duration(facts.seconds)] }
  // Too little is done to promise anything.
  guard facts.fraction > 0.01 else { return [] }
  return [duration(facts.seconds * (1 - facts.fraction) / facts.fraction) + " left"]
}

private func bar(_ fraction: Double, cells: Int, _ paint: Paint) -> String {
  let halves = Int(clampingWhole: fraction * Double(2 * cells))
  let done = String(repeating: "━", count: halves / 2) + (halves % 2 == 1 ? "╸" : "")
  let rest = String(repeating: "─", count: cells - (halves + 1) / 2)
  return paint(done, .good) + paint(rest, .faint)
}

extension Int {
  /// The whole part of a number, or the nearest end of the range that `Int` has.
  init(clampingWhole value: Double) {
    self = Int(exactly: value.rounded(.down)) ?? (value > 0 ? .max : 0)
  }
}
