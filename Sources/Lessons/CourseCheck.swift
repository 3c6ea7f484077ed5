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

/// Proves that a lesson is what it says.
///
/// Every shown output is real; every exercise fails, and earns nothing, as shipped and when left
/// empty; every listed mistake fails and gets its own answer; every solution passes and earns all
/// points; every question has a number for an answer; every link leads somewhere.
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
    let name = "exercise \(step.id)"
    if let question = exercise.question {
      examine(question, exercise, name)
      if let solution = step.solution {
        note(solution.line, "\(name) runs", runner.run(lesson.piece(solution)).complaint)
      }
      return
    }
    let before = runner.session.snapshot()
    func answered(_ answer: Lesson.Fence?) -> Bool {
      defer { runner.session.restore(before) }
      if let answer, !runner.run(lesson.piece(answer)).isGood { return false }
      return step.checks.allSatisfy { runner.run(lesson.piece($0)).isGood }
    }
    note(
      exercise.line, "\(name) fails as shipped",
      answered(exercise) ? "it passes before anyone wrote anything" : nil)
    note(
      exercise.line, "\(name) fails when empty",
      answered(nil) ? "its checks pass without an answer" : nil)
    note(exercise.line, "\(name) earns nothing as shipped", earnings(exercise, step, before))
    for wrong in step.fences(.wrong) {
      note(
        wrong.line, "\(name) refuses a known mistake",
        answered(wrong) ? "the mistake passes every check" : nil)
      note(wrong.line, "\(name) knows its mistake", recognition(of: wrong, step, before))
    }
    guard let solution = step.solution else { return }
    note(solution.line, "\(name) has a solution", runner.run(lesson.piece(solution)).complaint)
  }

  /// A question needs an answer that is a number, and a blank where its page asks for it.
  private mutating func examine(
    _ question: Lesson.Question, _ exercise: Lesson.Fence, _ name: String
  ) {
    let before = runner.session.snapshot()
    defer { runner.session.restore(before) }
    let source = Source(
      name: lesson.path, "let theAnswer = (\(question.answer))", firstLine: exercise.line - 1)
    let result = runner.run(Lesson.Piece(source: source, prefersBuiltins: true))
    var message = result.complaint
    if message == nil {
      if case .number? = runner.session.value(of: "theAnswer") {
      } else {
        message = "the answer is no number"
      }
    }
    note(exercise.line, "\(name) has an answer", message)
  }

  /// Points that the untouched exercise earns, or those that no answer can.
  private func earnings(
    _ exercise: Lesson.Fence, _ step: Lesson.Step, _ before: Session.Snapshot
  ) -> String? {
    guard let all = step.points else { return nil }
    defer { runner.session.restore(before) }
    func earned() -> Double {
      checkResults(step, of: lesson, in: runner.session).compactMap(\.earned).reduce(0, +)
    }
    if earned() > 0 { return "an empty answer earns \(shortPoints(earned())) points" }
    runner.session.restore(before)
    guard let solution = step.solution, runner.run(lesson.piece(solution)).isFinished else {
      return nil
    }
    // Shares of one point each add up only to the last digits.
    return abs(earned() - all) < 1e-9 * max(1, all)
      ? nil : "the solution earns \(shortPoints(earned())) of \(shortPoints(all)) points"
  }

  /// Why the feedback to a mistake is not its own; `nil` when it is.
  private func recognition(
    of wrong: Lesson.Fence, _ step: Lesson.Step, _ before: Session.Snapshot
  ) -> String? {
    guard !wrong.feedback.isEmpty else { return "there is no block quote below it to answer it" }
    defer { runner.session.restore(before) }
    runner.session.restore(before)
    guard runner.run(lesson.piece(wrong)).isFinished else {
      return "the mistake ends in an error, which is its own answer; leave it out"
    }
    let after = runner.session.snapshot()
    let results = checkResults(step, of: lesson, in: runner.session)
    runner.session.restore(after)
    let print = AnswerPrint(step.askedNames, in: runner.session, results)
    let finder = MistakeFinder(lesson: lesson, step: step, session: runner.session, start: before)
    let said = finder.feedback(to: print)
    return said == wrong.feedback ? nil : "it is answered with: \(said ?? "nothing")"
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
