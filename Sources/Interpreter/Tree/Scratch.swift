import Catalog
import Language

/// A few names of their own in which single expressions are evaluated: a derivation's steps.
struct Scratch {
  private let context: Context
  private var names: [GlobalName]
  private var values: [Value]

  init(_ context: Context, _ inputs: [(name: String, value: Value)]) {
    self.context = context
    let source = Source(name: "explain", "")
    // Slot 0 is `ans`, which derivations do not use.
    names = [
      GlobalName(name: "ans", source: source, span: Span(0, 0), signature: nil, isVisible: false)
    ]
    values = [.nothing]
    for input in inputs { bind(input.name, input.value, source) }
  }

  func value(of name: String) -> Value? {
    names.lastIndex { $0.name == name }.map { values[$0] }
  }

  /// Evaluates an expression over the names so far and binds the result to a new one.
  mutating func evaluate(_ expression: String, as symbol: String) throws -> Value {
    let source = Source(name: "explain", expression)
    let parsed = parse(source)
    let scope = Scope(globals: names, cards: context.builtins.mapValues(\.card))
    let resolution = try check(parsed, in: scope).get()
    var compiler = Compiler(parsed.program, resolution, context, recorder: nil)
    var value = Value.nothing
    for statement in parsed.program.statements {
      let node = compiler.topLevel(statement).node
      value = try context.evaluate(
        node, slotCount: resolution.mainSlotCount, globals: values,
        count: resolution.globals.count)
    }
    bind(symbol, value, source)
    return value
  }

  /// The expression with its names' numbers in their place, or `nil` when one of them holds
  /// something else, or when nothing is left to work out.
  func substituted(_ expression: String) -> String? {
    var text = ""
    var rest = expression[...]
    while let first = rest.first {
      let isWord = first.isLetter || first == "_"
      let end =
        isWord || first.isNumber
        ? rest.firstIndex { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
          ?? rest.endIndex
        : rest.index(after: rest.startIndex)
      let word = rest[..<end]
      rest = rest[end...]
      guard isWord else {
        text += word
        continue
      }
      guard case .number(let number)? = value(of: String(word)) else { return nil }
      text += number < 0 ? "(\(textForm(number)))" : textForm(number)
    }
    return text.contains(" ") || text.contains("^") ? text : nil
  }

  private mutating func bind(_ name: String, _ value: Value, _ source: Source) {
    if let slot = names.firstIndex(where: { $0.name == name }) {
      values[slot] = value
    } else {
      names.append(GlobalName(name: name, source: source, span: Span(0, 0), signature: nil))
      values.append(value)
    }
  }
}

extension Context {
  /// Evaluates a node with top-level names of its own.
  func evaluate(_ node: Node, slotCount: Int, globals: [Value], count: Int) throws -> Value {
    let capacity = max(count, globals.count, 1)
    let own = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    own.initialize(repeating: .nothing, count: capacity)
    for (index, value) in globals.enumerated() { own[index] = value }
    defer {
      own.deinitialize(count: capacity)
      own.deallocate()
    }
    return try withSlots(slotCount) { slots in
      try node.evaluate(Frame(slots: slots, globals: own, context: self))
    }
  }

  /// Slots for a stretch of code that is no call.
  func withSlots<Result>(
    _ count: Int, _ body: (UnsafeMutablePointer<Value>) throws -> Result
  ) throws -> Result {
    let base = state.pointee.top
    guard state.pointee.slotLimit - base > count else {
      throw LanguageLimit.calls(depth: state.pointee.depth)
    }
    state.pointee.top = base + count
    base.initialize(repeating: .nothing, count: count)
    defer {
      base.deinitialize(count: count)
      state.pointee.top = base
    }
    return try body(base)
  }
}
