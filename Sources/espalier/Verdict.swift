import Interpreter
import Language
import Rendering

/// How one file went: its checks and the error that ended it.
struct Verdict {
  struct Failure {
    var code: String
    var message: String
    var file: String
    var line: Int?
    var column: Int?
  }
  var checks: [CheckRecord] = []
  var error: Failure?
  var isInterrupted = false

  /// 2 when it did not run to its end, 1 when a check did not hold, else 0.
  var exitCode: Int32 {
    if error != nil { return 2 }
    return checks.allSatisfy(\.passed) ? 0 : 1
  }

  mutating func add(_ outcome: Session.Outcome, of source: Source) {
    switch outcome {
    case .finished: break
    case .interrupted:
      isInterrupted = true
      error = Failure(code: "L0001", message: "stopped from outside", file: "")
    case .failed(let diagnostics): error = diagnostics.first(where: \.isError).map(Failure.init)
    case .incomplete:
      error = parse(source).diagnostics.first(where: \.isError).map(Failure.init)
    }
  }

  /// The object that `--json` prints, its keys as the command line promises them.
  func json(file: String) -> String {
    let records = checks.map { record in
      JSON.object([
        ("name", .text(record.name)), ("passed", .boolean(record.passed)),
        ("line", .number(record.line)), ("message", .text(message(of: record))),
      ])
    }
    let failure: JSON =
      error.map {
        .object([
          ("code", .text($0.code)), ("message", .text($0.message)),
          ("file", .text($0.file.isEmpty ? file : $0.file)),
          ("line", $0.line.map { .number($0) } ?? .null),
          ("column", $0.column.map { .number($0) } ?? .null),
        ])
      } ?? .null
    return JSON.object([
      ("file", .text(file)), ("ok", .boolean(exitCode == 0)), ("checks", .list(records)),
      ("error", failure),
    ]).text
  }

  /// What there is to say of a check: nothing when it passed.
  private func message(of record: CheckRecord) -> String {
    switch record.state {
    case .passed: ""
    case .notRun: "not run"
    case .failed:
      ([record.message].compactMap { $0 }.filter { $0 != record.name } + record.detail)
        .joined(separator: "\n")
    }
  }
}

extension Verdict.Failure {
  init(_ diagnostic: Diagnostic) {
    let place = diagnostic.source.position(of: diagnostic.span.start)
    self.init(
      code: diagnostic.code, message: diagnostic.headline, file: diagnostic.source.name,
      line: place.line, column: place.column)
  }
}

extension Diagnostic {
  var isError: Bool { severity != .warning }
}
