import Interpreter
import Rendering

/// The one line that is written over itself while something takes its time.
///
/// Nothing moves in the first half second, so quick work does not flicker. The last state of an
/// operation stays on the screen: it says how the training went.
struct ProgressLine {
  private static let patience: UInt64 = 500_000_000
  private static let interval: UInt64 = 100_000_000
  private var began: UInt64?
  private var drawn: UInt64?

  /// What to write for a new state; `nil` when it is too early or too soon after the last.
  mutating func text(
    for progress: Progress, _ options: DisplayOptions, now: UInt64 = monotonicNanoseconds()
  ) -> String? {
    let start = began ?? now
    began = progress.isFinal ? nil : start
    let line = progressLine(progress, seconds: Double(now - start) / 1e9, options)
    if progress.isFinal {
      drawn = nil
      return "\r\u{1B}[K" + line + "\n"
    }
    guard now - start >= Self.patience, now - (drawn ?? 0) >= Self.interval else { return nil }
    drawn = now
    return "\r\u{1B}[K" + line
  }

  /// What takes the line off the screen; `nil` when there is none.
  mutating func erase() -> String? {
    guard drawn != nil else { return nil }
    drawn = nil
    return "\r\u{1B}[K"
  }

  /// Forgets an operation that ended without its last state.
  mutating func reset() -> String? {
    began = nil
    return erase()
  }
}
