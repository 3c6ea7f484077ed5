import Interpreter
import Language

/// One thing the course check looked at, and how it stands.
public struct CourseFinding: Sendable, Equatable {
  public var path: String
  public var line: Int
  /// What was examined: `transcript`, `exercise predict fails as shipped`, `check "codes"`.
  public var subject: String
  public var passed: Bool
  /// What is wrong, with the promised and the printed text; empty when it passed.
  public var message: String

  public init(path: String, line: Int, subject: String, passed: Bool, message: String) {
    self.path = path
    self.line = line
    self.subject = subject
    self.passed = passed
    self.message = message
  }
}

/// Proves that a lesson is what it says: every shown output is real, every exercise fails as
/// shipped and when left empty, every listed mistake fails, every solution passes.
public func checkLesson(
  _ lesson: Lesson, _ configuration: Session.Configuration, text: @escaping EventText
) -> [CourseFinding] {
  var configuration = configuration
  configuration.seed = lesson.seed
  var course = CourseCheck(lesson: lesson, runner: PieceRunner(configuration, text: text))
  course.examine()
  return course.findings
}

private struct CourseCheck {
  let lesson: Lesson
  let runner: PieceRunner
  var findings: [CourseFinding] = []

  mutating func examine() {
    for block in lesson.introduction { examine(block) }
    for step in lesson.steps {
      for block in step.blocks {
        if case .code(let fence) = block, fence.kind == .exercise {
          examine(exercise: fence, of: step)
        } else {
          examine(block)
        }
      }
    }
  }

  private mutating func examine(_ block: Lesson.Block) {
    switch block {
    case .prose, .hint: break
    case .transcript(let transcript): examine(transcript)
    case .code(let fence):
      switch fence.kind {
      case .run, .setup:
        note(fence.line, "fence", runner.run(lesson.piece(fence)).complaint)
      case .check:
        let result = runner.run(lesson.piece(fence))
        if result.checks.isEmpty { note(fence.line, "check", result.complaint ?? "checks nothing") }
        for record in result.checks {
          note(record.line, "check \"\(record.name)\"", record.passed ? nil : describe(record))
        }
      case .exercise, .solution, .wrong: break
      }
    }
  }

  private mutating func examine(_ transcript: Lesson.Transcript) {
    for entry in transcript.entries {
      let result = runner.run(lesson.piece(entry))
      var message: String?
      if !entry.showsError, !result.isGood {
        message = result.complaint
      } else if !matches(
        result.output, entry.output, tolerance: transcript.tolerance ?? lesson.tolerance)
      {
        message =
          "the page shows\n" + indented(entry.output) + "\n  but it prints\n"
          + indented(result.output)
      }
      note(entry.line, "output of `\(entry.input)`", message)
    }
  }

  private mutating func examine(exercise: Lesson.Fence, of step: Lesson.Step) {
    let before = runner.session.snapshot()
    func answered(_ answer: Lesson.Fence?) -> Bool {
      defer { runner.session.restore(before) }
      if let answer, !runner.run(lesson.piece(answer)).isGood { return false }
      return step.checks.allSatisfy { runner.run(lesson.piece($0)).isGood }
    }
    let name = "exercise \(step.id)"
    note(
      exercise.line, "\(name) fails as shipped",
      answered(exercise) ? "it passes before anyone wrote anything" : nil)
    note(
      exercise.line, "\(name) fails when empty",
      answered(nil) ? "its checks pass without an answer" : nil)
    for wrong in step.fences(.wrong) {
      note(
        wrong.line, "\(name) refuses a known mistake",
        answered(wrong) ? "the mistake passes every check" : nil)
    }
    guard let solution = step.solution else { return }
    note(solution.line, "\(name) has a solution", runner.run(lesson.piece(solution)).complaint)
  }

  private mutating func note(_ line: Int, _ subject: String, _ message: String?) {
    findings.append(
      CourseFinding(
        path: lesson.path, line: line, subject: subject, passed: message == nil,
        message: message ?? ""))
  }
}

func indented(_ lines: [String]) -> String {
  lines.isEmpty ? "    (nothing)" : lines.map { "    " + $0 }.joined(separator: "\n")
}
