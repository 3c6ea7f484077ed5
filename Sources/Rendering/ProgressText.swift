import Catalog
import Interpreter

/// One line of progress, never longer than the screen.
///
///     epoch 3/8 ━━━━━━╸───────── loss 0.084   accuracy 97.6%   48,000 examples/s   1.3 s left
///
/// Finished work shows the time it took instead of the time left. Where the line would be too
/// long, the rate goes first, then the bar.
///
/// - Parameter seconds: since the work began.
public func progressLine(
  _ progress: Progress, seconds: Double, _ options: DisplayOptions
) -> String {
  let measures = progress.figures.filter { $0.name != countedFigure }.map(text)
  let rate = progress.isFinal ? nil : rateText(progress, seconds)
  let time = timeText(progress, seconds)
  let full = (measures + [rate, time].compactMap { $0 }).joined(separator: "   ")
  let brief = (measures + [time].compactMap { $0 }).joined(separator: "   ")
  let bar = bar(min(max(progress.fraction, 0), 1), cells: 16, options.paint)
  for tail in [full, brief] {
    // A line that fills the last column makes some terminals wrap; one column stays free.
    if columns(of: progress.title) + 18 + columns(of: tail) < options.width {
      return "\(progress.title) \(bar) \(tail)".trimmedAtEnd
    }
  }
  return "\(progress.title)   \(brief)".cut(to: options.width - 1)
}

/// The figure that counts finished examples; it is shown as a rate.
private let countedFigure = "examples"

private func text(_ figure: Progress.Figure) -> String {
  if figure.isShare { return "\(figure.name) \(fixed(100 * figure.value, 1))%" }
  let size = abs(figure.value)
  let value = size >= 0.0995 && size < 100 ? fixed(figure.value, 3) : short(figure.value, digits: 3)
  return "\(figure.name) \(value)"
}

private func rateText(_ progress: Progress, _ seconds: Double) -> String? {
  guard seconds > 0.2,
    let done = progress.figures.first(where: { $0.name == countedFigure })?.value, done > 0
  else { return nil }
  return "\(grouped(Int(clampingWhole: done / seconds))) examples/s"
}

private func timeText(_ progress: Progress, _ seconds: Double) -> String? {
  if progress.isFinal { return duration(seconds) }
  // Too little is done to promise anything.
  guard progress.fraction > 0.01 else { return nil }
  return duration(seconds * max(1 - progress.fraction, 0) / progress.fraction) + " left"
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
