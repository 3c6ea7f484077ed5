import Glibc
import Interpreter
import Language
import Rendering
import Synchronization

/// Where a session's events become text: results to standard output, remarks to standard error.
///
/// It may be called from the session's thread while another one waits.
public final class Console: Sendable {
  private struct State {
    var progress = ProgressLine()
    var lastShown: Value?
    /// Checks whose failure has been shown, by place.
    var shownFailures: Set<String> = []
  }
  /// What a `check` that holds says: a tick at the prompt, nothing in a script.
  public enum Checks: Sendable { case everyOne, failures }

  public let streams: StandardStreams
  private let checks: Checks
  private let state = Mutex(State())
  /// Called once when standard output cannot be written any more.
  private let onFailure = Mutex<(@Sendable () -> Void)?>(nil)

  public init(_ streams: StandardStreams, checks: Checks) {
    self.streams = streams
    self.checks = checks
  }

  /// What to do when nobody can receive results any more: stop the work.
  public func whenOutputFails(_ action: @escaping @Sendable () -> Void) {
    onFailure.withLock { $0 = action }
  }

  /// The value shown last, for `:last`.
  public var lastShown: Value? { state.withLock { $0.lastShown } }

  /// Shows one event.
  public func receive(_ event: OutputEvent) {
    switch event {
    case .print(let values): results(printedText(values, Screen.options()))
    case .echo(let value, _):
      state.withLock { $0.lastShown = value }
      results(display(value, Screen.options()))
    case .note(let text): remark("note: " + text)
    case .warning(let diagnostic): complain([diagnostic])
    case .progress(let progress): show(progress)
    case .checked(let record): show(record)
    }
  }

  /// Text to where results go, with a line end behind it.
  public func results(_ text: String) {
    eraseProgress()
    streams.write(text + "\n")
    guard streams.hasFailed else { return }
    onFailure.withLock { action in
      action?()
      action = nil
    }
  }

  /// A line to standard error.
  public func remark(_ text: String) {
    eraseProgress()
    streams.writeError(text + "\n")
  }

  /// After Ctrl-C at the prompt; takes away the `^C` that the terminal wrote.
  public func sayStopped() {
    eraseProgress()
    if streams.isTerminal, !Screen.isDumb { streams.write("\r\u{1B}[K") }
    remark("stopped; nothing changed")
  }

  /// Diagnostics to standard error, with an empty line between two.
  public func complain(_ diagnostics: [Diagnostic]) {
    let screen = Screen.options()
    let color = Screen.hasColor(STDERR_FILENO)
    let texts = diagnostics.map { renderDiagnostic($0, width: screen.width, color: color) }
    remark(texts.joined(separator: "\n\n"))
  }

  /// An error that has no place in a source.
  public func complain(code: String?, _ text: String) {
    let paint = Paint(isOn: Screen.hasColor(STDERR_FILENO))
    remark(paint("error" + (code.map { "[\($0)]" } ?? ""), .error) + ": " + text)
  }

  /// Writes out what is pending; says so, and returns false, when results could not be written.
  public func finish() -> Bool {
    guard let reason = streams.finish() else { return true }
    complain(code: nil, reason)
    return false
  }

  /// Takes the progress line away, as before a prompt.
  public func eraseProgress() {
    if let erasing = state.withLock({ $0.progress.erase() }) { streams.write(erasing) }
  }

  /// An input has ended: whatever was under way is no longer.
  public func endInput() {
    if let erasing = state.withLock({ $0.progress.reset() }) { streams.write(erasing) }
  }

  private func show(_ record: CheckRecord) {
    switch record.state {
    case .failed:
      let place = "\(record.source.name):\(record.span.start)"
      guard state.withLock({ $0.shownFailures.insert(place).inserted }) || checks == .everyOne
      else { return }
    case .passed, .notRun: guard checks == .everyOne else { return }
    }
    var options = Screen.options()
    options.color = Screen.hasColor(STDERR_FILENO)
    remark(checkText(record, options))
  }

  private func show(_ progress: Progress) {
    guard streams.isTerminal, !Screen.isDumb else { return }
    let text = state.withLock { $0.progress.text(for: progress, Screen.options()) }
    if let text { streams.write(text) }
  }
}

/// What `print` writes of its values: text, and reports in full.
public func printedText(_ values: [Value], _ options: DisplayOptions) -> String {
  let hasReport = values.contains { if case .report = $0 { true } else { false } }
  guard hasReport else { return Value.line(values) }
  return values.map { value in
    if case .report = value { display(value, options) } else { value.text }
  }.joined(separator: "\n")
}

/// What an event leaves on a page: the plain text of results, nothing of the rest.
public func pageText(_ event: OutputEvent) -> String? {
  switch event {
  case .print(let values): printedText(values, .plain)
  case .echo(let value, _): display(value, .plain)
  case .note, .warning, .progress, .checked: nil
  }
}
