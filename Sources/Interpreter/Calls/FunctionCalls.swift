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
    guard values.count == code.positional.count else {
      throw code.wrongCount(values.count, written)
    }
    for (index, label) in labels.enumerated() {
      guard code.labelled.contains(where: { $0.name == label.name }) else {
        throw code.unknown(written.labels[index], written)
      }
      guard !labels[..<index].contains(where: { $0.name == label.name }) else {
        throw written.error(
          "E0102", "`\(label.name):` is given twice", at: written.labels[index].span)
      }
    }
    return try enter(function, written.place) { base in
      for (parameter, value) in zip(code.positional, values) { base[parameter.slot] = value }
      for parameter in code.labelled {
        if let given = labels.first(where: { $0.name == parameter.name }) {
          base[parameter.slot] = given.value
        } else if let standIn = parameter.standIn {
          base[parameter.slot] = try standIn.operand(
            Frame(slots: base, globals: globals, context: self))
        } else {
          throw written.error(
            "E0102", "\(code.quotedName) needs `\(parameter.name):`", notes: code.signatureNote)
        }
      }
    }
  }
}

extension FunctionCode {
  var quotedName: String { name.map { "`\($0)`" } ?? "this function" }

  /// How the function is called, for messages.
  var signatureNote: [String] {
    guard let name else { return ["it is \(source[span])"] }
    let parameters = positional.map(\.name) + labelled.map { $0.name + ":" }
    return ["it is called as \(name)(\(parameters.joined(separator: ", ")))"]
  }

  func wrongCount(_ count: Int, _ written: WrittenCall) -> Diagnostic {
    let expected = positional.count
    let values = expected == 1 ? "1 value" : expected == 0 ? "no value" : "\(expected) values"
    let given = count == 0 ? "none was given" : count == 1 ? "1 was given" : "\(count) were given"
    return written.error(
      "E0102", "\(quotedName) takes \(values) by position; \(given)",
      at: count > expected ? written.positional[expected] : nil, notes: signatureNote)
  }

  func unknown(_ label: WrittenCall.Label, _ written: WrittenCall) -> Diagnostic {
    let labels = labelled.map(\.name)
    let near = nearestNames(to: label.name, among: labels)
    let headline =
      positional.contains { $0.name == label.name }
      ? "`\(label.name)` of \(quotedName) is given by position, without a label"
      : "\(quotedName) has no label `\(label.name)`"
    return written.error(
      "E0102", headline, at: label.span, label: near.first.map { "did you mean `\($0)`?" } ?? "",
      notes: [
        labels.isEmpty ? "it takes no labels" : "it accepts: " + labels.joined(separator: ", ")
      ])
  }
}
