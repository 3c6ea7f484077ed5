import Rendering

/// Espalier's own form: everything a result knows (docs/grading.md lists the fields).
struct JSONReport: GradeReport {
  let plan: GradingPlan
  let facts: GradingFacts

  func part(_ result: SubmissionResult) -> String {
    JSON.object([
      ("name", .text(result.name)), ("score", .decimal(rounded(result.score))),
      ("max_score", .decimal(rounded(result.maximum))), ("passed", .boolean(result.hasPassed)),
      ("complete", .boolean(result.isComplete)), ("exit_code", .number(Int(result.exitCode))),
      ("message", .text(result.headline)),
      ("error", (result.problem ?? result.refusal).map { .text($0) } ?? .null),
      ("remarks", .list(result.remarks.map { .text($0) })),
      ("checks", .list(result.checks.map(check))), ("answers", .list(result.answers.map(answer))),
      ("leaderboard", .list(result.leaderboard.map(\.json))), ("work_units", .number(result.units)),
      ("walls", .list(result.walls.map { .text($0) })),
    ]).text
  }

  func document(_ parts: [String], _ results: [SubmissionResult]) -> String {
    let head = JSON.object([
      ("format", .number(1)), ("engine", .text(facts.engine)),
      ("lesson", .text(plan.lesson.id)), ("lesson_version", .number(plan.lesson.version)),
      ("seed", .number(Int(clamping: plan.lesson.seed))),
      ("key_sha256", plan.keyHash.map { .text($0) } ?? .null),
      ("max_score", .decimal(rounded(plan.points))), ("class", ClassSummary(results, plan).json),
    ]).text
    return head.dropLast() + ", \"submissions\": [\n" + parts.joined(separator: ",\n") + "\n]}\n"
  }

  private func check(_ result: SubmissionResult.Check) -> JSON {
    .object([
      ("number", .text(result.check.number)), ("step", .text(result.check.step)),
      ("name", .text(result.check.name)), ("points", .decimal(rounded(result.score))),
      ("max_points", .decimal(rounded(result.check.points))),
      ("verdict", .text(result.verdict.rawValue)), ("message", .text(result.output)),
      ("hidden", .boolean(result.check.visibility != .visible)),
      ("visibility", .text(result.check.visibility.rawValue)),
      ("needs", .list(result.check.needs.map { .text(plan.checks[$0].number) })),
      ("tags", .list(result.check.tags.map { .text($0) })),
      ("cause", result.cause.map { .text($0) } ?? .null),
      ("line", result.line.map { .number($0) } ?? .null), ("work_units", .number(result.units)),
    ])
  }

  private func answer(_ answer: SubmissionResult.Answer) -> JSON {
    .object([
      ("step", .text(answer.step)), ("line", .number(answer.line)),
      ("output", .text(answer.output)), ("dropped_lines", .number(answer.droppedLines)),
      ("error", .text(answer.error)), ("work_units", .number(answer.units)),
    ])
  }
}

extension SubmissionResult.LeaderboardValue {
  var json: JSON {
    .object([("name", .text(name)), ("value", .decimal(value)), ("order", .text(order))])
  }
}
