import Catalog
import Language

/// One statement of an input's top level, ready to run.
struct CompiledStatement {
  let node: Node
  /// The session slots that it reads and may write.
  let reads: Set<Int>
  let writes: Set<Int>
  /// Steps of the evaluator, passes through its loops and functions not counted.
  let steps: Int
}

/// Turns a checked program into nodes that know their slots.
///
/// Chains are turned by loops, so the recursion is as deep as the nesting that was written.
struct Compiler {
  let source: Source
  let resolution: Resolution
  let builtins: [String: Builtin]
  let recorder: CheckRecorder?
  private let context: Context
  /// Where each local slot that is now visible was bound, for messages about hidden built-ins.
  private var localSpans: [Int: Span] = [:]
  /// Slots of the running frame that hold what a loop over a written range counts with.
  private var counters: Set<Int> = []
  /// Global slots that the code compiled so far reads and writes.
  private(set) var globalReads: Set<Int> = []
  private(set) var globalWrites: Set<Int> = []
  /// Steps of the evaluator compiled so far; a loop or function costs those inside it, each time.
  var stepCount = 0

  init(
    _ program: Program, _ resolution: Resolution, _ context: Context, recorder: CheckRecorder?
  ) {
    source = program.source
    self.resolution = resolution
    builtins = context.builtins
    self.context = context
    self.recorder = recorder
  }

  /// One statement of the input's top level, with the session slots it reads and may write.
  mutating func topLevel(_ statement: Statement) -> CompiledStatement {
    globalReads = []
    globalWrites = []
    let (node, steps) = counted { $0.compile(statement) }
    return CompiledStatement(node: node, reads: globalReads, writes: globalWrites, steps: steps)
  }

  /// Compiles something and says how many steps one pass through it is.
  mutating func counted<Result>(_ compile: (inout Compiler) -> Result) -> (Result, steps: Int) {
    let before = stepCount
    let result = compile(&self)
    return (result, stepCount - before)
  }

  func place(_ span: Span) -> Place { Place(source: source, span: span) }

  func binding(_ name: Name) -> Binding {
    (resolution.bindings.indices.contains(name.id) ? resolution.bindings[name.id] : nil)
      ?? .builtin(name.text)
  }

  // MARK: Statements

  mutating func compile(_ statement: Statement) -> Node {
    let place = place(statement.span)
    stepCount += 1
    switch statement.kind {
    case .bind(let name, let value), .assign(let name, let value):
      let node = compile(value)
      return store(name, node, place)
    case .function(let function):
      let code = self.code(of: function)
      guard let name = function.name else { return MakeFunction(code, place) }
      return store(name, MakeFunction(code, place), place)
    case .loop(let name, let domain, let body):
      return loop(name, domain, body, place)
    case .whileLoop(let condition, let body):
      let (nodes, steps) = counted { ($0.compile(condition), $0.compile(body)) }
      return WhileLoop(nodes.0, nodes.1, steps: steps, place)
    case .giveBack(let value): return GiveBack(value.map { compile($0) }, place)
    case .leaveLoop: return Jump(.leaveLoop, place)
    case .nextPass: return Jump(.nextPass, place)
    case .check(let condition, let message):
      recorder?.register(place, name: Self.literal(message) ?? source[condition.span])
      return CheckNode(compile(condition), message.map { compile($0) }, place)
    case .claim(let condition, let variables):
      return claim(condition, variables, place)
    case .expression(let expression): return compile(expression)
    case .broken: return Constant(.nothing, place)
    }
  }

  /// The text of a message that is a plain string.
  private static func literal(_ message: Expression?) -> String? {
    guard case .string(let pieces)? = message?.kind, pieces.count <= 1 else { return nil }
    guard let piece = pieces.first else { return "" }
    if case .text(let text) = piece { return text }
    return nil
  }

  private mutating func store(_ name: Name, _ value: Node, _ place: Place) -> Node {
    switch binding(name) {
    case .global(let slot):
      globalWrites.insert(slot)
      return Store(slot, isGlobal: true, value, place)
    case .local(let slot):
      localSpans[slot] = name.span
      counters.remove(slot)
      return Store(slot, isGlobal: false, value, place)
    case .builtin: return value
    }
  }

