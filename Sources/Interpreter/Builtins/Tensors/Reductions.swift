import Catalog
import Glibc
import Tensors

/// Functions that make many numbers into one, over everything or along an axis.
let reductionBuiltins: [Builtin] = [
  reduction(
    "sum", "All numbers added up.", formula: "Σ x", .sum, { $0.reduce(0, +) },
    [
      Example("sum([1, 2, 3])", prints: "6"),
      Example("sum(tensor([[1, 2], [3, 4]]), axis: 0)", prints: "[4, 6]"),
      Example("sum(tensor([[1, 2], [3, 4]]), axis: 1, keepAxis: true)", prints: "[[3], [7]]"),
      Example(
        "sum(tensor([1, 2]), axis: 1)", fails: "E0302: there is no axis 1: its only axis is 0"),
    ], related: ["mean", "count"]),
  reduction(
    "mean", "The average.", formula: "(1/n) Σ x", .mean,
    { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) },
    [
      Example("mean([1, 2, 4.5])", prints: "2.5"),
      Example("mean(tensor([[1, 2], [3, 4]]), axis: 1)", prints: "[1.5, 3.5]"),
    ], related: ["sum", "std", "quantile"]),
  reduction(
    "std", "How far numbers lie from their mean: the root of the variance.",
    formula: "√((1/n) Σ (x − mean)²)", .standardDeviation, { _ in nil },
    [Example("std([2, 4, 4, 4, 5, 5, 7, 9])", prints: "2")], related: ["var", "mean"]),
  reduction(
    "var", "The mean squared distance from the mean.", formula: "(1/n) Σ (x − mean)²", .variance,
    { _ in nil },
    [Example("var([2, 4, 4, 4, 5, 5, 7, 9])", prints: "4")], related: ["std"]),
  extreme(
    "min", "The smallest of all numbers, or the smaller of two, number by number.", .minimum,
    .minimum, { $0.isNaN || $1.isNaN ? .nan : Swift.min($0, $1) },
    [
      Example("min([3, 1, 2])", prints: "1"), Example("min([3, 1, 2], 2)", prints: "[2, 1, 2]"),
      Example("min(tensor([[4, 2], [1, 3]]), axis: 0)", prints: "[1, 2]"),
    ], related: ["max", "argmin", "clamp"]),
  extreme(
    "max", "The largest of all numbers, or the larger of two, number by number.", .maximum,
    .maximum, { $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1) },
    [
      Example("max([3, 1, 2])", prints: "3"), Example("max([-3, 1, 2], 0)", prints: "[0, 1, 2]"),
      Example("max(2, 5)", prints: "5"),
      Example(
        "max([])", fails: "E0304: `max` of no elements has no value; this tensor has shape 0"),
    ], related: ["min", "argmax", "clamp"]),
  position("argmax", "largest", prints: "1") { try $0.argmax(axis: $1) },
  position("argmin", "smallest", prints: "0") { try $0.argmin(axis: $1) },
  Builtin(
    Card(
      "norm", .function, summary: "The length of a vector.",
      formula: "(Σ |x|^p)^(1/p), p = order",
      parameters: [
        .tensor, Parameter("order", .label, or: "2", accepts: "a number above 0", "the power p"),
        .axis,
      ], laws: [.nonNegative],
      examples: [
        Example("norm([3, 4])", prints: "5"), Example("norm([3, -4], order: 1)", prints: "7"),
        Example("norm(tensor([[3, 4], [6, 8]]), axis: 1)", prints: "[5, 10]"),
      ],
      related: ["abs", "sum"]), explain: EverydayDerivations.norm
  ) { call in
    let tensor = try call.tensor("x")
    let order = try call.number("order", in: 0x1p-10...1024)
    let axis = try call.axis(of: tensor.shape.rank)
    return try call.finite(
      call.placed {
        if order == 2 { return .result(try tensor.reduced(.norm, axis: axis)) }
        let sizes = try tensor.mapped(.absolute)
        let powers = order == 1 ? sizes : try Tensor.apply(.power, sizes, Float(order))
        let sum = try powers.reduced(.sum, axis: axis)
        return .result(order == 1 ? sum : try Tensor.apply(.power, sum, Float(1 / order)))
      })
  },
  truth("any", "Whether at least one holds.", .any, { $0.contains(true) }, prints: "true"),
  truth("all", "Whether each one holds.", .all, { !$0.contains(false) }, prints: "false"),
  countBuiltin,
]

private let keepAxis = Parameter(
  "keepAxis", .label, or: "false", accepts: "true or false", "keep the axis, with length 1")

/// - Parameter listed: the same for plain numbers in full precision; `nil` leaves it to the tensor.
private func reduction(
  _ name: String, _ summary: String, formula: String, _ reduction: Reduction,
  _ listed: @escaping @Sendable ([Double]) -> Double?, _ examples: [Example], related: [String]
) -> Builtin {
  Builtin(
    Card(
      name, .function, summary: summary, formula: formula, parameters: [.tensor, .axis, keepAxis],
      examples: examples, related: related),
    explain: reduction == .sum ? nil : EverydayDerivations.moments
  ) { call in
    if !call.has("axis"), let numbers = try call.listedNumbers("x"), let result = listed(numbers) {
      return try call.finite(result)
    }
    return try call.reduced(reduction)
  }
}

