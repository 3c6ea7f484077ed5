import Rendering

/// How a class did, check by check.
public struct ClassSummary: Sendable {
  struct Row: Sendable {
    var check: GradedCheck
    var counts: [CheckVerdict: Int]
  }
  let count: Int
  let passed: Int
  let refused: Int
  let maximum: Double
  /// In ascending order.
  let scores: [Double]
  let rows: [Row]
  /// Recognised mistakes, the most frequent first.
  let causes: [(name: String, count: Int)]

  public init(_ results: [SubmissionResult], _ plan: GradingPlan) {
    count = results.count
    passed = results.filter(\.hasPassed).count
    refused = results.filter { $0.refusal != nil }.count
    maximum = plan.points
    scores = results.map(\.score).sorted()
    rows = plan.checks.indices.map { place in
      var counts: [CheckVerdict: Int] = [:]
      for result in results { counts[result.checks[place].verdict, default: 0] += 1 }
      return Row(check: plan.checks[place], counts: counts)
    }
    var found: [String: Int] = [:]
    for result in results {
      for cause in Set(result.checks.compactMap(\.cause)) { found[cause, default: 0] += 1 }
    }
    causes = found.map { (name: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }

  var mean: Double { scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count) }

  var median: Double {
    guard !scores.isEmpty else { return 0 }
    let middle = scores.count / 2
    return scores.count % 2 == 1 ? scores[middle] : (scores[middle - 1] + scores[middle]) / 2
  }

  var json: JSON {
    .object([
      ("submissions", .number(count)), ("passed", .number(passed)), ("refused", .number(refused)),
      ("mean", .decimal(rounded(mean))), ("median", .decimal(rounded(median))),
      (
        "checks",
        .list(
          rows.map { row in
            .object(
              [("number", .text(row.check.number)), ("name", .text(row.check.name))]
                + CheckVerdict.allCases.map { ($0.rawValue, .number(row.counts[$0] ?? 0)) })
          })
      ),
      ("causes", .object(causes.map { ($0.name, .number($0.count)) })),
    ])
  }

  /// The summary as a table for people.
  public func text(_ options: DisplayOptions) -> String {
    var lines = [
      "\(count) submissions: \(passed) passed every check, \(count - passed - refused) did not"
        + (refused > 0 ? ", \(refused) could not be read" : ""),
      "score: mean \(points(mean)), median \(points(median)), lowest \(points(scores.first ?? 0)), "
        + "highest \(points(scores.last ?? 0)) of \(points(maximum))", "",
    ]
    let heads = ["", "check"] + CheckVerdict.allCases.map(\.rawValue)
    let body = rows.map { row in
      [row.check.number, row.check.name]
        + CheckVerdict.allCases.map { row.counts[$0].map { "\($0)" } ?? "" }
    }
    let table = TextTable(
      headings: heads, rows: body,
      alignments: [.right, .left] + CheckVerdict.allCases.map { _ in .right })
    lines += table.lines(options)
    if !causes.isEmpty {
      lines += ["", "recognised mistakes"]
      lines += causes.map { "  \($0.count) × \($0.name.replacing("misconception:", with: ""))" }
    }
    return lines.joined(separator: "\n")
  }

  private func points(_ number: Double) -> String { JSON.decimal(rounded(number)).text }
}

extension SubmissionResult {
  /// One submission's result for people, a line a check.
  public func text(_ options: DisplayOptions) -> String {
    func points(_ number: Double) -> String { JSON.decimal(rounded(number)).text }
    var lines = ["\(name)   \(points(score)) of \(points(maximum)) points"]
    if let reason = problem ?? refusal { return lines[0] + "\n  " + reason }
    lines += remarks.map { "  " + $0 }
    let rows = checks.map {
      [
        $0.verdict == .pass
          ? "✓" : $0.verdict == .partial ? "~" : $0.verdict == .notRun ? "–" : "✗",
        $0.check.number, $0.check.name, points($0.score) + "/" + points($0.check.points),
        $0.verdict.rawValue,
      ]
    }
    let table = TextTable(rows: rows, alignments: [.left, .left, .left, .right, .left])
    for (line, check) in zip(table.lines(options), checks) {
      lines.append("  " + line)
      lines += check.output.split(separator: "\n").map { "        " + $0 }
    }
    return lines.joined(separator: "\n")
  }
}
