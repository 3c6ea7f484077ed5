/// The mistakes found so far in one text.
struct Findings: Sendable {
  let source: Source
  private(set) var diagnostics: [Diagnostic] = []
  /// The parser stopped where the text does, with nothing wrong before.
  private(set) var failedAtEnd = false
  private var errorCount = 0

  /// A text that is no program at all (a picture, say) makes more than anyone reads.
  private static let capacity = 100

  init(_ source: Source) { self.source = source }

  var isFull: Bool { diagnostics.count >= Findings.capacity }
  var hasErrors: Bool { errorCount > 0 }

  mutating func add(
    _ code: String, _ headline: String, at span: Span, label: String = "",
    labels: [Diagnostic.Label] = [], notes: [String] = [], help: [Diagnostic.Help] = [],
    isAtEnd: Bool = false
  ) {
    // A blank is no failure to read the text, so what follows it may still be unfinished.
    let isFailure = code != "E0009"
    if isAtEnd {
      // What is missing at the end follows from what went wrong before it.
      guard errorCount == 0 else { return }
      failedAtEnd = true
    } else if isFailure {
      errorCount += 1
    }
    guard !isFull else { return }
    diagnostics.append(
      Diagnostic(
        code.first == "W" ? .warning : .error, code, headline, in: source, at: span,
        label: label, labels: labels, notes: notes, help: help))
  }
}

extension Diagnostic.Help {
  /// Advice with the edit that follows it.
  static func replace(_ span: Span, with replacement: String, _ text: String) -> Self {
    .init(text, edit: .init(span, replacement))
  }

  static func say(_ text: String) -> Self { .init(text) }
}
