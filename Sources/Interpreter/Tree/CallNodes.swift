import Catalog
import Language
import Tensors

/// A call; also a pipe's step, which is given its first value.
class CallNode: Node {
  func call(_ frame: Frame, piped: Value?) throws -> Value { .nothing }

  override func evaluate(_ frame: Frame) throws -> Value { try call(frame, piped: nil) }
}

/// A call of a built-in by its own name: the arguments were matched while compiling.
final class BuiltinCall: CallNode {
  let builtin: Builtin
  let match: CardMatch
  /// In the order written; a piped value comes before them.
  let arguments: [Node]

  init(_ builtin: Builtin, _ match: CardMatch, _ arguments: [Node], _ place: Place) {
    self.builtin = builtin
    self.match = match
    self.arguments = arguments
    super.init(place)
  }

  override func call(_ frame: Frame, piped: Value?) throws -> Value {
    var values: [Value] = []
    values.reserveCapacity(arguments.count + 1)
    if let piped { values.append(piped) }
    for argument in arguments { values.append(try argument.operand(frame)) }
    return try frame.context.run(builtin, match, values)
  }

  override var operands: [Node] { arguments }

  override func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    try frame.context.run(builtin, match, values)
  }
}

/// `abs(x)`: a built-in of one number, without a box when it is one.
final class ScalarCall: CallNode {
  private let scalar: @Sendable (Double) -> Double
  let general: BuiltinCall
  private let argument: Node

  init(_ scalar: @escaping @Sendable (Double) -> Double, _ general: BuiltinCall, _ argument: Node) {
    self.scalar = scalar
    self.general = general
    self.argument = argument
    super.init(general.place)
  }

  override var isNumeric: Bool { argument.isNumeric }

  override func number(_ frame: Frame) throws -> Double {
    let x = try argument.number(frame)
    let result = scalar(x)
    guard result.isFinite else { throw place.notFinite(general.builtin.card.name, [.number(x)]) }
    return result
  }

  override func call(_ frame: Frame, piped: Value?) throws -> Value {
    let value = try argument.operand(frame)
    if case .number(let x) = value {
      let result = scalar(x)
      guard result.isFinite else { throw place.notFinite(general.builtin.card.name, [value]) }
      return .number(result)
    }
    return try frame.context.run(general.builtin, general.match, [value])
  }

  override var operands: [Node] { general.arguments }

  override func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    try general.combine(values, frame)
  }
}

/// `mod(a, b)`: a built-in of two numbers.
final class ScalarPairCall: CallNode {
  private let scalar: @Sendable (Double, Double) -> Double
  let general: BuiltinCall
  private let left: Node
  private let right: Node

  init(
    _ scalar: @escaping @Sendable (Double, Double) -> Double, _ general: BuiltinCall, _ left: Node,
    _ right: Node
  ) {
    self.scalar = scalar
    self.general = general
    self.left = left
    self.right = right
    super.init(general.place)
  }

  override var isNumeric: Bool { left.isNumeric && right.isNumeric }

  override func number(_ frame: Frame) throws -> Double {
    let x = try left.number(frame)
    let y = try right.number(frame)
    let result = scalar(x, y)
    guard result.isFinite else {
      throw place.notFinite(general.builtin.card.name, [.number(x), .number(y)])
    }
    return result
  }

  override func call(_ frame: Frame, piped: Value?) throws -> Value {
    let a = try left.operand(frame)
    let b = try right.operand(frame)
    if case .number(let x) = a, case .number(let y) = b {
      let result = scalar(x, y)
      guard result.isFinite else { throw place.notFinite(general.builtin.card.name, [a, b]) }
      return .number(result)
    }
    return try frame.context.run(general.builtin, general.match, [a, b])
  }

  override var operands: [Node] { general.arguments }

  override func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    try general.combine(values, frame)
  }
}

/// A call of whatever value an expression has.
final class ValueCall: CallNode {
  private let callee: Node
  private let positional: [Node]
  private let labelled: [(name: String, node: Node)]
  private let written: WrittenCall
  /// In `x |> (e)` the piped value is evaluated before the function.
  private let calleeLast: Bool
  private let row: NodeRow
  /// Where a callee lies that is a plain name.
  private let slot: Int?
  private let isGlobal: Bool
  /// How many values a plain call passes; negative where it is not plain.
  private let plainCount: Int

