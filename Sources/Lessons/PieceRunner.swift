import Interpreter
import Language
import Rendering
import Synchronization

/// Runs pieces of lessons and scripts in one session and keeps what each printed.
final class PieceRunner {
  struct Result {
    var outcome: Session.Outcome
    /// What a reader of the page would see, line by line.
    var output: [String]
    var checks: [CheckRecord]

    var isFinished: Bool {
      if case .finished = outcome { true } else { false }
    }

    /// Ran to its end, and every check in it held.
    var isGood: Bool { isFinished && checks.allSatisfy(\.passed) }

    /// The first thing that went wrong, in one line.
    var complaint: String? {
      switch outcome {
      case .finished: return checks.first { !$0.passed }.map(describe)
      case .incomplete: return "the text stops in the middle"
      case .interrupted: return "interrupted"
      case .failed(let diagnostics):
        return diagnostics.first.map {
          let place = $0.source.position(of: $0.span.start)
          return "line \(place.line): \($0.code): \($0.headline)"
        }
      }
    }
  }

  let session: Session
  private let box: Collector

  /// - Parameter text: what an event shows on a page; `nil` for events that show nothing.
  init(_ configuration: Session.Configuration, text: @escaping EventText) {
    let box = Collector()
    self.box = box
    session = Session(configuration) { event in
      if let text = text(event) { box.append(text) }
    }
  }

  func run(_ piece: Lesson.Piece) -> Result {
    box.clear()
    session.clearChecks()
    let outcome = session.run(piece)
    var output = box.lines
    if piece.showsError {
      output += outcome.diagnostics.flatMap { diagnostic in
        renderDiagnostic(diagnostic, width: DisplayOptions.plain.width, color: false)
          .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      }
    }
    return Result(outcome: outcome, output: output, checks: session.checks)
  }
}

/// What an event shows on a page; `nil` for progress and everything else that leaves no trace.
public typealias EventText = @Sendable (OutputEvent) -> String?

/// `scale: expected 3, was 4` in one line.
func describe(_ record: CheckRecord) -> String {
  let state = record.state == .notRun ? "not run" : "failed"
  let detail = record.detail.isEmpty ? "" : ": " + record.detail.joined(separator: "; ")
  return "line \(record.line): check \"\(record.name)\" \(state)\(detail)"
}

private final class Collector: Sendable {
  private let texts = Mutex<[String]>([])

  func append(_ text: String) { texts.withLock { $0.append(text) } }
  func clear() { texts.withLock { $0.removeAll() } }

  var lines: [String] {
    texts.withLock { texts in
      texts.flatMap { text in
        let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
        return body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      }
    }
  }
}
