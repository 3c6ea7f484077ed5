import Rendering

/// TAP 14: a line a check, with a YAML block below those that did not pass.
struct TAPReport: GradeReport {
  let plan: GradingPlan
  let facts: GradingFacts

  func part(_ result: SubmissionResult) -> String {
    result.checks.map { lines($0, result) }.joined(separator: "\u{1}")
  }

  func document(_ parts: [String], _ results: [SubmissionResult]) -> String {
    var text = "TAP version 14\n1..\(results.count * plan.checks.count)\n"
    if !facts.isClass, let result = results.first,
      let reason = result.problem ?? result.refusal
    {
      return text + "Bail out! \(oneLine(reason))\n"
    }
    // Numbers run through the whole class; a part knows only its own lines.
    var number = 0
    for part in parts {
      for line in part.split(separator: "\u{1}") {
        number += 1
        text += line.replacing("\u{2}", with: "\(number)", maxReplacements: 1) + "\n"
      }
    }
    return text
  }

  private func lines(_ check: SubmissionResult.Check, _ result: SubmissionResult) -> String {
    let name = (facts.isClass ? result.name + ": " : "") + check.check.name
    let description = " \u{2} - " + escaped(oneLine(name))
    switch check.verdict {
    case .pass: return "ok" + description
    case .notRun where result.refusal == nil && result.problem == nil:
      return "ok" + description + " # SKIP " + escaped(oneLine(check.output))
    case .notRun, .partial, .fail, .overBudget, .error: break
    }
    let message = result.problem ?? result.refusal ?? check.output
    var block = [
      "message: " + quoted(message), "severity: " + (check.verdict.isStop ? "error" : "fail"),
      "at:",
      "  file: " + quoted(result.name), "  line: \(check.line ?? 1)", "data:",
      "  verdict: " + check.verdict.rawValue,
      "  points: " + JSON.decimal(rounded(check.score)).text,
      "  max_points: " + JSON.decimal(rounded(check.check.points)).text,
    ]
    if let cause = check.cause { block.append("  cause: " + quoted(cause)) }
    return (["not ok" + description, "  ---"] + block.map { "  " + $0 } + ["  ..."])
      .joined(separator: "\n")
  }

  /// JSON's strings are YAML's.
  private func quoted(_ text: String) -> String {
    JSON.text(String(text.map { $0 == "\u{1}" || $0 == "\u{2}" ? "?" : $0 })).text
  }

  private func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("#", with: "\\#")
  }

  private func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\u{1}" || $0 == "\u{2}" ? " " : $0 })
  }
}
