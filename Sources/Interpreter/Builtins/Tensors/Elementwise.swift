import Catalog
import Glibc
import Tensors

/// Functions of one number that a tensor takes element by element.
let elementwiseBuiltins: [Builtin] = [
  elementwise(
    "abs", "The size of a number, without its sign.", formula: "|x|",
    laws: [.keepsShape, .idempotent, .keepsZeros, .nonNegative], .absolute, { Swift.abs($0) },
    [
      Example("abs(-3)", prints: "3"), Example("abs([1, -2.5, 0])", prints: "[1, 2.5, 0]"),
    ], related: ["sign", "norm"]),
  elementwise(
    "sign", "−1 for negative numbers, 1 for positive ones, 0 for zero.", formula: "x / |x|, 0 at 0",
    laws: [.keepsShape, .idempotent, .keepsZeros], .sign,
    { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    [Example("sign(tensor([-0.2, 0, 7]))", prints: "[-1, 0, 1]")], related: ["abs"]),
  elementwise(
    "sqrt", "The square root.", formula: "√x", laws: [.keepsShape, .keepsZeros], .squareRoot,
    { $0.squareRoot() },
    [
      Example("sqrt(2)", prints: "1.414214"), Example("sqrt([1, 4, 9])", prints: "[1, 2, 3]"),
      Example("sqrt(-1)", fails: "E0311: `sqrt` of -1 has no finite value"),
    ], related: ["exp", "norm"]),
  elementwise(
    "exp", "The exponential function.", formula: "eˣ", laws: [.keepsShape, .nonNegative],
    .exponential, { Glibc.exp($0) },
    [
      Example("exp(1)", prints: "2.718282"),
      Example("exp(1000)", fails: "E0311: `exp` of 1000 has no finite value"),
    ], related: ["log"]),
  elementwise(
    "log", "The natural logarithm.", formula: "ln x", laws: [.keepsShape], .logarithm,
    { Glibc.log($0) },
    [
      Example("log(exp(2))", prints: "2"),
      Example("log(0)", fails: "E0311: `log` of 0 has no finite value"),
      Example("log(tensor([1, 0]))", prints: "[0, -∞]"),
    ], related: ["exp"]),
  elementwise(
    "round", "The nearest whole number; a half goes to the even one.", formula: "rne(x)",
    source: "IEEE 754-2019, roundTiesToEven", laws: [.keepsShape, .idempotent, .keepsZeros],
    .roundHalfToEven, { $0.rounded(.toNearestOrEven) },
    [
      Example("round(2.5)", prints: "2"),
      Example("round([0.5, 1.5, -2.6])", prints: "[0, 2, -3]"),
    ], related: ["floor", "ceil", "quantize"]),
  elementwise(
    "floor", "The largest whole number that is not above x.", formula: "⌊x⌋",
    laws: [.keepsShape, .idempotent, .keepsZeros], .floor, { $0.rounded(.down) },
    [Example("floor(7 / 2)", prints: "3"), Example("floor(-0.5)", prints: "-1")],
    related: ["ceil", "round", "mod"]),
  elementwise(
    "ceil", "The smallest whole number that is not below x.", formula: "⌈x⌉",
    laws: [.keepsShape, .idempotent, .keepsZeros], .ceiling, { $0.rounded(.up) },
    [Example("ceil(7 / 2)", prints: "4")], related: ["floor", "round"]),
  Builtin(
    Card(
      "clamp", .function, summary: "Brings numbers that lie outside a range to its nearer end.",
      formula: "min(max(x, low), high)",
      parameters: [
        .x, Parameter("low", accepts: "a number"), Parameter("high", accepts: "a number, from low"),
      ], laws: [.keepsShape],
      examples: [
        Example("clamp([-9, 0.5, 12], -8, 7)", prints: "[-8, 0.5, 7]"),
        Example("clamp(12, 0, 7)", prints: "7"),
        Example("clamp(1, 2, 0)", fails: "E0310: `high` is below `low`: 0 and 2"),
      ],
      related: ["min", "max", "round"])
  ) { call in
    let low = try call.number("low")
    let high = try call.number("high")
    guard low <= high else {
      throw call.error(
        "E0310", "`high` is below `low`: \(textForm(high)) and \(textForm(low))", at: "high")
    }
    switch try call.operand("x") {
    case .number(let number): return .number(Swift.min(Swift.max(number, low), high))
    case .tensor(let tensor):
      return .tensor(
        try call.placed {
          try Tensor.apply(
            .minimum, Tensor.apply(.maximum, tensor, Float(low)), Float(high))
        })
    }
  },
  Builtin(
    Card(
      "mod", .function,
      summary: "The remainder of a division, with the sign of the divisor.",
      formula: "x − y ⌊x / y⌋",
      parameters: [.x, Parameter("y", accepts: "a number or a tensor", "the divisor")],
      examples: [
        Example("mod(7, 2)", prints: "1"), Example("mod(-7, 3)", prints: "2"),
        Example("mod(0..<5, 3)", prints: "[0, 1, 2, 0, 1]"),
        Example("mod(1, 0)", fails: "E0311: `mod` of 1, 0 has no finite value"),
      ],
      related: ["floor"]),
    scalarPair: remainder
  ) { call in
    try call.pairwise(.modulo, "x", "y", remainder)
  },
]

/// The remainder with the divisor's sign.
private let remainder: @Sendable (Double, Double) -> Double = { x, y in
  let rest = fmod(x, y)
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
}

private func elementwise(
  _ name: String, _ summary: String, formula: String, source: String = "", laws: [Law],
  _ operation: UnaryOperation, _ scalar: @escaping @Sendable (Double) -> Double,
  _ examples: [Example], related: [String]
) -> Builtin {
  Builtin(
    Card(
      name, .function, summary: summary, formula: formula, source: source, parameters: [.x],
      laws: laws, examples: examples, related: related),
    scalar: scalar
  ) { call in try call.mapped(operation, scalar) }
}

extension Call {
  /// The argument `x` changed number by number.
  func mapped(_ operation: UnaryOperation, _ scalar: (Double) -> Double) throws -> Value {
    switch try operand("x") {
    case .number(let number): try finite(scalar(number))
    case .tensor(let tensor): .tensor(try placed { try tensor.mapped(operation) })
    }
  }

  /// Two arguments calculated with, number by number; two plain numbers give a number.
  func pairwise(
    _ operation: BinaryOperation, _ a: String, _ b: String, _ scalar: (Double, Double) -> Double
  ) throws -> Value {
    switch (try operand(a), try operand(b)) {
    case (.number(let x), .number(let y)): try finite(scalar(x, y))
    case (.number(let x), .tensor(let y)):
      .tensor(try placed { try Tensor.apply(operation, Float(x), y) })
    case (.tensor(let x), .number(let y)):
      .tensor(try placed { try Tensor.apply(operation, x, Float(y)) })
    case (.tensor(let x), .tensor(let y)):
      .tensor(try placed { try Tensor.apply(operation, x, y) })
    }
  }
}
