import Catalog
import Interpreter
import Language
import Synchronization
import Tensors

/// A session whose output is kept, for tests that read it back.
final class Lab: Sendable {
  let session: Session

  init(memory: Memory = .process, builtins: [Builtin] = builtinCatalog) {
    let received = Received()
    session = Session(.init(builtins: builtins, memory: memory)) { received.add($0) }
    self.received = received
  }

  private let received: Received

  /// Everything sent since the last look.
  private final class Received: Sendable {
    let events = Mutex<[OutputEvent]>([])
    func add(_ event: OutputEvent) { events.withLock { $0.append(event) } }
  }

  var printed: [String] {
    received.events.withLock { events in
      events.compactMap { if case .print(let values) = $0 { Value.line(values) } else { nil } }
    }
  }

  var echoed: [String] {
    received.events.withLock { events in
      events.compactMap { if case .echo(let value, _) = $0 { value.text } else { nil } }
    }
  }

  var notes: [String] {
    received.events.withLock { events in
      events.compactMap { if case .note(let text) = $0 { text } else { nil } }
    }
  }

  var warnings: [Diagnostic] {
    received.events.withLock { events in
      events.compactMap { if case .warning(let warning) = $0 { warning } else { nil } }
    }
  }

  @discardableResult
  func run(_ text: String, echo: Bool = false) -> Session.Outcome {
    session.run(Source(name: "test", text), echo: echo)
  }

  /// What a program prints, or the code and headline of what stops it.
  static func output(_ text: String) -> String {
    let lab = Lab()
    switch lab.run(text) {
    case .finished: return lab.printed.joined(separator: "\n")
    case .incomplete: return "incomplete"
    case .interrupted: return "interrupted"
    case .failed(let diagnostics): return diagnostics.map(\.summary).joined(separator: "\n")
    }
  }

  /// What a name holds, as text.
  func text(_ name: String) -> String? { session.value(of: name)?.text }
}

extension Diagnostic {
  /// Place, code and headline: `1:9 E0214: these sizes cannot be multiplied`.
  var summary: String {
    let place = source.position(of: span.start)
    return "\(place.line):\(place.column) \(code): \(headline)"
  }

  var helpTexts: [String] { help.map(\.text) }
}
