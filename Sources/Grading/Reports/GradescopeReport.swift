import Rendering

/// Gradescope's `results.json`, which its harness reads from `/autograder/results`.
struct GradescopeReport: GradeReport {
  let plan: GradingPlan
  let facts: GradingFacts

  func part(_ result: SubmissionResult) -> String {
    let tests = result.checks.map { test($0, result).text }
    let head = JSON.object([
      ("score", .decimal(rounded(result.score))), ("output", .text(words(result))),
      ("output_format", .text("md")), ("test_output_format", .text("text")),
      ("visibility", .text("visible")), ("stdout_visibility", .text("hidden")),
    ]).text
    let tail = JSON.object([
      ("leaderboard", .list(result.leaderboard.map(\.json))), ("extra_data", extra(result)),
    ]).text
    return head.dropLast() + ", \"tests\": [\n" + tests.joined(separator: ",\n") + "\n], "
      + tail.dropFirst() + "\n"
  }

  func document(_ parts: [String], _ results: [SubmissionResult]) -> String { parts.joined() }

  private func words(_ result: SubmissionResult) -> String {
    ([result.headline] + result.remarks).joined(separator: "\n\n")
  }

  private func test(_ result: SubmissionResult.Check, _ whole: SubmissionResult) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("number", .text(result.check.number)), ("name", .text(result.check.name)),
      ("score", .decimal(rounded(result.score))),
      ("max_score", .decimal(rounded(result.check.points))),
      ("status", .text(result.verdict == .pass ? "passed" : "failed")),
      ("visibility", .text(result.check.visibility.rawValue)),
    ]
    if !result.check.tags.isEmpty {
      members.append(("tags", .list(result.check.tags.map { .text($0) })))
    }
    if !result.output.isEmpty { members.append(("output", .text(result.output))) }
    var extra: [(key: String, value: JSON)] = [("verdict", .text(result.verdict.rawValue))]
    if let cause = result.cause { extra.append(("cause", .text(cause))) }
    members.append(("extra_data", .object(extra)))
    return .object(members)
  }

  private func extra(_ result: SubmissionResult) -> JSON {
    .object([
      ("format", .number(1)), ("lesson", .text(plan.lesson.id)),
      ("key_sha256", plan.keyHash.map { .text($0) } ?? .null), ("engine", .text(facts.engine)),
      ("seed", .number(Int(clamping: plan.lesson.seed))), ("work_units", .number(result.units)),
    ])
  }
}
