import CKernels

/// An operation on two numbers; a comparison gives 0 or 1.
public enum BinaryOperation: String, Sendable, CaseIterable {
  case add, subtract, multiply, divide
  /// x^y, by way of double.
  case power
  /// A NaN on either side is the result.
  case minimum, maximum
  /// The remainder with the divisor's sign: x − y ⌊x / y⌋.
  case modulo
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  /// Of truth values: not 0 is true.
  case and, or

  /// How the operation is written.
  public var symbol: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .power: "^"
    case .minimum: "min"
    case .maximum: "max"
    case .modulo: "mod"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .and: "and"
    case .or: "or"
    }
  }

  /// The kernel's number in CKernels.h.
  var kernel: Int32 {
    let number =
      switch self {
      case .add: ESPALIER_ADD
      case .subtract: ESPALIER_SUBTRACT
      case .multiply: ESPALIER_MULTIPLY
      case .divide: ESPALIER_DIVIDE
      case .power: ESPALIER_POWER
      case .minimum: ESPALIER_MINIMUM
      case .maximum: ESPALIER_MAXIMUM
      case .modulo: ESPALIER_MODULO
      case .equal: ESPALIER_EQUAL
      case .notEqual: ESPALIER_NOT_EQUAL
      case .less: ESPALIER_LESS
      case .lessOrEqual: ESPALIER_LESS_OR_EQUAL
      case .greater: ESPALIER_GREATER
      case .greaterOrEqual: ESPALIER_GREATER_OR_EQUAL
      case .and: ESPALIER_AND
      case .or: ESPALIER_OR
      }
    return Int32(number)
  }
}

/// An operation on one number.
public enum UnaryOperation: String, Sendable, CaseIterable {
  case negate, absolute
  /// −1, 0 or 1; of a NaN, NaN.
  case sign
  case squareRoot, exponential, logarithm, tanh
  /// The logistic function 1 / (1 + e^−x).
  case sigmoid
  /// max(x, 0); of a NaN, NaN.
  case relu
  /// To the nearest whole number, a half to the even one.
  case roundHalfToEven
  case floor, ceiling, square, reciprocal
  /// 1 where x is 0, else 0.
  case not
  case isFinite, isNaN

  var kernel: Int32 {
    let number =
      switch self {
      case .negate: ESPALIER_NEGATE
      case .absolute: ESPALIER_ABSOLUTE
      case .sign: ESPALIER_SIGN
      case .squareRoot: ESPALIER_SQUARE_ROOT
      case .exponential: ESPALIER_EXPONENTIAL
      case .logarithm: ESPALIER_LOGARITHM
      case .tanh: ESPALIER_TANH
      case .sigmoid: ESPALIER_SIGMOID
      case .relu: ESPALIER_RELU
      case .roundHalfToEven: ESPALIER_ROUND
      case .floor: ESPALIER_FLOOR
      case .ceiling: ESPALIER_CEILING
      case .square: ESPALIER_SQUARE
      case .reciprocal: ESPALIER_RECIPROCAL
      case .not: ESPALIER_NOT
      case .isFinite: ESPALIER_IS_FINITE
      case .isNaN: ESPALIER_IS_NAN
      }
    return Int32(number)
  }
}

/// Elements between two checkpoints: some milliseconds of any elementwise kernel.
let elementwisePiece = 1 << 22

/// Calls a kernel for pieces of `0..<count`, with a checkpoint before each.
func inPieces(of piece: Int = elementwisePiece, _ count: Int, _ body: (Int, Int) -> Void) throws {
  let work = Work.current
  var start = 0
  repeat {
    let length = min(piece, count - start)
    try work.charge(length)
    if length > 0 { body(start, length) }
    start += length
  } while start < count
}

extension Tensor {
  /// The operation applied to every element.
  public func mapped(_ operation: UnaryOperation) throws -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      guard let out = target.baseAddress else { return }
      try inPieces(count) { start, length in
        espalier_unary(operation.kernel, pointer + start, out + start, length)
      }
    }
  }

  /// a op b, element by element; axes are matched from the last, a length of 1 repeats.
  ///
  /// - Throws: `TensorError.cannotBroadcast` when two lengths differ and neither is 1.
  public static func apply(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) throws
    -> Tensor
  {
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
      throw TensorError.cannotBroadcast(operation.symbol, a.shape, b.shape)
    }
    return try Tensor(unsafeUninitialized: shape) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      try Broadcast(a.shape, b.shape, shape).forEachRun { run in
        try inPieces(run.count) { start, length in
          espalier_binary(
            operation.kernel, a.pointer + run.a + start * run.aStep, run.aStep,
            b.pointer + run.b + start * run.bStep, run.bStep, out + run.out + start, length)
        }
      }
    }
  }

  /// Every element op one number.
  public static func apply(_ operation: BinaryOperation, _ a: Tensor, _ b: Float) throws -> Tensor {
    try Tensor(unsafeUninitialized: a.shape) { target in
      guard let out = target.baseAddress else { return }
      try inPieces(a.count) { start, length in
        withUnsafePointer(to: b) {
          espalier_binary(operation.kernel, a.pointer + start, 1, $0, 0, out + start, length)
        }
      }
    }
  }

  /// One number op every element.
  public static func apply(_ operation: BinaryOperation, _ a: Float, _ b: Tensor) throws -> Tensor {
    try Tensor(unsafeUninitialized: b.shape) { target in
      guard let out = target.baseAddress else { return }
      try inPieces(b.count) { start, length in
        withUnsafePointer(to: a) {
          espalier_binary(operation.kernel, $0, 0, b.pointer + start, 1, out + start, length)
        }
      }
    }
  }
}
