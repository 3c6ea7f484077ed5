import Language
import Tensors

extension ComparisonOperator {
  /// The comparison of any two values: a mask as soon as a tensor is in it, else a boolean.
  func apply(_ a: Value, _ b: Value, _ operands: Operands) throws -> Value {
    if case .nothing = a { throw operands.left.noValue() }
    if case .nothing = b { throw operands.right.noValue() }
    if let pair = try tensors(a, b, operands) {
      return .mask(try operands.describing(a, b) { try mask(pair) })
    }
    switch self {
    case .equal, .notEqual:
      guard let same = try operands.describing(a, b, { try a.equals(b) }) else {
        throw incomparable(a, b, operands)
      }
      return .boolean(same == (self == .equal))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard case .number(let x) = a, case .number(let y) = b else {
        throw incomparable(a, b, operands)
      }
      return .boolean(holds(x, y))
    }
  }

  private func mask(_ pair: (TensorOperand, TensorOperand)) throws -> Tensor {
    switch pair {
    case (.tensor(let x), .tensor(let y)): try Tensor.apply(elementwise, x, y)
    case (.tensor(let x), .number(let y)): try Tensor.apply(elementwise, x, Float(y))
    case (.number(let x), .tensor(let y)): try Tensor.apply(elementwise, Float(x), y)
    case (.number(let x), .number(let y)): try Tensor.full([], holds(x, y) ? 1 : 0)
    }
  }

  private var elementwise: BinaryOperation {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    }
  }

  private func incomparable(_ a: Value, _ b: Value, _ operands: Operands) -> Diagnostic {
    var help: [Diagnostic.Help] = []
    let (left, right) = (operands.left.text, operands.right.text)
    if a.kind == "a model", b.kind == "a model" {
      help = [.init("`compare(\(left), \(right))` sets two models side by side")]
    } else if case .list = a, case .list = b, self != .equal, self != .notEqual {
      help = [.init("`tensor(\(left)) \(rawValue) \(right)`")]
    }
    return operands.error(
      "E0206", "`\(rawValue)` cannot compare \(a.kind) with \(b.kind)", a, b, help: help)
  }
}

extension Value {
  /// Whether two values are the same; `nil` where the question has no answer.
  ///
  /// Recursion is bounded by how deep lists nest.
  func equals(_ other: Value) throws -> Bool? {
    switch (self, other) {
    case (.number(let a), .number(let b)): return a == b
    case (.boolean(let a), .boolean(let b)): return a == b
    case (.text(let a), .text(let b)): return a.string == b.string
    case (.range(let a), .range(let b)):
      return a.count == b.count && (a.count == 0 || a.lower == b.lower)
    case (.list(let a), .list(let b)):
      guard a !== b else { return true }
      guard a.items.count == b.items.count else { return false }
      for (x, y) in zip(a.items, b.items) {
        guard let same = try x.same(as: y) else { return nil }
        if !same { return false }
      }
      return true
    default: return nil
    }
  }

  /// Equality inside lists, where tensors are compared whole.
  private func same(as other: Value) throws -> Bool? {
    if let a = try asTensor, let b = try other.asTensor {
      guard a.shape == b.shape else { return false }
      return a.withScalars { x in b.withScalars { y in x.elementsEqual(y) } }
    }
    return try equals(other)
  }
}
