/// What went wrong, where, with which numbers, and what would be right.
///
/// There is no way to make one without a place: every error points at the text that caused it.
public struct Diagnostic: Error, Sendable {
  public enum Severity: String, Sendable {
    case error, warning
    /// A limit set by whoever runs the program was reached.
    case stopped
  }

  /// A further place that matters, with what stands there: `300×784` under an operand.
  public struct Label: Sendable {
    public var source: Source
    public var span: Span
    public var text: String

    public init(_ source: Source, _ span: Span, _ text: String) {
      self.source = source
      self.span = span
      self.text = text
    }
  }

  /// Advice, with the corrected line where one was found, parsed and checked.
  public struct Help: Sendable {
    public var text: String
    /// The whole corrected line, shown under the advice.
    public var correctedLine: String?
    /// The edit that corrects it.
    public var edit: Edit?

    public init(_ text: String, correctedLine: String? = nil, edit: Edit? = nil) {
      self.text = text.shorteningNames
      self.correctedLine = correctedLine
      self.edit = edit
    }
  }

  public struct Edit: Sendable {
    public var span: Span
    public var replacement: String

    public init(_ span: Span, _ replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }

  public var severity: Severity
  /// `E0214`; `DiagnosticCode` has the groups and what each code means.
  public var code: String
  /// Lower case, no full stop, stands alone.
  public var headline: String
  public var source: Source
  public var span: Span
  /// Text behind the carets; may be empty.
  public var label: String
  public var labels: [Label]
  public var notes: [String]
  public var help: [Help]

  public init(
    _ severity: Severity = .error, _ code: String, _ headline: String, in source: Source,
    at span: Span, label: String = "", labels: [Label] = [], notes: [String] = [],
    help: [Help] = []
  ) {
    self.severity = severity
    self.code = code
    self.headline = headline.shorteningNames
    self.source = source
    self.span = span
    self.label = label
    self.labels = labels
    self.notes = notes.map(\.shorteningNames)
    self.help = help
  }
}

extension String {
  /// The text with every word beyond 40 letters cut there, so that no name fills the screen.
  fileprivate var shorteningNames: String {
    let longest = 40
    guard utf8.count > longest else { return self }
    var result = ""
    var length = 0
    for character in self {
      length = character.isLetter || character.isNumber || character == "_" ? length + 1 : 0
      if length <= longest {
        result.append(character)
      } else if length == longest + 1 {
        result.append("…")
      }
    }
    return result
  }
}