  init(
    _ callee: Node, positional: [Node], labelled: [(name: String, node: Node)],
    _ written: WrittenCall, calleeLast: Bool = false
  ) {
    self.callee = callee
    self.calleeLast = calleeLast
    self.positional = positional
    self.labelled = labelled
    self.written = written
    row = NodeRow(positional)
    switch callee {
    case let read as GlobalRead: (slot, isGlobal) = (read.slot, true)
    case let read as LocalRead: (slot, isGlobal) = (read.slot, false)
    default: (slot, isGlobal) = (nil, false)
    }
    plainCount = labelled.isEmpty && !calleeLast ? positional.count : -2
    super.init(written.place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    guard plainCount >= 0 else { return try call(frame, piped: nil) }
    if let slot, let code = (isGlobal ? frame.globals : frame.slots)[slot].plainCode,
      code._withUnsafeGuaranteedRef({ $0.plainCount == plainCount })
    {
      return try code._withUnsafeGuaranteedRef { try enter($0, nil, frame) }
    }
    let value = try callee.evaluate(frame)
    guard case .function(let function) = value, function.code.plainCount == plainCount else {
      return try invoke(value, frame, piped: nil)
    }
    return try enter(function.code, function, frame)
  }

  override func scalar(_ frame: Frame) throws -> Double? {
    guard plainCount >= 0, let slot,
      let code = (isGlobal ? frame.globals : frame.slots)[slot].plainCode,
      code._withUnsafeGuaranteedRef({ $0.plainCount == plainCount && $0.endsAtItsEnd })
    else { return frame.unboxed(try evaluate(frame)) }
    return try code._withUnsafeGuaranteedRef { code in
      try frame.state.enterForScalar(code, place) { try fill($0 + code.firstSlot, frame) }
    }
  }

  @inline(__always)
  private func enter(_ code: FunctionCode, _ function: UserFunction?, _ frame: Frame) throws
    -> Value
  {
    try frame.state.enter(code, place) { base in
      try fill(base + code.firstSlot, frame)
      function?.setUp(base)
    }
  }

  /// Gives the parameters by position their values.
  @inline(__always)
  private func fill(_ first: UnsafeMutablePointer<Value>, _ frame: Frame) throws {
    for index in 0..<plainCount {
      try row.with(index) { argument in
        if let number = try argument.scalar(frame) {
          (first + index).initialize(to: .number(number))
        } else {
          let value = frame.spilled()
          if case .nothing = value { throw argument.place.noValue() }
          (first + index).initialize(to: value)
        }
      }
    }
  }

  override func call(_ frame: Frame, piped: Value?) throws -> Value {
    if calleeLast, isPlain(piped), let first = positional.first {
      return try combine([try first.operand(frame)], frame)
    }
    let function = try callee.evaluate(frame)
    return try invoke(function, frame, piped: piped)
  }

  @inline(__always)
  private func isPlain(_ piped: Value?) -> Bool {
    if case nil = piped { true } else { false }
  }

  /// The call once the callee is known.
  func invoke(_ function: Value, _ frame: Frame, piped: Value?) throws -> Value {
    var values: [Value] = []
    values.reserveCapacity(positional.count + 1)
    if let piped { values.append(piped) }
    for argument in positional { values.append(try argument.operand(frame)) }
    var labels: [(name: String, value: Value)] = []
    for argument in labelled {
      labels.append((argument.name, try argument.node.operand(frame)))
    }
    return try frame.context.apply(function, values, labels: labels, written)
  }

  override var operands: [Node] { positional + labelled.map(\.node) }

  override func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    let labels = zip(labelled, values.dropFirst(positional.count)).map { ($0.name, $1) }
    return try frame.context.apply(
      try callee.evaluate(frame), Array(values.prefix(positional.count)), labels: labels, written)
  }
}

extension Value {
  /// The code of a function that captured nothing, without a count.
  ///
  /// The context keeps all code alive, so the code may outlast the function that is called.
  @inline(__always)
  fileprivate var plainCode: Unmanaged<FunctionCode>? {
    guard case .function(let function) = self, !function.code.needsSetup else { return nil }
    return Unmanaged.passUnretained(function.code)
  }
}

/// A call as a link of a longer chain: `f(x)(y)`, `net.layers[0](x)`.
final class CallStep: PostfixStep {
  private let positional: [Node]
  private let labelled: [(name: String, node: Node)]
  private let written: WrittenCall

  init(positional: [Node], labelled: [(name: String, node: Node)], _ written: WrittenCall) {
    self.positional = positional
    self.labelled = labelled
    self.written = written
    super.init(written.place)
  }

  override func apply(_ value: Value, _ basePlace: Place, _ frame: Frame) throws -> Value {
    var values: [Value] = []
    for argument in positional { values.append(try argument.operand(frame)) }
    var labels: [(name: String, value: Value)] = []
    for argument in labelled {
      labels.append((argument.name, try argument.node.operand(frame)))
    }
    return try frame.context.apply(value, values, labels: labels, written)
  }
}

/// `x |> f(a) |> g`: each step is given the value before it.
final class PipeNode: Node {
  private let first: Node
  private let steps: [CallNode]

  init(_ first: Node, _ steps: [CallNode], _ place: Place) {
    self.first = first
    self.steps = steps
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var value = try first.operand(frame)
    var before = first.place
    for step in steps {
      if case .nothing = value { throw before.noValue() }
      value = try step.call(frame, piped: value)
      before = step.place
    }
    return value
  }
}

/// A closure or `func` where it is written: copies what it captures.
final class MakeFunction: Node {
  let code: FunctionCode

  init(_ code: FunctionCode, _ place: Place) {
    self.code = code
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let captures = code.captures.map { frame.slots[$0] }
    return .function(try place.describing { try UserFunction(code, captures: captures) })
  }
}
