import Catalog

/// Finds a slot for every name, and every mistake that can be found without running.
///
/// All errors of an input come together: those of its text (`parsed.diagnostics`) and those found
/// here. Give it the parse as it came, broken or not.
public func check(_ parsed: Parsed, in scope: Scope) -> Result<Resolution, Refusal> {
  let (resolution, found) = checkWithoutTrials(parsed, in: scope)
  let trial = FixTrial(source: parsed.program.source, errors: found.errors) { edited in
    let parsed = parseWithoutTrials(edited)
    return checkWithoutTrials(parsed, in: scope).diagnostics.errors
  }
  let errors = found.errors
  if errors.isEmpty {
    var result = resolution
    result.warnings = found.prefix(maximumDiagnostics).map(trial.tried)
    return .success(result)
  }
  return .failure(Refusal(diagnostics: errors.prefix(maximumDiagnostics).map(trial.tried)))
}

/// Everything found in the text and in its names, by position.
private func checkWithoutTrials(
  _ parsed: Parsed, in scope: Scope
) -> (resolution: Resolution, diagnostics: [Diagnostic]) {
  var checker = Checker(parsed, in: scope)
  checker.run()
  checker.warnDivisions(parsed.divisionComments)
  let all = parsed.diagnostics + checker.findings.diagnostics
  return (checker.resolution, all.sortedByPosition())
}

extension Checker {
  /// W0001: `n // 2` means `n`, with a comment behind it.
  mutating func warnDivisions(_ comments: [DivisionComment]) {
    for comment in comments where !callStatements.contains(comment.operand) {
      let divisor = comment.text.trimmed
      guard isNumber(divisor) || visible[divisor] != nil || scope.cards[divisor] != nil
      else { continue }
      let fixed = "floor(\(source[comment.operand]) / \(divisor))"
      findings.add(
        "W0001", "`//` begins a comment", at: comment.span,
        notes: ["this line means `\(source[comment.operand])`"],
        help: [.replace(comment.operand.joined(comment.span), with: fixed, "`\(fixed)`")])
    }
  }

  private func isNumber(_ text: String) -> Bool {
    guard let first = text.utf8.first, first &- UInt8(ascii: "0") <= 9 else { return false }
    return Double(text) != nil
  }
}
