import Language

/// A literal.
final class Constant: Node {
  let value: Value

  init(_ value: Value, _ place: Place) {
    self.value = value
    super.init(place)
  }

  override func evaluate(_ frame: Frame) -> Value { value }
}

final class NumberConstant: Node {
  let value: Double

  init(_ value: Double, _ place: Place) {
    self.value = value
    super.init(place)
  }

  override func evaluate(_ frame: Frame) -> Value { .number(value) }
  override func scalar(_ frame: Frame) -> Double? { value }
  override var isNumeric: Bool { true }
  override func number(_ frame: Frame) -> Double { value }
}

/// A built-in name that stands for a value, made when it is first wanted: `mnist`.
final class NamedConstant: Node {
  let constant: @Sendable () throws -> Value

  init(_ constant: @escaping @Sendable () throws -> Value, _ place: Place) {
    self.constant = constant
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value { try place.describing(constant) }
}

/// A name with a slot; read when reached.
class SlotRead: Node {
  let slot: Int
  let name: String

  init(_ slot: Int, _ name: String, _ place: Place) {
    self.slot = slot
    self.name = name
    super.init(place)
  }
}

/// A name whose value lies in the running frame.
final class LocalRead: SlotRead {
  override func scalar(_ frame: Frame) throws -> Double? {
    if case .number(let number) = frame.slots[slot] { return number }
    return frame.unboxed(try evaluate(frame))
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let value = frame.slots[slot]
    if case .nothing = value { throw place.unset(name) }
    return value
  }
}

/// A name that always holds a number: what a loop over a written range counts with.
final class CounterRead: Node {
  let slot: Int

  init(_ slot: Int, _ place: Place) {
    self.slot = slot
    super.init(place)
  }

  override func evaluate(_ frame: Frame) -> Value { frame.slots[slot] }
  override func scalar(_ frame: Frame) -> Double? { number(frame) }
  override var isNumeric: Bool { true }
  override func number(_ frame: Frame) -> Double {
    if case .number(let number) = frame.slots[slot] { return number }
    return 0
  }
}

/// A top-level name.
final class GlobalRead: SlotRead {
  override func scalar(_ frame: Frame) throws -> Double? {
    if case .number(let number) = frame.globals[slot] { return number }
    return frame.unboxed(try evaluate(frame))
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let value = frame.globals[slot]
    if case .nothing = value { throw place.unset(name) }
    return value
  }
}

/// `let name = …`, `name = …` and `func name`, into the frame or the session.
final class Store: Node {
  let slot: Int
  let isGlobal: Bool
  let value: Node

  init(_ slot: Int, isGlobal: Bool, _ value: Node, _ place: Place) {
    self.slot = slot
    self.isGlobal = isGlobal
    self.value = value
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let target = (isGlobal ? frame.globals : frame.slots) + slot
    if value.isNumeric {
      target.setNumber(try value.number(frame))
    } else if let number = try value.scalar(frame) {
      target.setNumber(number)
    } else {
      let new = frame.spilled()
      if case .nothing = new { throw value.place.noValue() }
      target.pointee = new
    }
    return .nothing
  }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    _ = try evaluate(frame)
    result = .nothing
    return .onward
  }
}

extension UnsafeMutablePointer<Value> {
  /// Stores a number; when a number was there, without looking at counts.
  @inline(__always)
  func setNumber(_ number: Double) {
    if case .number = pointee {
      initialize(to: .number(number))
    } else {
      pointee = .number(number)
    }
  }
}

extension Place {
  func unset(_ name: String) -> Diagnostic {
    error("E0402", "`\(name)` has no value yet")
  }
}
