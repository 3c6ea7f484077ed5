import Interpreter
import Language
import Lessons
import Rendering
import Synchronization
import Tensors

/// The process that runs one submission: a session that does what the requests say.
///
/// It is given no files and no clock. What it answers is data; verdicts are made elsewhere.
final class Bench {
  private let configuration: Session.Configuration
  private let text: EventText
  private let printed = PrintedText()
  private var session: Session?
  private var marks: [Int: (snapshot: Session.Snapshot, values: [(name: String, value: Value)])] =
    [:]

  /// Names of the lesson's, which built-ins never hide.
  private var ownNames: Set<String> = []
  /// Names of what was taken from this process before it began.
  private let walls: [String]

  init(
    _ configuration: Session.Configuration, walls: [String] = [], text: @escaping EventText
  ) {
    self.configuration = configuration
    self.walls = walls
    self.text = text
  }

  func answer(_ request: BenchRequest) -> BenchReply {
    if case .open(let seed, let memory, let output, let names) = request {
      ownNames = Set(names)
      return open(seed: seed, memory: memory, output: output)
    }
    guard let session else { return BenchReply(.died, "no session was opened") }
    switch request {
    case .open: return BenchReply()
    case .run(let piece, let budget, let prefersBuiltins, let keepsValue, let keepsRandom):
      let before = keepsRandom ? session.snapshot() : nil
      defer { if let before { session.restoreRandom(of: before) } }
      return run(
        piece, session, budget, prefersBuiltins: prefersBuiltins, keepsValue: keepsValue)
    case .examine(let piece): return examine(piece)
    case .mark(let mark):
      marks[mark] = (session.snapshot(), session.names)
      return BenchReply()
    case .back(let mark):
      if let kept = marks[mark] { session.restore(kept.snapshot) }
      return BenchReply()
    case .protect(let mark, let names):
      let excepted = Set(names)
      for (name, value) in marks[mark]?.values ?? [] where !excepted.contains(name) {
        session.bind(name, to: value)
      }
      return BenchReply()
    case .check(let piece, let budget): return check(piece, session, budget)
    case .measure(let piece, let budget): return measure(piece, session, budget)
    case .agree(let mark, let names):
      let kept = Dictionary(
        (marks[mark]?.values ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
      var reply = BenchReply()
      let agreements = names.map { name in
        guard let a = kept[name], let b = session.value(of: name) else { return false as Bool? }
        return a.agrees(with: b)
      }
      if agreements.contains(false) {
        reply.number = 0
      } else if !agreements.contains(nil) {
        reply.number = 1
      }
      return reply
    }
  }

  private func open(seed: UInt64, memory: Int, output: Int) -> BenchReply {
    var configuration = configuration
    configuration.seed = seed
    configuration.files = .none
    configuration.clock = nil
    configuration.memory = Memory(limit: memory)
    printed.limit = output
    let (printed, text) = (printed, text)
    session = Session(configuration) { event in
      if let text = text(event) { printed.append(text) }
    }
    var reply = BenchReply()
    reply.output = walls.joined(separator: " ")
    return reply
  }

  /// A blank that was left is no error here: it is an answer not given.
  private func examine(_ piece: CodePiece) -> BenchReply {
    let source = piece.source
    let parsed = parse(source)
    let errors = parsed.diagnostics.filter { $0.severity == .error && $0.code != "E0009" }
    if parsed.isIncomplete || !errors.isEmpty {
      return BenchReply(parsed.isIncomplete ? .incomplete : .failed(errors), of: source)
    }
    return BenchReply()
  }

  private func run(
    _ piece: CodePiece, _ session: Session, _ budget: Int?, prefersBuiltins: Bool,
    keepsValue: Bool
  ) -> BenchReply {
    session.clearChecks()
    printed.open()
    session.unitLimit = budget
    let source = piece.source
    let outcome = session.run(
      source, echo: keepsValue, prefersBuiltins: prefersBuiltins, ownNames: ownNames)
    var reply = BenchReply(outcome, of: source)
    reply.units = session.usedUnits
    (reply.output, reply.droppedLines) = printed.close()
    return reply
  }

  /// What a check binds is out of the student's reach, and what student code prints in it is lost.
  private func check(_ piece: CodePiece, _ session: Session, _ budget: Int?) -> BenchReply {
    session.clearChecks()
    session.unitLimit = budget
    let source = piece.source
    let outcome = session.run(
      source, echo: false, prefersBuiltins: true, ownNames: ownNames, bindsAnew: true)
    var reply = BenchReply(outcome, of: source)
    reply.units = session.usedUnits
    // A check inside a student's function stands in another source, and counts for nothing.
    reply.checks = session.checks.filter { $0.source === source }.map { record in
      BenchReply.Check(
        name: record.name, line: record.line, hasRun: record.state != .notRun,
        passed: record.passed, share: record.share, elements: record.elements,
        detail: record.detail.prefix(20).map(shortened), message: shortened(record.message ?? ""))
    }
    return reply
  }

  private func measure(_ piece: CodePiece, _ session: Session, _ budget: Int?) -> BenchReply {
    let name = "measured value"
    let bound = CodePiece(
      name: piece.name, firstLine: piece.firstLine, text: "let measured_value = \(piece.text)")
    session.unitLimit = budget
    let source = bound.source
    let outcome = session.run(
      source, echo: false, prefersBuiltins: true, ownNames: ownNames, bindsAnew: true)
    var reply = BenchReply(outcome, of: source)
    reply.units = session.usedUnits
    if case .finished = outcome, case .number(let number)? = session.value(of: "measured_value"),
      number.isFinite
    {
      reply.number = number
    } else if reply.state == .finished {
      reply = BenchReply(.failed, "the \(name) is no number")
    }
    return reply
  }
}

extension CodePiece {
  var source: Source { Source(name: name, text, firstLine: firstLine) }
}

extension BenchReply {
  /// An outcome as data, with the first error of several.
  fileprivate init(_ outcome: Session.Outcome, of source: Source) {
    self.init()
    var diagnostics = outcome.diagnostics
    switch outcome {
    case .finished: return
    case .interrupted:
      self = BenchReply(.died, "interrupted")
      return
    case .incomplete:
      diagnostics = parse(source).diagnostics
      state = .unreadable
    case .failed: state = .failed
    }
    let errors = diagnostics.filter { $0.severity != .warning }
    guard let error = errors.first else { return }
    code = error.code
    headline = shortened(error.headline)
    line = error.source.position(of: error.span.start).line
    diagnostic = shortened(
      renderDiagnostic(error, width: DisplayOptions.plain.width, color: false))
    if errors.contains(where: { $0.code == "E0009" }) {
      state = .blank
    } else if ["L0002", "E0602"].contains(code) {
      state = .overBudget
    } else if parse(source).hasErrors {
      state = .unreadable
    }
  }
}

/// Text that may quote a student's value, which may be long.
private func shortened(_ text: String) -> String {
  text.utf8.count <= 4_000 ? text : String(text.prefix(1_000)) + "…"
}

/// What a submission prints, up to a limit; what comes after is counted.
private final class PrintedText: Sendable {
  private struct State {
    var limit = 0
    var text = ""
    var dropped = 0
    var isOpen = false
  }
  private let state = Mutex(State())

  var limit: Int {
    get { state.withLock { $0.limit } }
    set { state.withLock { $0.limit = newValue } }
  }

  func open() {
    state.withLock {
      $0.text = ""
      $0.dropped = 0
      $0.isOpen = true
    }
  }

  func append(_ text: String) {
    state.withLock { state in
      guard state.isOpen else { return }
      let room = state.limit - state.text.utf8.count
      if state.dropped == 0, text.utf8.count < room {
        state.text += text + "\n"
        return
      }
      let lines = text.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
      if state.dropped == 0, room > 1 {
        // The part that fits, whole characters only.
        state.text += String(decoding: text.utf8.prefix(room - 1), as: UTF8.self) + "\n"
      }
      state.dropped += lines
    }
  }

  func close() -> (text: String, dropped: Int) {
    state.withLock { state in
      state.isOpen = false
      return (state.text, state.dropped)
    }
  }
}
