/// JUnit's XML: a suite a submission, a case a check; `failure` is a wrong value, `error` means that
/// a limit or an error stopped it.
struct JUnitReport: GradeReport {
  let plan: GradingPlan

  func part(_ result: SubmissionResult) -> String {
    var lines = [
      "  <testsuite \(attributes([("name", result.name)] + counts([result]) + [("file", result.name)]))>"
    ]
    lines.append("    <properties>")
    var facts = [
      ("score", text(result.score)), ("max_score", text(result.maximum)),
      ("work_units", "\(result.units)"),
    ]
    facts += result.leaderboard.map { ("leaderboard." + $0.name, text($0.value)) }
    facts += result.remarks.map { ("remark", $0) }
    for fact in facts { lines.append("      " + property(fact.0, fact.1)) }
    lines.append("    </properties>")
    if let reason = result.problem ?? result.refusal {
      lines += stopped("parse", reason, result)
    }
    lines += result.checks.flatMap { testCase($0, result) }
    let printed = result.answers.map(\.output).joined()
    if !printed.isEmpty { lines.append("    <system-out>\(escaped(printed))</system-out>") }
    lines.append("  </testsuite>")
    return lines.joined(separator: "\n") + "\n"
  }

  func document(_ parts: [String], _ results: [SubmissionResult]) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + "<testsuites \(attributes([("name", plan.lesson.id)] + counts(results)))>\n"
      + parts.joined() + "</testsuites>\n"
  }

  private func counts(_ results: [SubmissionResult]) -> [(String, String)] {
    let checks = results.flatMap(\.checks)
    let refused = results.filter { ($0.problem ?? $0.refusal) != nil }.count
    func count(_ verdicts: CheckVerdict...) -> Int {
      checks.filter { verdicts.contains($0.verdict) }.count
    }
    return [
      ("tests", "\(checks.count + refused)"), ("failures", "\(count(.fail, .partial))"),
      ("errors", "\(count(.error, .overBudget) + refused)"), ("skipped", "\(count(.notRun))"),
      ("assertions", "\(checks.count)"), ("time", "0.000"),
    ]
  }

  private func stopped(_ name: String, _ reason: String, _ result: SubmissionResult) -> [String] {
    let facts = [
      ("name", name), ("classname", plan.lesson.id), ("assertions", "0"), ("time", "0.000"),
      ("file", result.name), ("line", "1"),
    ]
    return [
      "    <testcase \(attributes(facts))>",
      "      <error \(attributes([("message", reason), ("type", name)]))></error>",
      "    </testcase>",
    ]
  }

  private func testCase(_ check: SubmissionResult.Check, _ result: SubmissionResult) -> [String] {
    let facts = [
      ("name", check.check.name), ("classname", plan.lesson.id + "." + check.check.step),
      ("assertions", "1"), ("time", "0.000"), ("file", result.name), ("line", "\(check.line ?? 1)"),
    ]
    var properties = [
      ("number", check.check.number), ("verdict", check.verdict.rawValue),
      ("points", text(check.score)), ("max_points", text(check.check.points)),
      ("visibility", check.check.visibility.rawValue),
    ]
    if let cause = check.cause { properties.append(("cause", cause)) }
    properties += check.check.tags.map { ("tag", $0) }
    var lines = ["    <testcase \(attributes(facts))>", "      <properties>"]
    for fact in properties { lines.append("        " + property(fact.0, fact.1)) }
    lines.append("      </properties>")
    let message =
      check.output.split(separator: "\n").first.map(String.init) ?? check.verdict.rawValue
    let kind = attributes([("message", message), ("type", check.cause ?? check.verdict.rawValue)])
    switch check.verdict {
    case .pass: break
    case .notRun: lines.append("      <skipped \(attributes([("message", message)]))></skipped>")
    case .fail, .partial:
      lines.append("      <failure \(kind)>\(escaped(check.output))</failure>")
    case .error, .overBudget:
      lines.append("      <error \(kind)>\(escaped(check.output))</error>")
    }
    lines.append("    </testcase>")
    return lines
  }

  private func property(_ name: String, _ value: String) -> String {
    "<property \(attributes([("name", name), ("value", value)]))></property>"
  }

  private func text(_ number: Double) -> String {
    let value = rounded(number)
    return Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  private func attributes(_ facts: [(String, String)]) -> String {
    facts.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: " ")
  }

  /// Text as XML 1.0 can hold it: what it cannot is replaced, not dropped.
  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t": result += "&#9;"
      case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value):
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
