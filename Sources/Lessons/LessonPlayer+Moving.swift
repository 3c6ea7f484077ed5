import Interpreter
import Language

extension LessonPlayer {
  public func next() {
    guard !isHeldByPlay else { return }
    if step.exercise != nil, state == .open {
      stage.say(
        step.question == nil
          ? "this step is not done: `:check` tries it, `:hint` helps, `:skip` leaves it"
          : "this step asks for a number: type yours, or `:skip` to see the answer")
      return
    }
    if isRevisit, !bringBack() { return }
    advance()
  }

  /// Takes the solution as the answer and goes on.
  public func skip() {
    guard !isHeldByPlay else { return }
    if state != .open, isRevisit, !bringBack() { return }
    if state == .open { takeSolution() }
    advance()
  }

  private func takeSolution() {
    guard let exercise = step.exercise else { return }
    if let question = exercise.question {
      takeAnswer(to: question, exercise)
    } else if let solution = step.solution {
      // What was typed may have left half an answer; the solution starts where the exercise does.
      if let start { session.restore(start) }
      stage.typed(solution.text)
      tell(session.run(lesson.piece(solution).source, echo: false))
      edit { $0.inputs = [solution.text] }
    }
    leaveExercise(as: .skipped)
  }

  /// Tells a question's answer; what it is bound to is kept as a number that was typed would be.
  private func takeAnswer(to question: Lesson.Question, _ exercise: Lesson.Fence) {
    guard let answer = answer(to: question) else { return }
    stage.say("the answer is \(textForm(answer))")
    guard let name = exercise.boundNames.first else { return }
    let shown = textForm(answer)
    let line = "let \(name) = \(Double(shown) == answer ? shown : "\(answer)")"
    tell(session.run(Source(name: lesson.path, line), echo: false))
    edit { $0.inputs = [line] }
  }

  /// The step before, as it was when it was entered.
  public func back() {
    guard !isHeldByPlay else { return }
    guard index > 0 else {
      stage.say("this is the first step")
      return
    }
    go(to: index - 1)
  }

  /// Starts the step anew, with every name as it was on entering.
  public func reset() {
    guard !isHeldByPlay else { return }
    reopen()
    returnToEntrance()
    keep()
    stage.say("every name is as it was when this step began")
    enter()
  }

  /// Goes to a step that was reached before, by its number or its id.
  public func go(to wanted: String) {
    let place = Int(wanted).map { $0 - 1 } ?? lesson.steps.firstIndex { $0.id == wanted }
    guard let place, lesson.steps.indices.contains(place) else {
      stage.say("there is no step `\(wanted)`: `:status` lists them")
      return
    }
    guard !isHeldByPlay else { return }
    go(to: place)
  }

  private func go(to target: Int) {
    if target > index {
      while index < target {
        guard step.exercise == nil || state != .open else { break }
        if isRevisit, !bringBack() { return }
        exits[index] = session.snapshot()
        guard index + 1 < target else { break }
        index += 1
        entrances[index] = session.snapshot()
        isRevisit = true
      }
      guard index == target - 1, step.exercise == nil || state != .open else {
        stage.say(
          "step \(index + 1), \(step.title), comes first: `:next` and `:skip` go on from it")
        isRevisit = false
        moveHere()
        return
      }
      index = target
    } else {
      exits[index] = exits[index] ?? (state != .open ? session.snapshot() : nil)
      index = target
      returnToEntrance()
    }
    moveHere()
  }

  /// - Parameter isForward: a step that was done before gets its answer back.
  private func moveHere(isForward: Bool = false) {
    record.step = step.id
    keep()
    enter()
    guard isRevisit, step.exercise != nil else { return }
    if isForward {
      guard bringBack() else { return }
      stage.say("your answer of before is in place: `:next` goes on, a new answer replaces it")
    } else {
      stage.say("you have done this step: `:next` goes on with your answer, a new one replaces it")
    }
  }

  private func advance() {
    guard index + 1 < lesson.steps.count else {
      stage.say("That was the last step.   :back  :status  :export FILE  :quit")
      return
    }
    exits[index] = session.snapshot()
    index += 1
    moveHere(isForward: true)
  }

  /// Brings the names to where they were when a done step was left.
  ///
  /// - Returns: false when the old answer no longer passes, because a step before it has changed.
  private func bringBack() -> Bool {
    if let exit = exits[index] {
      session.restore(exit)
      return true
    }
    returnToEntrance()
    quietly { runAnswered() }
    guard step.exercise != nil, step.question == nil, state == .passed, !passesChecks else {
      return true
    }
    reopen()
    returnToEntrance()
    stage.say("an earlier step has changed, and your answer here no longer passes")
    enter()
    return false
  }

  /// The step is to be answered anew; what was built on its names is no longer valid.
  func reopen() {
    isRevisit = false
    for later in index..<lesson.steps.count {
      exits[later] = nil
      if later > index { entrances[later] = nil }
    }
    record.steps[step.id]?.inputs = []
    record.steps[step.id]?.state = .open
  }

  func returnToEntrance() {
    if let entrance = entrances[index] { session.restore(entrance) }
  }

  func enter() {
    entrances[index] = session.snapshot()
    shownHints = 0
    let kept = record.steps[step.id]
    isRevisit =
      kept.map { $0.state != .open || step.exercise == nil && !$0.inputs.isEmpty } ?? false
    stage.gap()
    stage.page("## \(index + 1)/\(lesson.steps.count)  " + step.title)
    present(step.untilExercise)
    start = session.snapshot()
  }

  /// Runs a step as it was answered before; an unanswered exercise takes its solution.
  func runAnswered() {
    let inputs = record.steps[step.id]?.inputs ?? []
    run(step.untilExercise)
    if inputs.isEmpty, let solution = step.solution { run(lesson.piece(solution)) }
    for input in inputs { _ = session.run(Source(name: lesson.path, input), echo: false) }
    run(step.afterExercise)
  }

  // MARK: Playing

  /// Sets the lesson aside: whatever happens until `resume` is forgotten.
  public func play() {
    guard !isPlaying else {
      stage.say("you are playing already: `:resume` goes back to the lesson")
      return
    }
    setAside = session.snapshot()
    stage.say("play as you like: `:resume` puts every name back and goes on with the lesson")
  }

  public func resume() {
    guard let before = setAside else {
      stage.say("you are in the lesson: `:play` sets it aside")
      return
    }
    session.restore(before)
    setAside = nil
    stage.say("back in the lesson, with every name as it was")
  }

  var isHeldByPlay: Bool {
    if isPlaying { stage.say("you are playing: `:resume` goes back to the lesson first") }
    return isPlaying
  }
}
