import Catalog
import Language
import Tensors

/// One input on its way through parser, checker, compiler and evaluator.
struct InputRun {
  let session: Session
  let source: Source
  let echo: Bool
  let prefersBuiltins: Bool
  let ownNames: Set<String>
  let bindsAnew: Bool

  private var context: Context { session.context }

  init(
    session: Session, source: Source, echo: Bool, prefersBuiltins: Bool, ownNames: Set<String>,
    bindsAnew: Bool
  ) {
    self.session = session
    self.source = source
    self.echo = echo
    self.prefersBuiltins = prefersBuiltins
    self.ownNames = ownNames
    self.bindsAnew = bindsAnew
  }

  func run() -> Session.Outcome {
    let parsed = parse(source)
    if parsed.isIncomplete { return .incomplete }
    let scope = Scope(
      globals: session.store.names, cards: session.cards, prefersBuiltins: prefersBuiltins,
      ownNames: ownNames, echoes: echo, bindsAnew: bindsAnew)
    switch check(parsed, in: scope) {
    case .failure(let refusal): return .failed(refusal.diagnostics)
    case .success(let resolution): return run(parsed, resolution)
    }
  }

  private func run(_ parsed: Parsed, _ resolution: Resolution) -> Session.Outcome {
    let warnings = parsed.diagnostics + resolution.warnings
    for warning in warnings where warning.code != "W0002" { context.warn(warning) }
    note(parsed, resolution)
    var compiler = Compiler(parsed.program, resolution, context, recorder: context.recorder)
    let statements = parsed.program.statements.map {
      (statement: $0, compiled: compiler.topLevel($0))
    }
    let before = session.store.names
    session.store.reserve(resolution.globals.count)
    context.globals = session.store.values
    // Names come into being when their statement has run; until then they are as before.
    session.store.names = resolution.globals.indices.map { slot in
      if slot < before.count { return before[slot] }
      var name = resolution.globals[slot]
      name.isVisible = false
      return name
    }
    for (statement, compiled) in statements {
      let outcome = transaction(compiled, resolution) { result in
        try finish(statement, result, compiled, resolution)
      }
      if let outcome { return outcome }
      // What a statement drops matters only once it has a value.
      let span = statement.span
      for warning in warnings
      where warning.code == "W0002" && warning.span.joined(span) == span {
        context.warn(warning)
      }
    }
    return .finished
  }

  private func note(_ parsed: Parsed, _ resolution: Resolution) {
    guard echo else { return }
    if parsed.continuesAnswer, let name = session.answerName {
      context.note("this continues the value of `\(name)`; `\(name)` itself is unchanged")
    }
    for hiding in resolution.hidings {
      context.note(
        "`\(hiding.name)` now means yours; `:forget \(hiding.name)` brings the built-in back")
    }
  }

  /// Runs one statement; on an error every name and the random state are as before it.
  private func transaction(
    _ compiled: CompiledStatement, _ resolution: Resolution,
    _ finish: (Value) throws -> Void
  ) -> Session.Outcome? {
    let globals = session.store.values
    let saved = compiled.writes.union([0]).map { ($0, globals[$0]) }
    let random = context.random
    do {
      try context.checkpoint()
      try context.state.charge(steps: compiled.steps)
      let entry = HistoryEntry(
        node: compiled.node, slotCount: resolution.mainSlotCount, random: random,
        reads: context.readsNow(compiled.reads), globalCount: resolution.globals.count)
      var result = Value.nothing
      try context.withSlots(resolution.mainSlotCount) { slots in
        let frame = Frame(slots: slots, globals: globals, context: context)
        _ = try compiled.node.run(frame, &result)
      }
      try context.state.settle()
      try finish(result)
      for slot in compiled.writes { context.history[slot] = entry }
      return nil
    } catch {
      for (slot, value) in saved { globals[slot] = value }
      context.random = random
      return outcome(of: error, compiled.node.place)
    }
  }

  /// Makes the statement's names visible, remembers `ans`, and echoes.
  private func finish(
    _ statement: Statement, _ result: Value,
    _ compiled: CompiledStatement, _ resolution: Resolution
  ) throws {
    let globals = session.store.values
    for slot in compiled.writes where !globals[slot].isNothing {
      session.store.names[slot] = resolution.globals[slot]
      session.store.names[slot].isVisible = true
    }
    switch statement.kind {
    case .bind(let name, _), .assign(let name, _):
      guard case .global(let slot)? = resolution.bindings[name.id] else { return }
      setAnswer(globals[slot], name: name.text)
    case .expression where !result.isNothing:
      setAnswer(result, name: nil)
      if echo, !statement.isSilenced { context.output(.echo(result, name: nil)) }
    default: break
    }
  }

  private func setAnswer(_ value: Value, name: String?) {
    session.store.values[0] = value
    session.store.names[0].isVisible = echo
    session.answerName = name
  }

  private func outcome(of error: any Error, _ place: Place) -> Session.Outcome {
    switch error {
    case is Cancelled: return .interrupted
    case let diagnostic as Diagnostic: return .failed([diagnostic])
    case let refusal as Refusal: return .failed(refusal.diagnostics)
    case let described as any DescribedError: return .failed([place.error(described)])
    case is Escape:
      return .failed([
        place.error("E0703", "`return`, `break` and `continue` have nothing to leave")
      ])
    default:
      return .failed([
        place.error(
          "E0703", "this statement failed: \(error)",
          notes: ["this is a mistake in Espalier, not in your program"])
      ])
    }
  }
}

extension Context {
  /// What the session slots hold now, and those read by the functions among them.
  func readsNow(_ slots: Set<Int>) -> [Int: (value: Value, entry: HistoryEntry?)] {
    var reads: [Int: (value: Value, entry: HistoryEntry?)] = [:]
    var waiting = Array(slots)
    while let slot = waiting.popLast() {
      guard reads[slot] == nil else { continue }
      let value = globals[slot]
      reads[slot] = (value, history[slot])
      if case .function(let function) = value { waiting += function.code.globalReads }
    }
    return reads
  }
}
