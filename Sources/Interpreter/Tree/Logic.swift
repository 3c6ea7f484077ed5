import Language
import Tensors

/// A comparison; of two numbers without a box.
final class CompareNode: Node {
  let left: Node
  let right: Node
  let comparison: ComparisonOperator
  private let bothNumeric: Bool
  private let nearby: SlotAndNumber

  init(_ comparison: ComparisonOperator, _ left: Node, _ right: Node, _ place: Place) {
    self.comparison = comparison
    self.left = left
    self.right = right
    bothNumeric = left.isNumeric && right.isNumeric
    nearby = SlotAndNumber(left, right)
    super.init(place)
  }

  override func truth(_ frame: Frame) throws -> Bool {
    if let (x, y) = nearby.read(frame) { return comparison.holds(x, y) }
    if bothNumeric {
      return comparison.holds(try left.number(frame), try right.number(frame))
    }
    let value = try evaluate(frame)
    if case .boolean(let boolean) = value { return boolean }
    throw place.notACondition(value)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    guard let x = try left.scalar(frame) else {
      let a = frame.spilled()
      return try compared(a, try right.evaluate(frame))
    }
    guard let y = try right.scalar(frame) else { return try compared(.number(x), frame.spilled()) }
    return .boolean(comparison.holds(x, y))
  }

  override var operands: [Node] { [left, right] }

  override func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    try compared(values[0], values[1])
  }

  /// Both sides' values compared, once they are there.
  func compared(_ a: Value, _ b: Value) throws -> Value {
    try comparison.apply(a, b, Operands(left: left.place, right: right.place, whole: place))
  }
}

/// `a and b and …`, `a or b or …`: stops early on booleans, elementwise on masks.
final class LogicalNode: Node {
  private let op: LogicalOperator
  private let parts: [Node]

  init(_ op: LogicalOperator, _ operands: [Node], _ place: Place) {
    self.op = op
    parts = operands
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var mask: Tensor?
    for operand in parts {
      switch try operand.operand(frame) {
      case .boolean(let boolean):
        if let sofar = mask {
          mask = try joined(sofar, try Tensor.full(sofar.shape, boolean ? 1 : 0))
        } else if boolean == (op == .or) {
          return .boolean(boolean)
        }
      case .mask(let next):
        mask = try mask.map { try joined($0, next) } ?? next
      case let other:
        throw operand.place.error(
          "E0201", "`\(op.rawValue)` takes booleans and masks; this is \(other.kind)",
          help: other.truthHelp(operand.place))
      }
    }
    return mask.map { .mask($0) } ?? .boolean(op == .and)
  }

  private func joined(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try place.describing { try Tensor.apply(op == .and ? .and : .or, a, b) }
  }
}

/// The opposite of a boolean, element by element of a mask.
final class NotNode: Node {
  private let value: Node

  init(_ value: Node, _ place: Place) {
    self.value = value
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    switch try value.operand(frame) {
    case .boolean(let boolean): return .boolean(!boolean)
    case .mask(let mask): return .mask(try place.describing { try mask.mapped(.not) })
    case let other:
      throw value.place.error(
        "E0201", "`not` takes a boolean or a mask; this is \(other.kind)",
        help: other.truthHelp(value.place))
    }
  }
}

extension ComparisonOperator {
  @inline(__always)
  func holds(_ x: Double, _ y: Double) -> Bool {
    switch self {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    case .greaterOrEqual: x >= y
    }
  }
}

extension Place {
  /// Something that is no boolean, where one decides.
  func notACondition(_ value: Value) -> Diagnostic {
    switch value {
    case .nothing: return noValue()
    case .mask(let mask):
      let trues = mask.withScalars { $0.reduce(into: 0) { $0 += $1 != 0 ? 1 : 0 } }
      return error(
        "E0220",
        "a condition is one true or false; \(quoted) holds \(mask.count), \(trues) of them true",
        help: ["`all(\(text))`", "`any(\(text))`"])
    default:
      return error(
        "E0220", "a condition is one true or false; \(quoted) is \(value.kind)",
        help: value.truthHelp(self))
    }
  }
}

extension Value {
  /// The comparison somebody meant who used a number as a condition.
  fileprivate func truthHelp(_ place: Place) -> [String] {
    switch self {
    case .number: ["`\(place.text) != 0`"]
    case .tensor: ["`all(\(place.text) != 0)`"]
    default: []
    }
  }
}
