import Catalog
import Language
import Tensors

extension Context {
  /// Calls a function of the student's with values that are already there.
  func apply(
    _ function: UserFunction, _ values: [Value], labels: [(name: String, value: Value)],
    _ written: WrittenCall
  ) throws -> Value {
    let code = function.code
    try written.match(code.name ?? written.callee.text, code.parameters)
    return try state.enter(function.code, written.place) { base in
      function.setUp(base)
      for (parameter, value) in zip(code.positional, values) { base[parameter.slot] = value }
      for parameter in code.labelled {
        if let given = labels.first(where: { $0.name == parameter.name }) {
          base[parameter.slot] = given.value
        } else if let standIn = parameter.standIn {
          base[parameter.slot] = try standIn.operand(
            Frame(slots: base, globals: globals, context: self))
        }
      }
    }
  }
}

extension UnsafeMutablePointer<CallState> {
  /// Runs a function of the student's in new slots that `fill` gives the parameters.
  @inline(__always)
  func enter(
    _ code: FunctionCode, _ place: @autoclosure () -> Place,
    _ fill: (UnsafeMutablePointer<Value>) throws -> Void
  ) throws -> Value {
    try enter(code, place(), fill) { body, frame in
      var result = Value.nothing
      do {
        _ = try body.run(frame, &result)
      } catch let escape as Escape {
        return escape.value
      }
      return result
    }
  }

  /// The same for a function in which `return` stands nowhere, without a box where it can be.
  @inline(__always)
  func enterForScalar(
    _ code: FunctionCode, _ place: @autoclosure () -> Place,
    _ fill: (UnsafeMutablePointer<Value>) throws -> Void
  ) throws -> Double? {
    try enter(code, place(), fill) { try $0.scalar($1) }
  }

  @inline(__always)
  private func enter<Result>(
    _ code: FunctionCode, _ place: @autoclosure () -> Place,
    _ fill: (UnsafeMutablePointer<Value>) throws -> Void,
    _ run: (Node, Frame) throws -> Result
  ) throws -> Result {
    let base = pointee.top
    let count = code.slotCount
    var marker: UInt8 = 0
    let address = withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
    guard pointee.depth < LanguageLimit.depth, pointee.slotLimit - base > count,
      address > pointee.stackFloor
    else {
      throw place().error(LanguageLimit.calls(depth: pointee.depth))
    }
    try charge(steps: code.steps)
    pointee.depth += 1
    pointee.top = base + count
    for index in 0..<count { (base + index).initialize(to: .nothing) }
    defer {
      for index in 0..<count { (base + index).discard() }
      pointee.top = base
      pointee.depth -= 1
    }
    try fill(base)
    return try run(code.body, Frame(slots: base, globals: pointee.globals, state: self))
  }
}

extension UserFunction {
  /// Puts the captured values, and the function itself where it is named, into their slots.
  func setUp(_ base: UnsafeMutablePointer<Value>) {
    for (index, value) in captures.enumerated() { base[code.firstCaptureSlot + index] = value }
    if let selfSlot = code.selfSlot { base[selfSlot] = .function(self) }
  }
}

extension UnsafeMutablePointer<Value> {
  /// Ends a slot's life; of a number without looking at counts.
  @inline(__always)
  func discard() {
    if case .number = pointee { return }
    deinitialize(count: 1)
  }
}

extension FunctionCode {
  /// The parameters as a card has them, for matching a call.
  var parameters: [Parameter] {
    positional.map { Parameter($0.name, accepts: "") }
      + labelled.map {
        Parameter($0.name, .label, or: $0.standIn == nil ? nil : "", accepts: "")
      }
  }
}
