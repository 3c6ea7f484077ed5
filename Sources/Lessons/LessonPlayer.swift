import Interpreter
import Language

/// Steps through one lesson: shows a step, runs its code, takes answers and checks them.
///
/// The player knows no terminal. It hands out text and events in order; whoever owns the screen
/// writes them, reads the next line, and passes it to `submit` or to one of the commands.
///
/// A step is entered with a snapshot of the session and left with another one, so that going back
/// is exact and going forward again gives the names that were there.
public final class LessonPlayer {
  /// Where the player's words, the session's events and its errors go.
  public struct Stage {
    /// Markdown of the page.
    public var page: (String) -> Void
    /// A line of code as if it had been typed.
    public var typed: (String) -> Void
    /// A line of the player's own.
    public var say: (String) -> Void
    public var show: @Sendable (OutputEvent) -> Void
    public var complain: ([Diagnostic]) -> Void
    var spacing: Spacing?

    public init(
      page: @escaping (String) -> Void, typed: @escaping (String) -> Void,
      say: @escaping (String) -> Void, show: @escaping @Sendable (OutputEvent) -> Void,
      complain: @escaping ([Diagnostic]) -> Void
    ) {
      self.page = page
      self.typed = typed
      self.say = say
      self.show = show
      self.complain = complain
    }
  }

  public let lesson: Lesson
  public let session: Session
  public let stage: Stage
  let gate: EventGate
  private let store: (LessonProgress.LessonRecord) -> Void
  public internal(set) var record: LessonProgress.LessonRecord
  public internal(set) var index = 0
  /// The state in which each step was entered, for `:back` and `:reset`.
  var entrances: [Session.Snapshot?]
  /// The state in which each step was left, for going forward again.
  var exits: [Session.Snapshot?]
  /// The state in which the current step's exercise begins.
  var start: Session.Snapshot?
  /// The step was done before, and nothing was changed in it since.
  var isRevisit = false
  /// The state that `:play` set aside.
  var setAside: Session.Snapshot?
  var shownHints = 0
  /// Predictions made in other lessons, for the calibration.
  private let otherPredictions: [LessonProgress.Prediction]

  /// - Parameters:
  ///   - record: what was kept of an earlier visit; answers to another version are checked again.
  ///   - predictions: those made in other lessons.
  ///   - store: called after every change.
  public init(
    _ lesson: Lesson, _ configuration: Session.Configuration,
    record: LessonProgress.LessonRecord? = nil, predictions: [LessonProgress.Prediction] = [],
    stage: Stage, store: @escaping (LessonProgress.LessonRecord) -> Void = { _ in }
  ) {
    self.lesson = lesson
    let stage = stage.watched(by: Spacing())
    self.stage = stage
    self.store = store
    let gate = EventGate(stage.show)
    self.gate = gate
    var configuration = configuration
    configuration.seed = lesson.seed
    session = Session(configuration, output: gate.pass)
    self.record =
      record ?? LessonProgress.LessonRecord(version: lesson.version, step: lesson.steps[0].id)
    otherPredictions = predictions
    entrances = Array(repeating: nil, count: lesson.steps.count)
    exits = entrances
  }

  public var step: Lesson.Step { lesson.steps[index] }

  /// The lesson and the step in it, as in `first-compression 3/7 › `.
  public var prompt: String {
    "\(lesson.id) \(index + 1)/\(lesson.steps.count)\(isPlaying ? " play" : "") › "
  }

  public var isPlaying: Bool { setAside != nil }

  var state: LessonProgress.State { record.steps[step.id]?.state ?? .open }

  /// Every prediction so far, those of other lessons first.
  var predictions: [LessonProgress.Prediction] {
    otherPredictions + lesson.steps.compactMap { record.steps[$0.id]?.prediction }
  }

  // MARK: Opening

