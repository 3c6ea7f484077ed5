import Catalog
import Tensors

/// Functions that put numbers in order, or count how they are spread.
let orderingBuiltins: [Builtin] = [
  Builtin(
    Card(
      "sort", .function, summary: "Numbers in rising order, along the last axis or the one given.",
      parameters: [
        .tensor, .axis,
        Parameter("descending", .label, or: "false", accepts: "true or false", "largest first"),
      ], laws: [.keepsShape],
      examples: [
        Example("sort([3, 1, 2])", prints: "[1, 2, 3]"),
        Example("sort([3, 1, 2], descending: true)", prints: "[3, 2, 1]"),
        Example("sort(tensor([[2, 1], [1, 3]]), axis: 0)", prints: "[[1, 1], [2, 3]]"),
      ],
      related: ["topk", "argmax", "quantile"])
  ) { call in
    let tensor = try call.tensor("x")
    let axis = try call.axis(of: tensor.shape.rank) ?? tensor.shape.rank - 1
    let descending = try call.boolean("descending")
    return .tensor(try call.placed { try tensor.sorted(axis: axis, descending: descending) })
  },
  Builtin(
    Card(
      "topk", .function,
      summary: "The k largest numbers, largest first, along the last axis or the one given.",
      parameters: [
        .tensor, Parameter("k", accepts: "a whole number from 0", "how many"), .axis,
      ],
      examples: [
        Example("topk([3, 9, 1, 7], 2)", prints: "[9, 7]"),
        Example("topk(tensor([[3, 9], [8, 7]]), 1, axis: 0)", prints: "[[8, 9]]"),
        Example("topk([3, 9], 3)", fails: "E0310: `k` of `topk` goes from 0 to 2; it was 3"),
      ],
      related: ["sort", "quantile"])
  ) { call in
    let tensor = try call.tensor("x")
    let axis = try call.axis(of: tensor.shape.rank) ?? tensor.shape.rank - 1
    let count = try call.whole("k", in: 0...tensor.shape[axis])
    return .tensor(
      try call.placed { try tensor.topk(count, axis: axis).values })
  },
  Builtin(
    Card(
      "quantile", .function,
      summary: "The number that a share of all numbers lies below; 50% is the median.",
      formula: "x₍ᵢ₎ + f (x₍ᵢ₊₁₎ − x₍ᵢ₎),  i + f = share · (n − 1)",
      source: "Hyndman and Fan 1996, definition 7; numpy's default",
      parameters: [
        .tensor, Parameter("share", accepts: "a share, 0%…100%"), .axis,
      ],
      examples: [
        Example("quantile([1, 2, 3, 4], 50%)", prints: "2.5"),
        Example("quantile(tensor([[1, 3], [5, 9]]), 0.5, axis: 1)", prints: "[2, 7]"),
        Example(
          "quantile([1, 2], 50)",
          fails: "E0310: `share` of `quantile` goes from 0 to 1; it was 50"),
      ],
      related: ["sort", "histogram", "mean"]), explain: EverydayDerivations.quantile
  ) { call in
    let tensor = try call.tensor("x")
    let share = try call.number("share", in: 0...1)
    let axis = try call.axis(of: tensor.shape.rank)
    return .result(try call.placed { try tensor.quantile(share, axis: axis) })
  },
  Builtin(
    Card(
      "histogram", .function,
      summary: "How many numbers fall into each of several equal bins.",
      parameters: [
        .tensor,
        Parameter("bins", .label, or: "10", accepts: "a whole number from 1", "how many bins"),
        Parameter(
          "range", .label, or: "", accepts: "a list of two numbers",
          "where the bins begin and end; from the smallest to the largest number by itself"),
      ],
      examples: [
        Example("histogram([0, 1, 1, 2, 4], bins: 2)", prints: "[3, 2]"),
        Example("histogram([0, 1, 1, 2, 4], bins: 2, range: [0, 2])", prints: "[1, 3]"),
        Example(
          "histogram([1], range: [2, 0])", fails: "E0310: `range` rises; it was [2, 0]"),
      ],
      related: ["plot", "quantile", "count"])
  ) { call in
    let tensor = try call.tensor("x")
    let bins = try call.whole("bins", in: 1...1_000_000)
    let range = try call.risingRange("range")
    return .tensor(
      try call.placed {
        try Tensor(tensor.histogram(bins: bins, range: range).counts.map { Float($0) })
      })
  },
]

extension Call {
  /// Two rising numbers from a list, or `nil` when none were given.
  func risingRange(_ name: String) throws -> ClosedRange<Double>? {
    guard has(name) else { return nil }
    guard let ends = try listedNumbers(name), ends.count == 2 else { throw wrongKind(name) }
    guard ends[0] < ends[1] else {
      throw error(
        "E0310", "`\(name)` rises; it was [\(textForm(ends[0])), \(textForm(ends[1]))]",
        at: name)
    }
    return ends[0]...ends[1]
  }
}
