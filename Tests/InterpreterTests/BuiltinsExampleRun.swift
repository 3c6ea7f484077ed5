import Catalog
import Interpreter
import Language
import Synchronization

/// What one line of the language printed, and the error it ended in.
struct ExampleRun {
  var printed: [String] = []
  var failure: String?
  /// What is noted below the error.
  var notes: [String] = []

  /// Runs a line in a session of its own, without files, as the catalog's examples are meant.
  ///
  /// What a line prints by itself counts; of a line that prints nothing, the values it shows.
  init(_ line: String) {
    let seen = Mutex<(printed: [String], echoed: [String])>(([], []))
    let session = Session(.init(builtins: builtinCatalog)) { event in
      seen.withLock { seen in
        switch event {
        case .print(let values): seen.printed.append(Value.line(values))
        case .echo(let value, _): seen.echoed.append(value.text)
        default: break
        }
      }
    }
    let outcome = session.run(Source(name: "<example>", line), echo: true)
    printed = seen.withLock { $0.printed.isEmpty ? Array($0.echoed.suffix(1)) : $0.printed }
    switch outcome {
    case .finished: break
    case .incomplete: failure = "the text stops in the middle"
    case .interrupted: failure = "interrupted"
    case .failed(let diagnostics):
      notes = diagnostics.first?.notes ?? []
      failure = diagnostics.first.map { "\($0.code): \($0.headline)" } ?? "no diagnostic"
    }
  }

  /// What the line printed, line by line, or its error.
  var outcome: String { failure ?? printed.joined(separator: "\n") }
}
