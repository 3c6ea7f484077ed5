import Interpreter
import Language

extension LessonPlayer {
  /// The step's checks on the student's names, each in its own words.
  public func check() {
    guard !isHeldByPlay else { return }
    guard step.question == nil else {
      stage.say("type the number you expect; then the page goes on")
      return
    }
    guard !step.checks.isEmpty else {
      stage.say("this step has nothing to check   :next goes on")
      return
    }
    if isRevisit { bringBackForCheck() }
    showChecks()
  }

  /// After an input: says that the exercise passes, or, once every name it asks for is there, what
  /// does not.
  func judge(_ source: Source) {
    let asked = step.exercise?.boundNames ?? []
    let bound = Lesson.Fence(
      kind: .run, text: source[Span(0, source.text.count)], line: 1, attributes: [:], feedback: ""
    ).boundNames
    let isComplete =
      asked.contains { bound.contains($0) } && asked.allSatisfy { session.value(of: $0) != nil }
    if isComplete {
      showChecks()
    } else if passesChecks {
      showChecks()
    }
  }

  var passesChecks: Bool { tryChecks().allSatisfy { $0.state == .passed } }

  private func bringBackForCheck() {
    if let exit = exits[index] { session.restore(exit) }
  }

  private func showChecks() {
    let results = tryChecks()
    let passes = results.allSatisfy { $0.state == .passed }
    edit {
      $0.tries += 1
      if step.points != nil { $0.points = results.compactMap(\.earned).reduce(0, +) }
    }
    for result in results where !passes || step.points != nil { stage.say(result.line) }
    if passes {
      stage.say("✓ every check passed   :next goes on")
      if state == .open { leaveExercise(as: .passed) }
    } else if let feedback = aside({ recognizedMistake(results) }) {
      stage.page(feedback)
    }
  }

  /// Does something on the side: unseen, and with every name back in its place afterwards.
  func aside<Result>(_ action: () -> Result) -> Result {
    let before = session.snapshot()
    let wasOpen = gate.isOpen
    gate.isOpen = false
    defer {
      session.restore(before)
      gate.isOpen = wasOpen
    }
    return action()
  }

  /// Runs every check of the step on a copy of the state.
  func tryChecks() -> [CheckResult] { aside { checkResults(step, of: lesson, in: session) } }
}

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

/// Runs the checks of a step, fence by fence, on the names as they are.
func checkResults(_ step: Lesson.Step, of lesson: Lesson, in session: Session) -> [CheckResult] {
  var results: [CheckResult] = []
  /// Checks and named fences that did not pass.
  var missing: Set<String> = []
  for fence in step.checks {
    let settings = fence.settings
    session.clearChecks()
    let outcome = session.run(lesson.piece(fence))
    let records = session.checks
    let blocked = settings.needs.filter { missing.contains($0) }
    var own: [CheckResult] = []
    for record in records {
      let name = records.count == 1 ? settings.name ?? record.name : record.name
      own.append(CheckResult(record, name: name, settings, of: records.count, blocked))
    }
    if own.isEmpty || own.allSatisfy({ $0.state == .notRun && blocked.isEmpty }) {
      let reason = outcome.diagnostics.first?.headline ?? "it was stopped"
      own = [
        CheckResult(
          name: own.count == 1 ? own[0].name : settings.name ?? reason, state: .failed, share: 0,
          detail: own.count == 1 || settings.name != nil ? [reason] : [], points: settings.points,
          earned: settings.points.map { _ in 0 })
      ]
    }
    missing.formUnion(own.filter { $0.state != .passed }.map(\.name))
    if let name = settings.name, own.contains(where: { $0.state != .passed }) {
      missing.insert(name)
    }
    results += own
  }
  return results
}

extension CheckResult {
  /// - Parameters:
  ///   - count: checks that share the fence's points.
  ///   - blocked: checks it needs that did not pass.
  init(
    _ record: CheckRecord, name: String, _ settings: Lesson.CheckSettings, of count: Int,
    _ blocked: [String]
  ) {
    self.name = name
    points = settings.points.map { $0 / Double(count) }
    share = record.state == .notRun ? 0 : record.share
    detail = record.detail
    guard blocked.isEmpty else {
      state = .notRun
      detail = ["not run: it needs \(blocked.joined(separator: " and "))"]
      earned = points.map { _ in 0 }
      return
    }
    state = record.passed ? .passed : record.state == .notRun ? .notRun : .failed
    if state == .notRun { detail = ["not run"] }
    if settings.countsElements, state == .failed { marks = record.marks }
    let worth = state == .passed ? 1 : settings.countsElements ? share : 0
    earned = points.map { $0 * worth }
  }
}
