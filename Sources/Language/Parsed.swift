/// What became of one input's text: its tree, everything wrong with it, and whether more may come.
public struct Parsed: Sendable {
  /// The statements; what could not be read stands there as `.broken`.
  public var program: Program
  /// Errors and warnings of the text, by position. With an error in it nothing may run.
  public var diagnostics: [Diagnostic]
  /// The parser failed at the end of the text, so that a further line may complete it.
  public var isIncomplete: Bool
  /// The input begins with `|>` and so continues `ans`.
  public var continuesAnswer: Bool
  /// Comments that may have been meant as a division: `n // 2`.
  var divisionComments: [DivisionComment]

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// A comment behind code that is one number or one name, and the operand left of it.
struct DivisionComment: Sendable {
  var span: Span
  var text: String
  var operand: Span
}

/// Why a program does not run: its errors (and warnings) by position, ten at most.
public struct Refusal: Error, Sendable {
  public var diagnostics: [Diagnostic]
}

/// Reads an input whole: lexer, parser, and the fixes that were tried before they are offered.
///
/// - Complexity: O(bytes), for any bytes at all.
public func parse(_ source: Source) -> Parsed {
  Parsed(
    program: Program(source: source, statements: [], idCount: 0, functionCount: 0),
    diagnostics: [], isIncomplete: false, continuesAnswer: false, divisionComments: [])
}

/// Finds a slot for every name, and every mistake that can be found without running.
///
/// All errors of an input come together: those of its text (`parsed.diagnostics`) and those found
/// here. Give it the parse as it came, broken or not.
public func check(_ parsed: Parsed, in scope: Scope) -> Result<Resolution, Refusal> {
  .failure(Refusal(diagnostics: parsed.diagnostics))
}
