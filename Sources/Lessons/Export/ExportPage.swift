import Interpreter
import Language
import Synchronization

/// A lesson laid out for somewhere else than the terminal: its text, its code, and what each piece
/// of code gave.
public struct ExportPage: Sendable {
  public enum Item: Sendable {
    case markdown(String)
    case code(Code)
    /// Folded away until asked for.
    case folded(summary: String, [Item])
  }

  public struct Code: Sendable {
    /// `code`, or `exercise` where the reader is to write.
    public var isExercise: Bool
    public var source: String
    public var outputs: [Output]
  }

  public enum Output: Sendable {
    /// What was printed, or the text of an error.
    case text(String)
    case value(Value)
  }

  /// What stands where an exercise was.
  public enum Answers: Sendable {
    /// The exercise as shipped, with the solution folded below it.
    case open
    /// What a student typed, by step; steps without an answer stay open.
    case given([String: [String]])
  }

  public var title: String
  public var id: String
  public var items: [Item]
}

extension Lesson {
  /// Runs the lesson from its beginning and lays it out with everything it printed.
  ///
  /// Where an exercise has no answer, the page goes on with the solution, unseen, as the steps
  /// behind it need its names.
  public func exported(
    _ answers: ExportPage.Answers, _ configuration: Session.Configuration
  ) -> ExportPage {
    var configuration = configuration
    configuration.seed = seed
    var writer = ExportWriter(self, answers, configuration)
    return writer.page()
  }
}

private struct ExportWriter {
  let lesson: Lesson
  let answers: ExportPage.Answers
  let session: Session
  private let box: Outputs
  private var items: [ExportPage.Item] = []

  init(_ lesson: Lesson, _ answers: ExportPage.Answers, _ configuration: Session.Configuration) {
    self.lesson = lesson
    self.answers = answers
    let box = Outputs()
    self.box = box
    session = Session(configuration) { box.add($0) }
  }

  mutating func page() -> ExportPage {
    items = [.markdown("# " + lesson.title)]
    for block in lesson.introduction { add(block, nil) }
    for step in lesson.steps {
      items.append(.markdown("## " + step.title))
      var hints: [ExportPage.Item] = []
      for block in step.blocks {
        if case .hint(let title, let text) = block {
          hints.append(.folded(summary: title, [.markdown(text)]))
          continue
        }
        add(block, step)
        // Hints stand below the exercise, in the order the page has them.
        if case .code(let fence) = block, fence.kind == .exercise { continue }
        items += hints
        hints = []
      }
      items += hints
    }
    return ExportPage(title: lesson.title, id: lesson.id, items: items)
  }

  private mutating func add(_ block: Lesson.Block, _ step: Lesson.Step?) {
    switch block {
    case .prose(let text, _): items.append(.markdown(text))
    case .hint: break
    case .transcript(let transcript):
      for entry in transcript.entries { show(lesson.piece(entry), source: entry.input) }
    case .code(let fence):
      switch fence.kind {
      case .run: show(lesson.piece(fence), source: fence.text)
      case .setup: _ = run(lesson.piece(fence))
      case .exercise: if let step { exercise(fence, step) }
      case .check, .solution, .wrong: break
      }
    }
  }

  private mutating func exercise(_ fence: Lesson.Fence, _ step: Lesson.Step) {
    if case .given(let all) = answers, let inputs = all[step.id], !inputs.isEmpty {
      for input in inputs {
        show(
          Lesson.Piece(source: Source(name: lesson.path, input), echoes: true), source: input)
      }
      return
    }
    items.append(.code(.init(isExercise: true, source: fence.text, outputs: [])))
    guard let solution = step.solution else {
      if let question = fence.question {
        items.append(.folded(summary: "Answer", [.markdown("`\(question.answer)`")]))
      }
      return
    }
    let outputs = run(lesson.piece(solution))
    items.append(
      .folded(
        summary: fence.question == nil ? "Solution" : "Answer",
        [.code(.init(isExercise: false, source: solution.text, outputs: outputs))]))
  }

  private mutating func show(_ piece: Lesson.Piece, source: String) {
    items.append(.code(.init(isExercise: false, source: source, outputs: run(piece))))
  }

  private func run(_ piece: Lesson.Piece) -> [ExportPage.Output] {
    box.clear()
    let outcome = session.run(piece)
    let errors = outcome.diagnostics.map { ExportPage.Output.text("\($0.code): \($0.headline)") }
    return box.all + errors
  }
}

/// Collects what a session says, from whatever thread.
private final class Outputs: Sendable {
  private let stored = Mutex<[ExportPage.Output]>([])

  var all: [ExportPage.Output] { stored.withLock { $0 } }
  func clear() { stored.withLock { $0 = [] } }

  func add(_ event: OutputEvent) {
    switch event {
    case .print(let values):
      let hasReport = values.contains { if case .report = $0 { true } else { false } }
      stored.withLock { stored in
        if hasReport {
          stored += values.map { .value($0) }
        } else {
          stored.append(.text(Value.line(values)))
        }
      }
    case .echo(let value, _): stored.withLock { $0.append(.value(value)) }
    case .note, .warning, .progress, .checked: break
    }
  }
}
