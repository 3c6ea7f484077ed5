import Catalog
import Tensors

/// Functions that arrange the same numbers differently.
let shapingBuiltins: [Builtin] = [
  Builtin(
    Card(
      "reshape", .function, summary: "The same numbers, row by row, under other axes.",
      parameters: [.tensor, shapeParameter],
      examples: [
        Example("reshape(0..<6, 2, 3)", prints: "[[0, 1, 2], [3, 4, 5]]"),
        Example("reshape([1, 2, 3, 4], [2, 2])", prints: "[[1, 2], [3, 4]]"),
        Example(
          "reshape([1, 2, 3], 2, 2)",
          fails: "E0215: 3 elements do not fill the shape 2×2, which has 4"),
      ],
      related: ["flatten", "transpose"])
  ) { call in
    let tensor = try call.tensor("x")
    let shape = try call.shape("shape")
    return .tensor(try call.placed { try tensor.reshaped(shape) })
  },
  Builtin(
    Card(
      "transpose", .function,
      summary:
        "The axes in another order; without one, reversed, as rows and columns change places.",
      formula: "y[j, i] = x[i, j]",
      parameters: [
        .tensor, Parameter("axes", .variadic, accepts: "each axis once", "which axis comes where"),
      ],
      examples: [
        Example("transpose([[1, 2, 3], [4, 5, 6]])", prints: "[[1, 4], [2, 5], [3, 6]]"),
        Example("transpose(zeros(2, 3, 4), 1, 0, 2).shape", prints: "[3, 2, 4]"),
        Example(
          "transpose(zeros(2, 3), 0, 0)",
          fails: "E0221: the axes [0, 0] do not name each axis of 2×3 once"),
      ],
      related: ["reshape"])
  ) { call in
    let tensor = try call.tensor("x")
    let axes = call.rest.isEmpty ? nil : try call.shape("axes").dimensions
    return .tensor(try call.placed { try tensor.transposed(axes) })
  },
  Builtin(
    Card(
      "stack", .function, summary: "Tensors of one shape, or numbers, along a new axis.",
      parameters: [
        Parameter("x", accepts: "a tensor, a number, or one list of them"),
        Parameter("more", .variadic, accepts: "tensors or numbers"),
        Parameter("axis", .label, or: "0", accepts: "a whole number from 0", "the new axis"),
      ],
      examples: [
        Example("stack([1, 2], [3, 4])", prints: "[[1, 2], [3, 4]]"),
        Example("stack([1, 2], [3, 4], axis: 1)", prints: "[[1, 3], [2, 4]]"),
        Example("stack([1, 2], [3])", fails: "E0217: 2 and 1 cannot be joined along axis 0"),
      ],
      related: ["concat", "tensor"])
  ) { call in
    var values = [try call.value("x")] + call.rest
    if values.count == 1, case .list(let list) = values[0] { values = Array(list.items) }
    let tensors = try call.tensors(values, orNumbers: true)
    let rank = tensors.first?.shape.rank ?? 0
    let axis = try call.whole("axis", in: 0...rank)
    return .tensor(try call.placed { try Tensor.stacked(tensors, axis: axis) })
  },
  Builtin(
    Card(
      "reverse", .function, summary: "A list, a range or one axis of a tensor from end to start.",
      parameters: [
        Parameter("x", accepts: "a list, a range or a tensor"),
        Parameter("axis", .label, or: "0", accepts: "a whole number from 0", "of a tensor"),
      ],
      examples: [
        Example("reverse(0..<3)", prints: "[2, 1, 0]"),
        Example("reverse([\"a\", \"b\"])", prints: "[\"b\", \"a\"]"),
        Example("reverse(tensor([[1, 2], [3, 4]]), axis: 1)", prints: "[[2, 1], [4, 3]]"),
      ],
      related: ["sort"])
  ) { call in
    switch try call.value("x") {
    case .list, .range: return try .list(call.list("x").reversed())
    case .mask(let mask):
      let axis = try call.axis(of: mask.shape.rank) ?? 0
      return .mask(try call.placed { try mask.reversed(axis: axis) })
    default:
      let tensor = try call.tensor("x")
      let axis = try call.axis(of: tensor.shape.rank) ?? 0
      return .tensor(try call.placed { try tensor.reversed(axis: axis) })
    }
  },
  Builtin(
    Card(
      "oneHot", .function, summary: "Class numbers as rows with a single one.",
      formula: "y[i, c] = 1 where x[i] = c, else 0",
      parameters: [
        .tensor,
        Parameter(
          "classes", .label, or: "", accepts: "a whole number from 1",
          "length of a row; one more than the largest class by itself"),
      ],
      examples: [
        Example("oneHot([0, 2])", prints: "[[1, 0, 0], [0, 0, 1]]"),
        Example("oneHot([1], classes: 2)", prints: "[[0, 1]]"),
        Example(
          "oneHot([3], classes: 2)",
          fails: "E0307: label 3 at position 0 is not one of the 2 classes"),
      ],
      related: ["argmax"])
  ) { call in
    let tensor = try call.tensor("x")
    let classes = try call.optionalWhole("classes", in: 1...1_000_000)
    return .tensor(
      try call.placed(at: "x") {
        let largest = tensor.scalars.max().flatMap { Int(exactly: $0.rounded(.down)) } ?? 0
        return try tensor.oneHot(classes: classes ?? Swift.max(largest, 0) &+ 1)
      })
  },
]

extension Call {
  /// Each value as a tensor; numbers, where they may stand, become tensors without axes.
  func tensors(_ values: [Value], orNumbers: Bool = false) throws -> [Tensor] {
    try placed {
      try values.enumerated().map { index, value in
        if orNumbers, case .number(let number) = value {
          return try Tensor.full([], Float(number))
        }
        guard let tensor = try value.tensorOrList() else {
          let place = index - (values.count - rest.count)
          throw error(
            "E0202", "`\(card.name)` joins tensors; this is \(value.kind)", atRest: place)
        }
        return tensor
      }
    }
  }
}