private func extreme(
  _ name: String, _ summary: String, _ reduction: Reduction, _ operation: BinaryOperation,
  _ pair: @escaping @Sendable (Double, Double) -> Double, _ examples: [Example],
  related: [String]
) -> Builtin {
  Builtin(
    Card(
      name, .function, summary: summary, formula: "\(name) x, or \(name)(x, y) element by element",
      parameters: [
        .x, Parameter("y", or: "", accepts: "a number or a tensor", "compared with each element"),
        .axis, keepAxis,
      ], examples: examples, related: related),
    scalarPair: pair
  ) { call in
    if call.has("y") {
      if call.has("axis") {
        throw call.error(
          "E0102", "`\(name)` of two has no axis", at: "axis",
          help: ["`\(name)(\(name)(x, axis: 0), y)`"])
      }
      return try call.pairwise(operation, "x", "y", pair)
    }
    if case .number = try call.value("x") {
      throw call.error(
        "E0202", "`\(name)` of one number is that number", at: "x",
        help: ["give two, `\(name)(a, b)`, or a list, `\(name)([a, b, c])`"])
    }
    if !call.has("axis"), let numbers = try call.listedNumbers("x"), let first = numbers.first {
      return try call.finite(numbers.dropFirst().reduce(first, pair))
    }
    return try call.reduced(reduction)
  }
}

private func position(
  _ name: String, _ which: String, prints text: String,
  _ find: @escaping @Sendable (Tensor, Int?) throws -> Tensor
) -> Builtin {
  Builtin(
    Card(
      name, .function,
      summary: "Where the \(which) number stands, counted from 0; the first one of equals.",
      parameters: [.tensor, .axis],
      examples: [
        Example("\(name)([2, 9, 5, 9])", prints: text),
        Example(
          "\(name)(tensor([[2, 9], [7, 1]]), axis: 1)",
          prints: name == "argmax" ? "[1, 0]" : "[0, 1]"),
      ],
      related: ["max", "min", "sort"])
  ) { call in
    let tensor = try call.tensor("x")
    let axis = try call.axis(of: tensor.shape.rank)
    return .result(try call.placed { try find(tensor, axis) })
  }
}

private func truth(
  _ name: String, _ summary: String, _ reduction: Reduction,
  _ listed: @escaping @Sendable ([Bool]) -> Bool, prints text: String
) -> Builtin {
  Builtin(
    Card(
      name, .function, summary: summary,
      parameters: [
        Parameter("x", accepts: "a mask, such as `w > 0`, or a list of booleans"), .axis,
      ],
      examples: [
        Example("\(name)(tensor([1, -1]) > 0)", prints: text),
        Example(
          "\(name)(tensor([[1, -1], [2, 3]]) > 0, axis: 1)",
          prints: name == "any" ? "[true, true]" : "[false, true]"),
        Example(
          "\(name)([1, 0])",
          fails: "E0202: `\(name)` wants a mask, such as `w > 0`, or a list of booleans; "
            + "this is a list of 2"),
      ],
      related: [name == "any" ? "all" : "any", "count"])
  ) { call in
    switch try call.value("x") {
    case .mask(let mask):
      let axis = try call.axis(of: mask.shape.rank)
      let result = try call.placed { try mask.reduced(reduction, axis: axis) }
      return result.shape.rank == 0 ? .boolean(result[0] != 0) : .mask(result)
    case .list(let list):
      let booleans = try list.items.map {
        guard case .boolean(let boolean) = $0 else { throw call.wrongKind("x") }
        return boolean
      }
      return .boolean(listed(booleans))
    default: throw call.wrongKind("x")
    }
  }
}

private let countBuiltin = Builtin(
  Card(
    "count", .function, summary: "How many items a list has, or how many of a mask hold.",
    parameters: [Parameter("x", accepts: "a mask, a list or a range"), .axis],
    examples: [
      Example("count([4, 5, 6])", prints: "3"), Example("count(2...8)", prints: "7"),
      Example("count(tensor([1, 0, 2]) != 0)", prints: "2"),
      Example("count(tensor([[1, 0], [2, 3]]) != 0, axis: 1)", prints: "[1, 2]"),
      Example(
        "count(tensor([1, 0]))",
        fails: "E0202: `count` of a numeric tensor could mean two things"),
    ],
    related: ["sum", "any", "all"])
) { call in
  switch try call.value("x") {
  case .list(let list): return .number(Double(list.items.count))
  case .range(let range): return .number(Double(range.count))
  case .mask(let mask):
    let axis = try call.axis(of: mask.shape.rank)
    return .result(try call.placed { try mask.reduced(.sum, axis: axis) })
  case let value where value.tensorShape != nil:
    throw call.error(
      "E0202", "`count` of a numeric tensor could mean two things", at: "x",
      help: ["numbers that are not zero: `count(x != 0)`", "all of them: `x.count`"])
  default: throw call.wrongKind("x")
  }
}

extension Call {
  fileprivate func reduced(_ reduction: Reduction) throws -> Value {
    let tensor = try self.tensor("x")
    guard let axis = try self.axis(of: tensor.shape.rank) else {
      try refuse("keepAxis", because: "it goes with `axis:`")
      let result = try placed { try tensor.folded(reduction) }
      return try finite(result)
    }
    let keeping = try boolean("keepAxis")
    return .tensor(
      try placed { try tensor.reduced(reduction, axis: axis, keepingAxis: keeping) })
  }
}