  private mutating func slot(_ name: Name) -> Int {
    if case .local(let slot) = binding(name) {
      localSpans[slot] = name.span
      return slot
    }
    return 0
  }

  private mutating func loop(
    _ name: Name, _ domain: Expression, _ body: Block, _ place: Place
  ) -> Node {
    let over = compile(domain)
    let slot = slot(name)
    // A loop's name cannot be assigned, so over a range it holds numbers only. A slot may serve
    // several names one after another, hence the set.
    let counts = over is RangeNode
    let before = counters
    if counts { counters.insert(slot) } else { counters.remove(slot) }
    let (block, steps) = counted { $0.compile(body) }
    counters = before
    return ForLoop(slot, over, block, steps: 1 + steps, place)
  }

  private mutating func claim(
    _ condition: Expression, _ variables: [(name: Name, domain: Expression)], _ place: Place
  ) -> Node {
    recorder?.register(place, name: source[condition.span])
    let domains = variables.map { variable in
      ClaimNode.Variable(
        name: variable.name.text, slot: slot(variable.name), domain: compile(variable.domain))
    }
    let (node, steps) = counted { $0.compile(condition) }
    return ClaimNode(node, domains, steps: steps, place)
  }

  mutating func compile(_ block: Block) -> Node {
    BlockNode(block.statements.map { compile($0) }, place(block.span))
  }

  // MARK: Functions

  mutating func code(of function: Function) -> FunctionCode {
    var inner = self
    inner.localSpans = [:]
    inner.counters = []
    inner.globalReads = []
    var positional: [FunctionCode.Entry] = []
    var labelled: [FunctionCode.Entry] = []
    for (index, parameter) in function.parameters.enumerated() {
      inner.localSpans[index] = parameter.name.span
      var slot = index
      if case .local(let own) = binding(parameter.name) { slot = own }
      var entry = FunctionCode.Entry(
        name: parameter.name.text, span: parameter.name.span, slot: slot, standIn: nil)
      switch parameter.passing {
      case .position: positional.append(entry)
      case .label: labelled.append(entry)
      case .labelOr(let standIn):
        entry.standIn = inner.compile(standIn)
        labelled.append(entry)
      }
    }
    let body =
      switch function.body {
      case .block(let block): inner.compile(block)
      case .expression(let expression): inner.compile(expression)
      }
    globalReads.formUnion(inner.globalReads)
    let code = FunctionCode(
      function, resolution.functions[function.functionID], source, positional: positional,
      labelled: labelled, body: body, globalReads: inner.globalReads,
      steps: inner.stepCount - stepCount)
    context.keep(code)
    return code
  }

  // MARK: Names

  mutating func read(_ name: Name) -> Node {
    let place = place(name.span)
    switch binding(name) {
    case .local(let slot):
      return counters.contains(slot)
        ? CounterRead(slot, place) : LocalRead(slot, name.text, place)
    case .global(let slot):
      globalReads.insert(slot)
      return GlobalRead(slot, name.text, place)
    case .builtin(let builtin):
      guard let builtin = builtins[builtin] else {
        return Constant(.nothing, place)
      }
      if let constant = builtin.constant { return NamedConstant(constant, place) }
      return Constant(.builtin(builtin), place)
    }
  }

  /// Where a plain name was bound that hides a built-in; `nil` of anything else.
  func hiding(_ expression: Expression) -> CallSite.Hiding? {
    guard case .name(let name) = expression.kind else { return nil }
    return hiding(name)
  }

  func hiding(_ name: Name) -> CallSite.Hiding? {
    guard builtins[name.text] != nil else { return nil }
    switch binding(name) {
    case .builtin: return nil
    case .global(let slot):
      guard resolution.globals.indices.contains(slot) else { return nil }
      let global = resolution.globals[slot]
      return CallSite.Hiding(name: name.text, source: global.source, span: global.span)
    case .local(let slot):
      return localSpans[slot].map {
        CallSite.Hiding(name: name.text, source: source, span: $0)
      }
    }
  }
}
