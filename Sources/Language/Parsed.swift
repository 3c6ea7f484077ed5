/// What became of one input's text: its tree, everything wrong with it, and whether more may come.
public struct Parsed: Sendable {
  /// The statements; what could not be read stands there as `.broken`.
  public var program: Program
  /// Errors of the text, by position.
  ///
  /// With one in it nothing may run.
  public var diagnostics: [Diagnostic]
  /// The parser failed at the end of the text, so that a further line may complete it.
  public var isIncomplete: Bool
  /// The input begins with `|>` and so continues `ans`.
  public var continuesAnswer: Bool
  /// Comments that may have been meant as a division: `n // 2`.
  var divisionComments: [DivisionComment]

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// A comment behind code, and the operand left of it.
struct DivisionComment: Sendable {
  var span: Span
  /// What stands behind `//`.
  var text: String
  var operand: Span
}

/// Why a program does not run: its errors by position, ten at most.
public struct Refusal: Error, Sendable {
  public var diagnostics: [Diagnostic]
}

/// How many errors of one input are shown.
let maximumDiagnostics = 10

/// Reads an input whole: lexer, parser, and the fixes that were tried before they are offered.
///
/// - Complexity: O(bytes), for any bytes at all.
public func parse(_ source: Source) -> Parsed {
  var parsed = parseWithoutTrials(source)
  guard !parsed.diagnostics.isEmpty, !parsed.isIncomplete else { return parsed }
  let trial = FixTrial(source: source, errors: parsed.diagnostics.errors) {
    parseWithoutTrials($0).diagnostics.errors
  }
  parsed.diagnostics = parsed.diagnostics.prefix(maximumDiagnostics).map(trial.tried)
  return parsed
}

func parseWithoutTrials(_ source: Source) -> Parsed {
  var findings = Findings(source)
  guard findings.validate(source.text) else {
    return Parsed(
      program: Program(source: source, statements: [], idCount: 0, functionCount: 0),
      diagnostics: findings.diagnostics, isIncomplete: false, continuesAnswer: false,
      divisionComments: [])
  }
  var lexer = Lexer(source)
  lexer.run()
  var parser = Parser(lexer)
  return parser.parseInput()
}
