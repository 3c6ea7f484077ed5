import Interpreter
import Language

/// How one check of a step went.
struct CheckResult: Equatable {
  enum State: Equatable { case passed, failed, notRun }
  var name: String
  var state: State
  /// The share of the elements that hold.
  var share: Double
  /// Both sides, a counterexample, an error's headline.
  var detail: [String]
  /// The elements of the left side, each with a mark.
  var marks: [String] = []
  /// What there is to earn and what was earned, where the fence gives points.
  var points: Double?
  var earned: Double?

  /// The check with its mark, on one line where it can be.
  ///
  /// `✓ scale   1/1`, `~ codes   1.33/2   4 of 6: 2 ✓  −7 ✓  4 ✗ 5`, `– codes   not run: …`
  var line: String {
    let isPartial = state == .failed && share > 0 && (earned ?? 0) > 0
    let mark = state == .passed ? "✓" : state == .notRun ? "–" : isPartial ? "~" : "✗"
    var text = "\(mark) \(name)"
    if let points, let earned { text += "   \(shortPoints(earned))/\(shortPoints(points))" }
    if !marks.isEmpty { text += "   " + marks.joined(separator: "  ") }
    // The marks say already how many hold and what was wanted of the others.
    let rest = marks.isEmpty ? detail : detail.filter { $0.hasPrefix("`") }
    return rest.isEmpty ? text : text + "   " + rest.joined(separator: "\n    ")
  }
}

/// Runs the checks of a step on the names as they are, which stay so.
///
/// A fence runs statement by statement, so that an error in one check does not stop the others.
func checkResults(_ step: Lesson.Step, of lesson: Lesson, in session: Session) -> [CheckResult] {
  var results: [CheckResult] = []
  /// Checks and named fences that did not pass.
  var missing: Set<String> = []
  for fence in step.checks {
    let settings = fence.settings
    let blocked = settings.needs.filter { missing.contains($0) }
    let before = session.snapshot()
    defer { session.restore(before) }
    var run = CheckFenceRun(fence, of: lesson, blocked)
    run.run(in: session)
    missing.formUnion(run.results.filter { $0.state != .passed }.map(\.name))
    if let name = settings.name, run.results.contains(where: { $0.state != .passed }) {
      missing.insert(name)
    }
    results += run.results
  }
  return results
}

/// One fence of checks, and how they went.
private struct CheckFenceRun {
  let fence: Lesson.Fence
  let piece: Lesson.Piece
  let settings: Lesson.CheckSettings
  /// Checks that it needs and that did not pass.
  let blocked: [String]
  let statements: [(source: Source, names: [String])]
  var results: [CheckResult] = []
  /// Why a name that a later check reads was not bound.
  private var cause: [String]?

  init(_ fence: Lesson.Fence, of lesson: Lesson, _ blocked: [String]) {
    self.fence = fence
    self.blocked = blocked
    settings = fence.settings
    piece = lesson.piece(fence)
    let whole = piece.source
    let parsed = parse(whole)
    statements =
      parsed.hasErrors || parsed.isIncomplete
      ? [(whole, [settings.name ?? "check"])]
      : parsed.program.statements.map { statement in
        let line = whole.position(of: statement.span.start).line
        return (
          Source(name: whole.name, whole[statement.span], firstLine: line),
          checkNames(statement, whole)
        )
      }
  }

  mutating func run(in session: Session) {
    let count = statements.reduce(0) { $0 + $1.names.count }
    for (source, names) in statements {
      guard blocked.isEmpty else {
        for name in names {
          var result = CheckResult(title(name, of: count), .notRun, settings, of: count)
          result.detail = ["not run: it needs \(blocked.joined(separator: " and "))"]
          results.append(result)
        }
        continue
      }
      session.clearChecks()
      let outcome = session.run(
        source, echo: false, prefersBuiltins: piece.prefersBuiltins, ownNames: piece.ownNames)
      let reason = reason(outcome, source)
      if names.isEmpty { cause = cause ?? reason }
      let records = session.checks.filter { $0.source === source }
      for (place, name) in names.enumerated() {
        let record = place < records.count ? records[place] : nil
        if let record, record.state != .notRun {
          results.append(
            CheckResult(record, name: title(record.name, of: count), settings, of: count))
        } else {
          var result = CheckResult(
            title(name, of: count), reason == nil ? .notRun : .failed, settings, of: count)
          result.detail = reason ?? ["not reached"]
          results.append(result)
        }
      }
    }
  }

  private func title(_ name: String, of count: Int) -> String {
    count == 1 ? settings.name ?? name : name
  }

  /// Why a statement did not come to its end, in the student's terms: the error, and where in their
  /// code it was.
  private func reason(_ outcome: Session.Outcome, _ source: Source) -> [String]? {
    switch outcome {
    case .finished: return nil
    case .interrupted: return ["it was stopped"]
    case .incomplete: return ["the check is unfinished"]
    case .failed(let diagnostics):
      guard let error = diagnostics.first else { return ["it failed"] }
      if error.code == "E0401", let cause { return cause }
      guard error.source !== source else { return [error.headline] }
      let lines = error.source[error.span].split(separator: "\n")
      guard let first = lines.first, !first.trimmed.isEmpty else { return [error.headline] }
      return [error.headline, "in your `\(first.trimmed)\(lines.count > 1 ? " …" : "")`"]
    }
  }
}

extension CheckResult {
  /// - Parameter count: checks that share the fence's points.
  init(_ name: String, _ state: State, _ settings: Lesson.CheckSettings, of count: Int) {
    self.name = name
    self.state = state
    share = 0
    detail = []
    points = settings.points.map { $0 / Double(count) }
    earned = points.map { _ in 0 }
  }

  init(_ record: CheckRecord, name: String, _ settings: Lesson.CheckSettings, of count: Int) {
    self.init(name, record.passed ? .passed : .failed, settings, of: count)
    share = record.share
    detail = record.detail
    if settings.countsElements, state == .failed { marks = record.marks }
    let worth = state == .passed ? 1 : settings.countsElements ? share : 0
    earned = points.map { $0 * worth }
  }
}
