import Glibc
import Language
import Tensors

/// An arithmetic operator.
enum Operation: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case power = "^"
  case matrixProduct = "@"

  init(_ op: ArithmeticOperator) {
    switch op {
    case .add: self = .add
    case .subtract: self = .subtract
    case .multiply: self = .multiply
    case .divide: self = .divide
    case .matrixProduct: self = .matrixProduct
    }
  }

  /// The operator on any two values.
  func apply(_ a: Value, _ b: Value, _ operands: Operands) throws -> Value {
    if case .nothing = a { throw operands.left.noValue() }
    if case .nothing = b { throw operands.right.noValue() }
    if let x = a.scalar, let y = b.scalar { return try ofNumbers(x, y, a, b, operands) }
    guard let pair = try tensors(a, b, operands) else { throw wrongKinds(a, b, operands) }
    return try operands.describing(a, b) {
      switch pair {
      case (.tensor(let x), .tensor(let y)): try ofTensors(x, y)
      case (.tensor(let x), .number(let y)): .tensor(try Tensor.apply(elementwise, x, Float(y)))
      case (.number(let x), .tensor(let y)): .tensor(try Tensor.apply(elementwise, Float(x), y))
      case (.number(let x), .number(let y)): .number(number(x, y))
      }
    }
  }

  /// The operator on two numbers, which may give what is not finite.
  func number(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply, .matrixProduct: x * y
    case .divide: x / y
    case .power: y == 2 ? x * x : pow(x, y)
    }
  }

  private func ofNumbers(
    _ x: Double, _ y: Double, _ a: Value, _ b: Value, _ operands: Operands
  ) throws -> Value {
    if self == .matrixProduct { throw wrongKinds(a, b, operands) }
    let result = number(x, y)
    guard result.isFinite else { throw notFinite(x, y, operands) }
    return .number(result)
  }

  private func ofTensors(_ x: Tensor, _ y: Tensor) throws -> Value {
    if self == .matrixProduct { return .result(try x.matrixProduct(y)) }
    return .tensor(try Tensor.apply(elementwise, x, y))
  }

  private var elementwise: BinaryOperation {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply, .matrixProduct: .multiply
    case .divide: .divide
    case .power: .power
    }
  }

  private func notFinite(_ x: Double, _ y: Double, _ operands: Operands) -> Diagnostic {
    let shown = "\(textForm(x)) \(rawValue) \(y < 0 ? "(\(textForm(y)))" : textForm(y))"
    let reason: String
    switch self {
    case .divide where y == 0: reason = "a number divided by zero has no value: \(shown)"
    case .power where x < 0 && Int(exactly: y) == nil:
      reason = "a fractional power of a negative number has no value: \(shown)"
    case .power where x == 0: reason = "a negative power of zero has no value: \(shown)"
    default: reason = "\(shown) is larger than any number can be"
    }
    return operands.error("E0311", reason, .number(x), .number(y))
  }

  private func wrongKinds(_ a: Value, _ b: Value, _ operands: Operands) -> Diagnostic {
    let symbol = "`\(rawValue)`"
    var help: [Diagnostic.Help] = []
    var notes: [String] = []
    let (left, right) = (operands.left.text, operands.right.text)
    switch (a, b) {
    case (.list, .list) where self == .add:
      help = [.init("`concat(\(left), \(right))` joins them")]
      if a.isNumericList, b.isNumericList {
        help.append(.init("`tensor(\(left)) + \(right)` adds the numbers"))
      }
    case (.list, _) where a.isNumericList && b.scalar != nil && self != .matrixProduct:
      help = [.init("`tensor(\(left)) \(rawValue) \(right)`")]
    case (_, .list) where b.isNumericList && a.scalar != nil && self != .matrixProduct:
      help = [.init("`\(left) \(rawValue) tensor(\(right))`")]
    case (.text, _) where self == .add, (_, .text) where self == .add:
      notes = ["strings are joined by writing one into the other: \"… \\(x)\""]
    case (.number, .number) where self == .matrixProduct:
      help = [.init("`\(left) * \(right)`")]
    default: break
    }
    let takes = self == .matrixProduct ? "tensors" : "numbers and tensors"
    return operands.error(
      "E0201", "\(symbol) takes \(takes); these are \(a.kind) and \(b.kind)", a, b, notes: notes,
      help: help)
  }
}

/// An operand of tensor arithmetic.
enum TensorOperand {
  case number(Double)
  case tensor(Tensor)
}

/// Both operands as tensors or numbers, at least one of them a tensor; `nil` when that cannot be.
///
/// A list of numbers stands for a tensor beside one.
func tensors(
  _ a: Value, _ b: Value, _ operands: Operands
) throws -> (TensorOperand, TensorOperand)? {
  guard a.tensorShape != nil || b.tensorShape != nil,
    let left = try operand(a, operands.left), let right = try operand(b, operands.right)
  else { return nil }
  return (left, right)
}

private func operand(_ value: Value, _ place: Place) throws -> TensorOperand? {
  if let number = value.scalar { return .number(number) }
  return try place.describing { try value.tensorOrList() }.map { .tensor($0) }
}

extension Value {
  /// A number, or a boolean as 0 or 1.
  var scalar: Double? {
    switch self {
    case .number(let number): number
    case .boolean(let boolean): boolean ? 1 : 0
    default: nil
    }
  }

  /// A list that stands for a tensor.
  var isNumericList: Bool {
    guard case .list(let list) = self, !list.items.isEmpty else { return false }
    return list.items.allSatisfy { item in
      if case .number = item { true } else { item.isNumericList }
    }
  }
}
