import Interpreter
import Language

extension LessonPlayer {
  struct CheckResult {
    var line: String
    var passed: Bool
  }

  /// Does something on the side: unseen, and with every name back in its place afterwards.
  private func aside<Result>(_ action: () -> Result) -> Result {
    let before = session.snapshot()
    gate.isOpen = false
    defer {
      session.restore(before)
      gate.isOpen = true
    }
    return action()
  }

  /// Runs every check of the step on a copy of the state.
  func tryChecks() -> [CheckResult] {
    aside { step.checks.flatMap(results) }
  }

  private func results(_ fence: Lesson.Fence) -> [CheckResult] {
    session.clearChecks()
    let piece = lesson.piece(fence)
    let outcome = session.run(piece.source, echo: false, prefersBuiltins: true)
    if case .finished = outcome {
      return session.checks.map { CheckResult(line: line(of: $0), passed: $0.passed) }
    }
    let reason = outcome.diagnostics.first?.headline ?? "it was stopped"
    return [CheckResult(line: "✗ \(reason)", passed: false)]
  }

  private func line(of record: CheckRecord) -> String {
    if record.passed { return "✓ \(record.name)" }
    let detail = record.detail.isEmpty ? "" : "   " + record.detail.joined(separator: "\n    ")
    return "✗ \(record.name)\(detail)"
  }

  /// The answer to a listed mistake whose names hold exactly what the student's hold.
  func recognizedMistake() -> String? {
    guard let exercise = step.exercise else { return nil }
    let names = boundNames(exercise.text)
    func answers() -> [String?] { names.map { session.value(of: $0)?.text } }
    let given = answers()
    return aside {
      for wrong in step.fences(.wrong) where !wrong.feedback.isEmpty {
        if let entrance = entrances[index] { session.restore(entrance) }
        run(step.untilExercise)
        guard case .finished = session.run(lesson.piece(wrong).source, echo: false) else {
          continue
        }
        if answers() == given { return wrong.feedback }
      }
      return nil
    }
  }

  /// Names that the exercise asks for: those its lines bind with `let`.
  private func boundNames(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return words.count > 1 && words[0] == "let" ? String(words[1]) : nil
    }
  }
}
