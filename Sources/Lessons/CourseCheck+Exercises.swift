import Interpreter
import Language

extension CourseCheck {
  mutating func examine(exercise: Lesson.Fence, of step: Lesson.Step) {
    let name = "exercise \(step.id)"
    if let question = exercise.question {
      examine(question, exercise, name)
      for wrong in step.fences(.wrong) { examine(wrong, to: question, step, name) }
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
    let secret = key?.steps.first { $0.id == step.id }
    if let key, let secret {
      for check in secret.checks {
        defer { runner.session.restore(before) }
        _ = runner.run(lesson.piece(exercise))
        let isGood = runner.run(piece(check, of: key)).isGood
        note(
          check.line, "\(name): a hidden check fails as shipped",
          isGood ? "it passes before anyone wrote anything" : nil, in: key)
      }
    }
    guard let solution = step.solution else { return }
    note(solution.line, "\(name) has a solution", runner.run(lesson.piece(solution)).complaint)
    guard let key, let secret else { return }
    let after = runner.session.snapshot()
    for check in secret.checks {
      note(
        check.line, "\(name): the solution passes a hidden check",
        runner.run(piece(check, of: key)).complaint, in: key)
      runner.session.restore(after)
    }
  }

  /// A question needs an answer that is a number, and a blank where its page asks for it.
  private mutating func examine(
    _ question: Lesson.Question, _ exercise: Lesson.Fence, _ name: String
  ) {
    let before = runner.session.snapshot()
    defer { runner.session.restore(before) }
    let source = Source(
      name: lesson.path, "let theAnswer = (\(question.answer))", firstLine: exercise.line - 1)
    var piece = Lesson.Piece(source: source, prefersBuiltins: true)
    piece.ownNames = lesson.ownNames
    let result = runner.run(piece)
    var message = result.complaint
    if message == nil {
      if case .number? = runner.session.value(of: "theAnswer") {
      } else {
        message = "the answer is no number"
      }
    }
    note(exercise.line, "\(name) has an answer", message)
  }

  /// A question's mistake is a number, another one than the answer, and is answered as its own.
  private mutating func examine(
    _ wrong: Lesson.Fence, to question: Lesson.Question, _ step: Lesson.Step, _ name: String
  ) {
    func number(_ expression: String) -> Double? {
      runner.session.number(expression, of: lesson)
    }
    let message: String?
    if wrong.feedback.isEmpty {
      message = "there is no block quote below it to answer it"
    } else if let given = wrong.guess.flatMap(number) {
      let said = step.feedback(toGuess: given, question, value: number)
      if let answer = number(question.answer), question.margin.holds(given, answer) {
        message = "the mistake lies within the margin of the answer"
      } else {
        message = said == wrong.feedback ? nil : "it is answered with: \(said ?? "nothing")"
      }
    } else {
      message = "the mistake is one expression that is a number"
    }
    note(wrong.line, "\(name) knows its mistake", message)
  }

  /// A key's check, which sees the lesson's names.
  private func piece(_ check: Lesson.Fence, of key: Lesson) -> Lesson.Piece {
    var piece = key.piece(check)
    piece.ownNames = lesson.ownNames
    return piece
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
}
