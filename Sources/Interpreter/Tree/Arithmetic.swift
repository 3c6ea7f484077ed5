import Language

/// An operation on two operands; a subclass per operator, so that numbers need no dispatch on it.
class BinaryNode: Node {
  final let left: Node
  final let right: Node
  final let operatorSpan: Span
  private final let bothNumeric: Bool
  private final let nearby: SlotAndNumber

  init(_ left: Node, _ right: Node, operatorSpan: Span, _ place: Place) {
    nearby = SlotAndNumber(left, right)
    self.left = left
    self.right = right
    self.operatorSpan = operatorSpan
    bothNumeric = left.isNumeric && right.isNumeric
    super.init(place)
  }

  override final var isNumeric: Bool { bothNumeric }

  var operation: Operation { .add }

  /// Both operands where they are a local number and a literal, read without a dispatch.
  @inline(__always)
  final func operands(_ frame: Frame) -> (x: Double, y: Double)? { nearby.read(frame) }

  /// The operation without a box where both operands are numbers and the result is finite.
  @inline(__always)
  final func scalar(_ frame: Frame, _ apply: (Double, Double) -> Double) throws -> Double? {
    if let (x, y) = operands(frame) {
      let result = apply(x, y)
      if result.isFinite { return result }
    }
    guard let x = try left.scalar(frame) else {
      let a = frame.spilled()
      return frame.unboxed(try general(a, try right.evaluate(frame)))
    }
    guard let y = try right.scalar(frame) else {
      return frame.unboxed(try general(.number(x), frame.spilled()))
    }
    let result = apply(x, y)
    if result.isFinite { return result }
    return frame.unboxed(try general(.number(x), .number(y)))
  }

  /// The same where both operands are numbers whatever the program does.
  @inline(__always)
  final func number(_ frame: Frame, _ apply: (Double, Double) -> Double) throws -> Double {
    let x = try left.number(frame)
    let y = try right.number(frame)
    let result = apply(x, y)
    if result.isFinite { return result }
    _ = try general(.number(x), .number(y))
    return result
  }

  override final func evaluate(_ frame: Frame) throws -> Value {
    if isNumeric { return .number(try number(frame)) }
    if let number = try scalar(frame) { return .number(number) }
    return frame.spilled()
  }

  override final var operands: [Node] { [left, right] }

  override final func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    try general(values[0], values[1])
  }

  /// Everything that is not two numbers with a finite result.
  final func general(_ a: Value, _ b: Value) throws -> Value {
    try operation.apply(
      a, b, Operands(left: left.place, right: right.place, whole: place, operatorSpan: operatorSpan)
    )
  }
}

/// A local name and a literal side by side, as in `n - 1` and `n < 2`.
struct SlotAndNumber {
  private let slot: Int
  private let number: Double

  init(_ left: Node, _ right: Node) {
    if let read = left as? LocalRead, let constant = right as? NumberConstant {
      (slot, number) = (read.slot, constant.value)
    } else {
      (slot, number) = (-1, 0)
    }
  }

  /// Both numbers, or `nil` where the pair is another or the name holds no number.
  @inline(__always)
  func read(_ frame: Frame) -> (x: Double, y: Double)? {
    guard slot >= 0, case .number(let x) = frame.slots[slot] else { return nil }
    return (x, number)
  }
}

final class AddNode: BinaryNode {
  override var operation: Operation { .add }

  override func scalar(_ frame: Frame) throws -> Double? { try scalar(frame, { $0 + $1 }) }

  override func number(_ frame: Frame) throws -> Double { try number(frame, { $0 + $1 }) }
}

final class SubtractNode: BinaryNode {
  override var operation: Operation { .subtract }

  override func scalar(_ frame: Frame) throws -> Double? { try scalar(frame, { $0 - $1 }) }

  override func number(_ frame: Frame) throws -> Double { try number(frame, { $0 - $1 }) }
}

final class MultiplyNode: BinaryNode {
  override var operation: Operation { .multiply }

  override func scalar(_ frame: Frame) throws -> Double? { try scalar(frame, { $0 * $1 }) }

  override func number(_ frame: Frame) throws -> Double { try number(frame, { $0 * $1 }) }
}

final class DivideNode: BinaryNode {
  override var operation: Operation { .divide }

  override func scalar(_ frame: Frame) throws -> Double? { try scalar(frame, { $0 / $1 }) }

  override func number(_ frame: Frame) throws -> Double { try number(frame, { $0 / $1 }) }
}

/// `a ^ b` and `a @ b`.
final class OtherBinaryNode: Node {
  private let left: Node
  private let right: Node
  private let operation: Operation
  private let sides: Operands

  init(_ operation: Operation, _ left: Node, _ right: Node, operatorSpan: Span, _ place: Place) {
    self.left = left
    self.right = right
    self.operation = operation
    sides = Operands(
      left: left.place, right: right.place, whole: place, operatorSpan: operatorSpan)
    super.init(place)
  }

  override var operands: [Node] { [left, right] }

  override func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    try operation.apply(values[0], values[1], sides)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let a = try left.evaluate(frame)
    let b = try right.evaluate(frame)
    return try operation.apply(a, b, sides)
  }
}

/// A long chain of operators of one level, evaluated by a loop so that its length costs no depth.
final class ChainNode: Node {
  private let first: Node
  private let links: [(operation: Operation, operand: Node, operatorSpan: Span)]

  init(
    _ first: Node, _ links: [(operation: Operation, operand: Node, operatorSpan: Span)],
    _ place: Place
  ) {
    self.first = first
    self.links = links
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var value = try first.evaluate(frame)
    var span = first.place.span
    for link in links {
      let operand = try link.operand.evaluate(frame)
      let whole = Place(source: place.source, span: span.joined(link.operand.place.span))
      value = try link.operation.apply(
        value, operand,
        Operands(
          left: Place(source: place.source, span: span), right: link.operand.place, whole: whole,
          operatorSpan: link.operatorSpan))
      span = whole.span
    }
    return value
  }
}

/// A number or tensor with its sign changed.
final class Negate: Node {
  private let value: Node

  init(_ value: Node, _ place: Place) {
    self.value = value
    super.init(place)
  }

  override var isNumeric: Bool { value.isNumeric }
  override func number(_ frame: Frame) throws -> Double { -(try value.number(frame)) }

  override var operands: [Node] { [value] }

  override func evaluate(_ frame: Frame) throws -> Value {
    try combine([try value.operand(frame)], frame)
  }

  override func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    let operand = values[0]
    switch operand {
    case .number(let number): return .number(-number)
    case .boolean(let boolean): return .number(boolean ? -1 : 0)
    default:
      guard let tensor = try place.describing({ try operand.asTensor }) else {
        throw place.error(
          "E0201", "`-` takes a number or a tensor; this is \(operand.kind)",
          help: operand.isNumericList ? ["`-tensor(\(value.place.text))`"] : [])
      }
      return .tensor(try place.describing { try tensor.mapped(.negate) })
    }
  }
}
