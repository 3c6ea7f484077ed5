import Interpreter
import Language

/// Steps through one lesson: shows a step, runs its code, takes answers and checks them.
///
/// The player knows no terminal. It hands out text and events in order; whoever owns the screen
/// writes them, reads the next line, and passes it to `submit` or `command`.
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
  private(set) var record: LessonProgress.LessonRecord
  private(set) var index = 0
  /// The state in which each step was entered, for `:back` and `:reset`.
  private(set) var entrances: [Session.Snapshot?]
  private var shownHints = 0

  /// - Parameters:
  ///   - record: what was kept of an earlier visit; a record of another version starts anew.
  ///   - store: called after every change.
  public init(
    _ lesson: Lesson, _ configuration: Session.Configuration,
    record: LessonProgress.LessonRecord? = nil, stage: Stage,
    store: @escaping (LessonProgress.LessonRecord) -> Void = { _ in }
  ) {
    self.lesson = lesson
    self.stage = stage
    self.store = store
    let gate = EventGate(stage.show)
    self.gate = gate
    var configuration = configuration
    configuration.seed = lesson.seed
    session = Session(configuration, output: gate.pass)
    let fresh = LessonProgress.LessonRecord(version: lesson.version, step: lesson.steps[0].id)
    self.record = record?.version == lesson.version ? record ?? fresh : fresh
    entrances = Array(repeating: nil, count: lesson.steps.count)
  }

  public var step: Lesson.Step { lesson.steps[index] }

  /// The lesson and the step in it, as in `first-compression 3/7 › `.
  public var prompt: String { "\(lesson.id) \(index + 1)/\(lesson.steps.count) › " }

  /// Opens the lesson where it was left, running the answers before it again without showing them.
  public func open() {
    let target = lesson.steps.firstIndex { $0.id == record.step } ?? 0
    stage.page("# " + lesson.title)
    if target == 0 { present(lesson.introduction) }
    gate.isOpen = false
    run(lesson.introduction)
    while index < target {
      entrances[index] = session.snapshot()
      replay(step)
      index += 1
    }
    gate.isOpen = true
    if target > 0 { stage.say("Resuming at step \(index + 1) of \(lesson.steps.count).") }
    enter()
  }

  /// Runs what the student typed; an exercise that now passes is said to.
  @discardableResult
  public func submit(_ source: Source) -> Session.Outcome {
    let outcome = session.run(source, echo: true)
    tell(outcome)
    guard case .finished = outcome else { return outcome }
    edit { $0.inputs.append(source[Span(0, source.text.count)]) }
    if step.exercise != nil, state == .open, tryChecks().allSatisfy(\.passed) {
      stage.say("✓ every check passed   :next goes on")
      leaveExercise(as: .passed)
    }
    return outcome
  }

  /// The step's checks on the student's names, each in its own words.
  public func check() {
    guard !step.checks.isEmpty else {
      stage.say("this step has nothing to check   :next goes on")
      return
    }
    edit { $0.tries += 1 }
    let results = tryChecks()
    for result in results { stage.say(result.line) }
    if results.allSatisfy(\.passed) {
      stage.say("✓ every check passed   :next goes on")
      if state == .open { leaveExercise(as: .passed) }
    } else if let feedback = recognizedMistake() {
      stage.page(feedback)
    }
  }

  public func next() {
    if step.exercise != nil, state == .open {
      stage.say("this step is not done: `:check` tries it, `:hint` helps, `:skip` leaves it")
      return
    }
    advance()
  }

  /// Takes the solution as the answer and goes on.
  public func skip() {
    if let solution = step.solution, state != .passed {
      // What was typed may have left half an answer; the solution starts where the step started.
      returnToEntrance()
      gate.isOpen = false
      run(step.untilExercise)
      gate.isOpen = true
      stage.typed(solution.text)
      run(lesson.piece(solution))
      edit { $0.inputs = [solution.text] }
      leaveExercise(as: .skipped)
    }
    advance()
  }

  public func back() {
    guard index > 0 else {
      stage.say("this is the first step")
      return
    }
    index -= 1
    reset(saying: nil)
  }

  /// Starts the step anew, with every name as it was on entering.
  public func reset() { reset(saying: "every name is as it was when this step began") }

  public func hint() {
    let hints = step.hints
    guard shownHints < hints.count else {
      stage.say(
        hints.isEmpty ? "this step has no hints" : "no more hints   :solution shows one way")
      return
    }
    stage.say("\(hints[shownHints].title) (\(shownHints + 1) of \(hints.count))")
    stage.page(hints[shownHints].text)
    shownHints += 1
    edit { $0.hints = max($0.hints, shownHints) }
  }

  public func solution() {
    guard let solution = step.solution else {
      stage.say("this step has no exercise")
      return
    }
    stage.typed(solution.text)
  }

  /// The steps, with a mark for each and for where the student stands.
  public func status() {
    for (place, step) in lesson.steps.enumerated() {
      let mark =
        switch record.steps[step.id]?.state {
        case .passed: "✓"
        case .skipped: "»"
        default: step.exercise == nil ? " " : "·"
        }
      stage.say("\(place == index ? "›" : " ") \(mark) \(place + 1)  \(step.title)")
    }
  }

  public func go(to target: Int) {
    guard lesson.steps.indices.contains(target), target <= index || entrances[target] != nil else {
      stage.say("steps are reached one by one; `:next` and `:skip` go on")
      return
    }
    index = target
    reset(saying: nil)
  }

  // MARK: Moving

  private func advance() {
    guard index + 1 < lesson.steps.count else {
      stage.say("That was the last step.   :back  :status  :quit")
      return
    }
    index += 1
    record.step = step.id
    store(record)
    enter()
  }

  private func reset(saying line: String?) {
    returnToEntrance()
    record.step = step.id
    record.steps[step.id]?.inputs = []
    store(record)
    if let line { stage.say(line) }
    enter()
  }

  private func returnToEntrance() {
    if let entrance = entrances[index] { session.restore(entrance) }
  }

  private func enter() {
    entrances[index] = session.snapshot()
    shownHints = 0
    stage.say("")
    stage.page("## \(index + 1)/\(lesson.steps.count)  " + step.title)
    present(step.untilExercise)
  }

  /// The exercise is behind the student: what the page says after it is shown.
  private func leaveExercise(as state: LessonProgress.State) {
    edit { $0.state = state }
    stage.say("")
    present(step.afterExercise)
  }

  // MARK: Showing and running

  /// Shows the blocks in order, running what a reader would see run.
  private func present(_ blocks: [Lesson.Block]) {
    var followsCode = false
    for block in blocks {
      switch block {
      case .prose(let text, _):
        if followsCode { stage.say("") }
        followsCode = false
        stage.page(text)
      case .hint: break
      case .transcript(let transcript):
        followsCode = true
        for entry in transcript.entries {
          stage.typed(entry.input)
          run(lesson.piece(entry))
        }
      case .code(let fence):
        switch fence.kind {
        case .run:
          followsCode = true
          stage.typed(fence.text)
          run(lesson.piece(fence))
        case .setup: run(lesson.piece(fence))
        case .exercise:
          stage.say("your turn:")
          for line in fence.text.split(separator: "\n", omittingEmptySubsequences: false) {
            stage.say("  " + line)
          }
        case .check, .solution, .wrong: break
        }
      }
    }
  }

  func run(_ blocks: [Lesson.Block]) {
    for block in blocks {
      switch block {
      case .code(let fence) where fence.kind == .run || fence.kind == .setup:
        run(lesson.piece(fence))
      case .transcript(let transcript): transcript.entries.forEach { run(lesson.piece($0)) }
      case .prose, .hint, .code: break
      }
    }
  }

  private func run(_ piece: Lesson.Piece) {
    tell(session.run(piece.source, echo: piece.echoes))
  }

  private func tell(_ outcome: Session.Outcome) {
    switch outcome {
    case .failed(let diagnostics): stage.complain(diagnostics)
    case .interrupted: stage.say("stopped; nothing changed")
    case .finished, .incomplete: break
    }
  }

  /// Runs a step as it was answered before; an unanswered exercise takes its solution.
  private func replay(_ step: Lesson.Step) {
    let inputs = record.steps[step.id]?.inputs ?? []
    run(step.untilExercise)
    if inputs.isEmpty, let solution = step.solution {
      run(lesson.piece(solution))
    }
    for input in inputs {
      _ = session.run(Source(name: lesson.path, input), echo: false)
    }
    run(step.afterExercise)
  }

  var state: LessonProgress.State { record.steps[step.id]?.state ?? .open }

  private func edit(_ change: (inout LessonProgress.StepRecord) -> Void) {
    change(&record.steps[step.id, default: LessonProgress.StepRecord()])
    store(record)
  }
}

extension Lesson.Step {
  private var exerciseIndex: Int? {
    blocks.firstIndex { if case .code(let fence) = $0 { fence.kind == .exercise } else { false } }
  }

  /// The page up to the exercise and with it; all of it when there is none.
  var untilExercise: [Lesson.Block] {
    exerciseIndex.map { Array(blocks[...$0]) } ?? blocks
  }

  /// What the page says once the exercise is done.
  var afterExercise: [Lesson.Block] {
    exerciseIndex.map { Array(blocks[($0 + 1)...]) } ?? []
  }
}
