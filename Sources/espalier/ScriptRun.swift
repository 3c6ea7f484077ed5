import ArgumentParser
import Glibc
import Interpreter
import Language
import Lessons
import Rendering
import Terminal

/// Runs scripts one after the other, each in a session of its own, and sums up how it went.
struct ScriptRun {
  enum Input {
    case file(String)
    case text(name: String, String)
    case standardInput

    var name: String {
      switch self {
      case .file(let path): path
      case .text(let name, _): name
      case .standardInput: "<stdin>"
      }
    }
  }

  let signals: Signals
  /// What random numbers start from; a lesson's own seed, else 0, unless given.
  var seed: UInt64?
  var printsJSON = false

  init(_ signals: Signals) {
    self.signals = signals
  }

  /// - Returns: the worst of the files' exit codes.
  func run(_ inputs: [Input]) -> ExitCode {
    let streams = StandardStreams(resultsToError: printsJSON)
    var worst: Int32 = 0
    for input in inputs {
      let console = Console(streams, checks: .failures)
      let verdict = run(input, console)
      if printsJSON { streams.writeLine(verdict.json(file: input.name)) }
      worst = max(worst, verdict.exitCode)
      if verdict.isInterrupted || streams.hasFailed { break }
    }
    if !Console(streams, checks: .failures).finish() { worst = 2 }
    return ExitCode(worst)
  }

  private func run(_ input: Input, _ console: Console) -> Verdict {
    var verdict = Verdict()
    let pieces: [Lesson.Piece]
    var start = seed
    do {
      pieces = try self.pieces(of: input, &start)
    } catch {
      console.complain(code: error.code, "\(input.name)\(error.place): \(error.reason)")
      verdict.error = .init(
        code: error.code, message: error.reason, file: input.name, line: error.line, column: 1)
      return verdict
    }
    let session = Session(
      .standard(seed: start ?? 0, files: .folder(scope(of: input))), output: { console.receive($0) }
    )
    console.whenOutputFails { session.interrupt() }
    for piece in pieces {
      let outcome = signals.during(onInterrupt: { session.interrupt() }) {
        session.run(piece)
      }
      console.endInput()
      if !piece.showsError { verdict.add(outcome, of: piece.source) }
      if !console.streams.hasFailed { show(outcome, of: piece, console) }
      if verdict.error != nil { break }
    }
    verdict.checks = session.checks
    let failed = verdict.checks.filter { !$0.passed }.count
    if failed > 0 {
      console.remark(
        "\(input.name): \(failed) of \(verdict.checks.count) \(verdict.checks.count == 1 ? "check" : "checks") failed"
      )
    }
    return verdict
  }

  private func show(_ outcome: Session.Outcome, of piece: Lesson.Piece, _ console: Console) {
    switch outcome {
    case .finished: break
    case .failed(let diagnostics): console.complain(diagnostics)
    case .incomplete: console.complain(parse(piece.source).diagnostics)
    case .interrupted: console.remark("stopped")
    }
  }

  /// Files are reached from the folder of the script; text has the current one.
  private func scope(of input: Input) -> String {
    if case .file(let path) = input { return folder(of: path) }
    return currentFolder()
  }

  /// One piece for a script; for a lesson its fences, with each solution in place of its exercise.
  private func pieces(of input: Input, _ seed: inout UInt64?) throws(InputProblem) -> [Lesson.Piece]
  {
    let bytes = try bytes(of: input)
    guard case .file(let path) = input, path.hasSuffix(".md") else {
      let source = Source(name: input.name, text: bytes)
      return [Lesson.Piece(source: source)]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputProblem(code: "E0001", reason: "this file is not valid UTF-8", line: 1)
    }
    do {
      let lesson = try parseLesson(text, path: path)
      seed = seed ?? lesson.seed
      return lesson.pieces
    } catch {
      throw InputProblem(code: "E0036", reason: error.message, line: error.line)
    }
  }

  private func bytes(of input: Input) throws(InputProblem) -> [UInt8] {
    let bytes: [UInt8]? =
      switch input {
      case .text(_, let text): Array(text.utf8)
      case .standardInput: contents(ofDescriptor: STDIN_FILENO)
      case .file(let path): contentsOfFile(path)
      }
    guard let bytes else {
      let reason =
        errno == EISDIR ? "this is a folder, not a script" : errorText(errno).lowercased()
      throw InputProblem(code: "E0501", reason: reason)
    }
    return bytes
  }
}

/// Why there is nothing to run.
private struct InputProblem: Error {
  var code: String
  var reason: String
  var line: Int?

  var place: String { line.map { ":\($0)" } ?? "" }
}