  /// Opens the lesson where it was left, running the answers before it again without showing them.
  public func open() {
    let oldVersion = record.version
    let target = lesson.steps.firstIndex { $0.id == record.step } ?? 0
    record.version = lesson.version
    stage.page("# " + lesson.title)
    if target == 0 {
      present(lesson.introduction)
    } else {
      quietly { run(lesson.introduction) }
    }
    let reopened = oldVersion == lesson.version ? [] : recheck(until: target)
    if oldVersion == lesson.version { quietly { while index < target { replay() } } }
    tellChange(from: oldVersion, reopened)
    if index > 0 { stage.say("Resuming at step \(index + 1) of \(lesson.steps.count).") }
    record.step = step.id
    store(record)
    enter()
    resumeStep()
  }

  /// Leaves a step behind as it was answered before.
  private func replay() {
    entrances[index] = session.snapshot()
    runAnswered()
    exits[index] = session.snapshot()
    index += 1
  }

  /// Runs the answers of an earlier version up to the first that no longer passes.
  ///
  /// - Returns: the ids of the steps that are open again.
  private func recheck(until target: Int) -> [String] {
    quietly {
      while index < target {
        entrances[index] = session.snapshot()
        runAnswered()
        if step.exercise != nil, state == .passed, !passesChecks { break }
        exits[index] = session.snapshot()
        index += 1
      }
    }
    guard index < target else { return [] }
    if let entrance = entrances[index] { session.restore(entrance) }
    record.steps[step.id]?.state = .open
    record.steps[step.id]?.inputs = []
    return [step.id]
  }

  private func tellChange(from version: Int, _ reopened: [String]) {
    guard version != lesson.version else { return }
    let verdict =
      reopened.isEmpty
      ? "your answers were checked again and still pass"
      : "your answer to `\(reopened[0])` no longer passes, so that step is open again"
    stage.say(
      "This lesson has changed since your last visit (version \(version), now \(lesson.version)): "
        + verdict + ".")
  }

  /// Runs again what was typed in the step that the student left in the middle.
  private func resumeStep() {
    let inputs = record.steps[step.id]?.inputs ?? []
    guard !inputs.isEmpty || (step.question != nil && state != .open) else { return }
    if state == .open { stage.say("Your answer so far, run again:") }
    for input in inputs {
      stage.typed(input)
      tell(session.run(Source(name: lesson.path, input), echo: true))
    }
    if state != .open, step.exercise != nil {
      stage.gap()
      present(step.afterExercise)
    }
    isRevisit = false
  }

  // MARK: Answers

  /// Runs what the student typed; an exercise that now passes is said to.
  @discardableResult
  public func submit(_ source: Source) -> Session.Outcome {
    let text = source[Span(0, source.text.count)]
    if !isPlaying, state == .open || isRevisit, let number = prediction(in: source) {
      return predict(number, text)
    }
    if !isPlaying, isRevisit, changesNames(source) {
      reopen()
      if let start { session.restore(start) }
    }
    let outcome = session.run(source, echo: true)
    tell(outcome)
    guard case .finished = outcome, !isPlaying, !isRevisit else { return outcome }
    edit { $0.inputs.append(text) }
    if state == .open, step.exercise != nil, step.question == nil { judge(source) }
    return outcome
  }

  func edit(_ change: (inout LessonProgress.StepRecord) -> Void) {
    change(&record.steps[step.id, default: LessonProgress.StepRecord()])
    store(record)
  }

  func keep() { store(record) }

  /// The exercise is behind the student: what the page says after it is shown.
  func leaveExercise(as state: LessonProgress.State) {
    edit { $0.state = state }
    stage.gap()
    present(step.afterExercise)
  }

  /// Does something whose output nobody is to see.
  func quietly(_ action: () -> Void) {
    let wasOpen = gate.isOpen
    gate.isOpen = false
    defer { gate.isOpen = wasOpen }
    action()
  }

  /// Whether an input can leave a name with another value.
  private func changesNames(_ source: Source) -> Bool {
    parse(source).program.statements.contains { statement in
      switch statement.kind {
      case .expression, .check, .claim, .broken: false
      default: true
      }
    }
  }
}
