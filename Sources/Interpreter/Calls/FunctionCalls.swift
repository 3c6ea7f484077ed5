import Catalog
import Language
import Tensors

extension Context {
  /// Runs a function of the student's in new slots that `fill` gives the parameters.
  @inline(__always)
  func enter(
    _ function: UserFunction, _ place: Place,
    _ fill: (UnsafeMutablePointer<Value>) throws -> Void
  ) throws -> Value {
    let code = function.code
    let base = top
    var marker: UInt8 = 0
    let address = withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
    guard depth < LanguageLimit.depth, slotLimit - base > code.slotCount, address > stackFloor
    else {
      throw place.error(LanguageLimit.calls(depth: depth))
    }
    depth += 1
    top = base + code.slotCount
    base.initialize(repeating: .nothing, count: code.slotCount)
    defer {
      base.deinitialize(count: code.slotCount)
      top = base
      depth -= 1
    }
    try fill(base)
    return try run(function, base)
  }

  private func run(_ function: UserFunction, _ base: UnsafeMutablePointer<Value>) throws -> Value {
    let code = function.code
    for (index, value) in function.captures.enumerated() {
      base[code.firstCaptureSlot + index] = value
    }
    if let selfSlot = code.selfSlot { base[selfSlot] = .function(function) }
    var result = Value.nothing
    do {
      _ = try code.body.run(Frame(slots: base, globals: globals, context: self), &result)
    } catch let escape as Escape {
      return escape.value
    }
    return result
  }

  /// Calls a function of the student's with values that are already there.
  func apply(
    _ function: UserFunction, _ values: [Value], labels: [(name: String, value: Value)],
    _ written: WrittenCall
  ) throws -> Value {
    let code = function.code
    try written.match(code.name ?? written.callee.text, code.parameters, notes: code.signatureNote)
    return try enter(function, written.place) { base in
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

extension FunctionCode {
  /// The parameters as a card has them, for matching a call.
  var parameters: [Parameter] {
    positional.map { Parameter($0.name, accepts: "") }
      + labelled.map {
        Parameter($0.name, .label, or: $0.standIn == nil ? nil : "", accepts: "")
      }
  }

  /// How the function is called, for messages.
  var signatureNote: [String] {
    guard let name else { return ["it is \(source[span])"] }
    let parameters = positional.map(\.name) + labelled.map { $0.name + ":" }
    return ["it is called as \(name)(\(parameters.joined(separator: ", ")))"]
  }
}
