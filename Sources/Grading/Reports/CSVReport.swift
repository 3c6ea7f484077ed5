import Rendering

/// A table, a row a submission: the total, then every check's points and verdict.
struct CSVReport: GradeReport {
  let plan: GradingPlan

  func part(_ result: SubmissionResult) -> String {
    var cells = [
      result.name, text(result.score), text(result.maximum), "\(result.exitCode)",
      result.problem ?? result.refusal ?? "",
    ]
    for check in result.checks { cells += [text(check.score), check.verdict.rawValue] }
    for name in measures {
      cells.append(result.leaderboard.first { $0.name == name }.map { text($0.value) } ?? "")
    }
    var causes: [String] = []
    for cause in result.checks.compactMap(\.cause) where !causes.contains(cause) {
      causes.append(cause)
    }
    return row(cells + [causes.joined(separator: " ")])
  }

  func document(_ parts: [String], _ results: [SubmissionResult]) -> String {
    var names = ["submission", "score", "max_score", "exit_code", "error"]
    for check in plan.checks {
      names += ["\(check.number) \(check.name)", "\(check.number) verdict"]
    }
    return row(names + measures + ["causes"]) + parts.joined()
  }

  private var measures: [String] { plan.steps.flatMap { $0.measures.map(\.name) } }

  private func text(_ number: Double) -> String { JSON.decimal(rounded(number)).text }

  /// RFC 4180: quotation marks where a cell needs them, lines ended by CR LF.
  private func row(_ cells: [String]) -> String {
    cells.map { cell in
      let isPlain = cell.unicodeScalars.allSatisfy { !",\"\r\n".unicodeScalars.contains($0) }
      return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",") + "\r\n"
  }
}
