import Interpreter
import Language
import Rendering

extension LessonPlayer {
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
    if step.question != nil {
      stage.say("a guess cannot be wrong: type your number, or `:skip` to see the answer")
    } else if let solution = step.solution {
      stage.typed(solution.text)
    } else {
      stage.say("this step has no exercise")
    }
  }

  /// The steps, with a mark for each, what it earned, and where the student stands.
  public func status() {
    var rows: [[String]] = []
    for (place, step) in lesson.steps.enumerated() {
      let kept = record.steps[step.id]
      let mark =
        switch kept?.state {
        case .passed: "✓"
        case .answered: "≈"
        case .skipped: "»"
        default: step.exercise == nil ? " " : "·"
        }
      let points = step.points.map { "\(shortPoints(kept?.points ?? 0))/\(shortPoints($0))" }
      rows.append([
        "\(place == index ? "›" : " ") \(mark) \(place + 1)  \(step.title)", points ?? "",
      ])
    }
    TextTable(rows: rows, alignments: [.left, .right]).lines(.plain).forEach(stage.say)
    let all = lesson.steps.compactMap(\.points).reduce(0, +)
    if all > 0 {
      let earned = lesson.steps.compactMap { record.steps[$0.id]?.points }.reduce(0, +)
      stage.say("    \(shortPoints(earned)) of \(shortPoints(all)) points")
    }
    if let line = Calibration(predictions).line { stage.say("    " + line) }
  }

  // MARK: Showing and running

  /// Shows the blocks in order, running what a reader would see run.
  func present(_ blocks: [Lesson.Block]) {
    var followsCode = false
    for block in blocks {
      switch block {
      case .prose(let text, _):
        if followsCode { stage.gap() }
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
          stage.say(fence.question == nil ? "your turn:" : "your guess, a number:")
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

  func run(_ piece: Lesson.Piece) {
    tell(session.run(piece))
  }

  func tell(_ outcome: Session.Outcome) {
    switch outcome {
    case .failed(let diagnostics): if gate.isOpen { stage.complain(diagnostics) }
    case .interrupted: stage.say("stopped; nothing changed")
    case .finished, .incomplete: break
    }
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

/// Points as they are shown: `2`, `1.33`.
func shortPoints(_ points: Double) -> String { textForm((points * 100).rounded() / 100) }
