import Catalog
import Tensors

/// Functions that make a tensor from nothing but numbers.
let creationBuiltins: [Builtin] = [
  Builtin(
    Card(
      "tensor", .function,
      summary: "A tensor of float32 numbers from a list, a list of lists, or a range.",
      parameters: [
        Parameter("x", accepts: "a list of numbers, a range or a tensor", "rows inside rows")
      ],
      examples: [
        Example("tensor([[1, 2], [3, 4]]) @ [1, 1]", prints: "[3, 7]"),
        Example("tensor(0..<4)", prints: "[0, 1, 2, 3]"),
        Example(
          "tensor([[1, 2], [3]])",
          fails: "E0216: the rows of a tensor have one size: row 0 has 2, row 1 has 1"),
        Example("tensor(3)", fails: "E0202: a tensor has at least one axis"),
      ],
      related: ["zeros", "linspace", "reshape"])
  ) { call in
    if case .number(let number) = try call.value("x") {
      throw call.error(
        "E0202", "a tensor has at least one axis", at: "x",
        help: ["`tensor([\(textForm(number))])`"])
    }
    return .tensor(try call.tensor("x"))
  },
  filled("zeros", "A tensor of zeros.", 0, prints: "[[0, 0, 0], [0, 0, 0]]"),
  filled("ones", "A tensor of ones.", 1, prints: "[[1, 1, 1], [1, 1, 1]]"),
  Builtin(
    Card(
      "full", .function, summary: "A tensor of one number repeated.",
      parameters: [
        shapeParameter,
        Parameter("value", .label, accepts: "a number", "what every element is"),
      ],
      examples: [
        Example("full(2, 2, value: 0.5)", prints: "[[0.5, 0.5], [0.5, 0.5]]"),
        Example("full(3)", fails: "E0102: `full` needs `value:`"),
      ],
      related: ["zeros", "ones"])
  ) { call in
    let shape = try call.shape("shape")
    let number = try call.number("value")
    return .tensor(try call.placed { try Tensor.full(shape, Float(number)) })
  },
  Builtin(
    Card(
      "eye", .function,
      summary: "The identity matrix: ones on the diagonal, zeros elsewhere.",
      formula: "I[i, j] = 1 where i = j, else 0",
      parameters: [Parameter("n", accepts: "a whole number from 1", "rows, and columns")],
      examples: [Example("eye(2)", prints: "[[1, 0], [0, 1]]")],
      related: ["zeros"])
  ) { call in
    let count = try call.whole("n", in: 1...100_000)
    return .tensor(
      try call.placed {
        try Tensor(unsafeUninitialized: [count, count]) { target in
          target.update(repeating: 0)
          for index in 0..<count { target[index * (count + 1)] = 1 }
        }
      })
  },
  Builtin(
    Card(
      "linspace", .function,
      summary: "Evenly spaced numbers from one end to the other, both included.",
      formula: "x[i] = start + i (stop − start) / (count − 1)",
      parameters: [
        Parameter("start", accepts: "a number"), Parameter("stop", accepts: "a number"),
        Parameter("count", accepts: "a whole number from 2", "how many numbers"),
      ],
      examples: [
        Example("linspace(0, 1, 5)", prints: "[0, 0.25, 0.5, 0.75, 1]"),
        Example(
          "linspace(0, 1, 1)",
          fails: "E0310: `count` of `linspace` goes from 2 to 1000000000; it was 1"),
      ],
      related: ["tensor"])
  ) { call in
    let start = try call.number("start")
    let stop = try call.number("stop")
    let count = try call.whole("count", in: 2...1_000_000_000)
    return .tensor(
      try call.placed {
        try Tensor(unsafeUninitialized: [count]) { target in
          for index in 0..<count {
            // Weights that sum to 1 keep both ends exact.
            let share = Double(index) / Double(count - 1)
            target[index] = Float(start * (1 - share) + stop * share)
          }
        }
      })
  },
]

let shapeParameter = Parameter(
  "shape", .variadic, accepts: "whole numbers, or one list of them", "the length of each axis")

private func filled(
  _ name: String, _ summary: String, _ value: Float, prints text: String
) -> Builtin {
  Builtin(
    Card(
      name, .function, summary: summary, parameters: [shapeParameter],
      examples: [
        Example("\(name)(2, 3)", prints: text),
        Example("\(name)(tensor([[1, 2], [3, 4]]).shape).count", prints: "4"),
        Example(
          "\(name)(-1)", fails: "E0306: the length of an axis is a whole number from 0; it was -1"),
      ],
      related: ["full", "tensor"])
  ) { call in
    let shape = try call.shape("shape")
    return .tensor(try call.placed { try Tensor.full(shape, value) })
  }
}
