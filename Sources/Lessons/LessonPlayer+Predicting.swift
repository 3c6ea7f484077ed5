import Interpreter
import Language

extension LessonPlayer {
  /// The number that an input predicts, when the step asks for one.
  ///
  /// That is a number by itself, or the asked name bound to one: `0.2`, `let left = 4`. Any other
  /// input is no prediction, so that a student may look around before guessing.
  func prediction(in source: Source) -> Double? {
    guard let exercise = step.exercise, exercise.question != nil else { return nil }
    let parsed = parse(source)
    guard !parsed.hasErrors, parsed.program.statements.count == 1 else { return nil }
    switch parsed.program.statements[0].kind {
    case .expression(let expression): return expression.literal
    case .bind(let name, let expression) where exercise.boundNames == [name.text]:
      return expression.literal
    default: return nil
    }
  }

  /// Keeps a prediction, reveals the answer, and says how they compare.
  func predict(_ given: Double, _ text: String) -> Session.Outcome {
    guard let exercise = step.exercise, let question = exercise.question else { return .finished }
    if isRevisit {
      reopen()
      if let start { session.restore(start) }
    }
    guard let answer = answer(to: question) else {
      stage.say("the answer to this question cannot be worked out; `:skip` leaves it")
      return .finished
    }
    var outcome = Session.Outcome.finished
    var inputs: [String] = []
    if let name = exercise.boundNames.first {
      let line = "let \(name) = \(textForm(given))"
      outcome = session.run(Source(name: lesson.path, line), echo: false)
      inputs = [line]
    }
    let prediction = LessonProgress.Prediction(
      given: given, answer: answer, isWithin: question.margin.holds(given, answer),
      about: question.about, isChoice: question.isChoice ? true : nil)
    let known = prediction.isWithin ? nil : feedback(toGuess: given, question)
    edit {
      $0.tries += 1
      $0.inputs += inputs
      $0.prediction = prediction
      if let points = question.points { $0.points = prediction.isWithin ? points : 0 }
    }
    stage.say(comparison(prediction))
    let alike = predictions.filter { $0.about == question.about && $0.isChoice != true }
    if !question.isChoice, let line = Calibration(alike).line {
      stage.say("  " + (question.about.map { "\($0): " } ?? "") + line)
    }
    if let known { stage.page(known) }
    leaveExercise(as: prediction.isWithin ? .passed : .answered)
    stage.gap()
    stage.say(":next goes on")
    return outcome
  }

  /// What the question's answer is on the step's own names.
  func answer(to question: Lesson.Question) -> Double? {
    aside { session.number(question.answer, of: lesson) }
  }

  /// What is to be said to a guess that a known mistake leads to.
  private func feedback(toGuess given: Double, _ question: Lesson.Question) -> String? {
    aside {
      step.feedback(toGuess: given, question) { session.number($0, of: lesson) }
    }
  }

  private func comparison(_ prediction: LessonProgress.Prediction) -> String {
    let (given, answer) = (prediction.given, prediction.answer)
    if prediction.isChoice == true {
      return prediction.isWithin
        ? "✓ \(textForm(answer))" : "≈ not \(textForm(given)): it is \(textForm(answer))"
    }
    let said = "you said \(textForm(given)), it is \(textForm(answer))"
    if given == answer { return "✓ \(textForm(answer)): exactly" }
    let side = given > answer ? "too high" : "too low"
    if prediction.isWithin { return "✓ \(said): close enough" }
    guard answer != 0, given / answer > 0 else {
      return "≈ \(said): \(textForm(shortened(abs(given - answer)))) \(side)"
    }
    let quotient = given / answer
    if quotient >= 2 || quotient <= 0.5 {
      return "≈ \(said): \(textForm(shortened(max(quotient, 1 / quotient))))× \(side)"
    }
    return "≈ \(said): \(textForm(shortened(abs(quotient - 1) * 100)))% \(side)"
  }

  /// Three significant digits.
  private func shortened(_ number: Double) -> Double {
    guard number != 0, number.isFinite else { return number }
    var scale = 1.0
    while abs(number) * scale < 100 { scale *= 10 }
    while abs(number) * scale >= 1000 { scale /= 10 }
    return (number * scale).rounded() / scale
  }
}

extension Expression {
  /// The number this is when it is written as one, with a sign before it or none.
  fileprivate var literal: Double? {
    switch kind {
    case .number(let number): number
    case .negate(let inner): inner.literal.map { -$0 }
    case .parenthesized(let inner): inner.literal
    default: nil
    }
  }
}
