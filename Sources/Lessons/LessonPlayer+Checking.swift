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
