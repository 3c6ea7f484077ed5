import Interpreter
import Language

/// What an answer leaves behind: the names it was asked for and how each check stands.
///
/// Two answers that leave the same are one, however they were written. Values that cannot be told
/// apart by looking (functions, reports) are compared by what the checks printed of them.
struct AnswerPrint {
  let values: [Value?]
  let results: [CheckResult]

  init(_ names: [String], in session: Session, _ results: [CheckResult]) {
    values = names.map { session.value(of: $0) }
    self.results = results
  }

  /// A check that failed shows what it found: enough to tell one mistake from another.
  private var tellsNumbers: Bool {
    results.contains { $0.state == .failed && $0.detail.contains { !$0.hasSuffix(" hold") } }
  }

  func isSame(as other: AnswerPrint) -> Bool {
    guard results.map(\.state) == other.results.map(\.state) else { return false }
    var isCertain = !values.isEmpty
    for (mine, theirs) in zip(values, other.values) {
      switch (mine, theirs) {
      case (nil, nil): isCertain = false
      case (let a?, let b?):
        guard let agree = a.agrees(with: b) else {
          isCertain = false
          continue
        }
        if !agree { return false }
      default: return false
      }
    }
    return isCertain || (tellsNumbers && results == other.results)
  }
}

extension Lesson.Step {
  /// Names an answer is known by: those the exercise binds, else those of the solution.
  var askedNames: [String] {
    let names = exercise?.boundNames ?? []
    return names.isEmpty ? solution?.boundNames ?? [] : names
  }
}

/// Finds which wrong way leads to the same numbers: the mistakes that the lesson lists, then the
/// solution with one thing done wrong.
struct MistakeFinder {
  let lesson: Lesson
  let step: Lesson.Step
  let session: Session
  /// Where the exercise begins.
  let start: Session.Snapshot

  /// Units of work that one changed solution, and all of them, may use.
  private static let longestRun = 20_000_000
  private static let longestSearch = 100_000_000

  /// The feedback to the mistake that leaves what `given` left; the session is not put back.
  func feedback(to given: AnswerPrint) -> String? {
    for wrong in step.fences(.wrong) where !wrong.feedback.isEmpty {
      if answer(wrong, leaves: given) { return wrong.feedback }
    }
    guard let solution = step.solution, step.question == nil else { return nil }
    let limit = session.unitLimit
    defer { session.unitLimit = limit }
    session.unitLimit = Self.longestRun
    var used = 0
    for mutation in mutations(of: solution.text) where used < Self.longestSearch {
      var changed = solution
      changed.text = mutation.text
      if answer(changed, leaves: given) {
        return "Your answer is what comes of \(mutation.what)."
      }
      used += session.usedUnits
    }
    return nil
  }

  private func answer(_ fence: Lesson.Fence, leaves given: AnswerPrint) -> Bool {
    session.restore(start)
    guard case .finished = session.run(lesson.piece(fence).source, echo: false) else {
      return false
    }
    return given.isSame(
      as: AnswerPrint(
        step.askedNames, in: session, checkResults(step, of: lesson, in: session)))
  }
}

extension Session {
  /// The number that an expression of a lesson is worth; `nil` when it is worth none.
  func number(_ expression: String, of lesson: Lesson) -> Double? {
    let before = snapshot()
    defer { restore(before) }
    let source = Source(name: lesson.path, "let theAnswer = (\(expression)\n)")
    let outcome = run(source, echo: false, prefersBuiltins: true, ownNames: lesson.ownNames)
    guard case .finished = outcome, case .number(let number)? = value(of: "theAnswer") else {
      return nil
    }
    return number
  }
}

extension Lesson.Step {
  /// The feedback to the first known mistake that leads to a guess, within the question's margin.
  ///
  /// - Parameter value: what a mistake's expression is worth.
  func feedback(
    toGuess given: Double, _ question: Lesson.Question, value: (String) -> Double?
  ) -> String? {
    for wrong in fences(.wrong) where !wrong.feedback.isEmpty {
      guard let expression = wrong.guess, let number = value(expression),
        question.margin.holds(given, number)
      else { continue }
      return wrong.feedback
    }
    return nil
  }
}

extension Lesson.Fence {
  /// The expression of a question's mistake: `6 / 3`, or what `let left = 6 / 3` binds.
  public var guess: String? {
    let source = Source(name: "", text)
    let parsed = parse(source)
    guard !parsed.hasErrors, !parsed.isIncomplete, parsed.program.statements.count == 1 else {
      return nil
    }
    switch parsed.program.statements[0].kind {
    case .expression(let expression), .bind(_, let expression): return source[expression.span]
    default: return nil
    }
  }
}

extension LessonPlayer {
  /// What is to be said to a wrong answer that is a known mistake.
  func recognizedMistake(_ results: [CheckResult]) -> String? {
    guard let start, step.exercise != nil else { return nil }
    let given = AnswerPrint(step.askedNames, in: session, results)
    return MistakeFinder(lesson: lesson, step: step, session: session, start: start)
      .feedback(to: given)
  }
}
