/// Finds a slot for every name, and every mistake that can be found without running.
///
/// All errors of an input come together: those of its text (`parsed.diagnostics`) and those found
/// here. Give it the parse as it came, broken or not.
public func check(_ parsed: Parsed, in scope: Scope) -> Result<Resolution, Refusal> {
  .failure(Refusal(diagnostics: parsed.diagnostics))
}
