import Catalog
import Tensors

/// Functions that draw from the session's random numbers, or from their own with `seed:`.
let randomBuiltins: [Builtin] = [
  Builtin(
    Card(
      "randn", .function, summary: "A tensor of normally distributed random numbers.",
      formula: "x ~ N(mean, std²)",
      parameters: [
        shapeParameter,
        Parameter("mean", .label, or: "0", accepts: "a number", "the middle of the bell"),
        Parameter("std", .label, or: "1", accepts: "a number from 0", "its standard deviation"),
        .seed,
      ],
      examples: [
        Example("randn(2, 3, seed: 1).shape", prints: "[2, 3]"),
        Example(
          "near(mean(randn(10000, mean: 5, std: 2, seed: 1)), 5, within: 0.1)", prints: "true"),
        Example(
          "randn(3, std: -1)",
          fails: "E0310: `std` of `randn` goes from 0 to 3.402823e38; it was -1"),
      ],
      related: ["rand", "seed"])
  ) { call in
    let shape = try call.shape("shape")
    let mean = try call.number("mean")
    let deviation = try call.number("std", in: 0...Double(Float.greatestFiniteMagnitude))
    return try call.drawn { try Tensor.normal(shape, mean: mean, deviation: deviation, &$0) }
  },
  Builtin(
    Card(
      "rand", .function, summary: "A tensor of random numbers, each equally likely in a range.",
      formula: "x ~ U[low, high)",
      parameters: [
        shapeParameter,
        Parameter("low", .label, or: "0", accepts: "a number", "the least"),
        Parameter("high", .label, or: "1", accepts: "a number above low", "what is not reached"),
        .seed,
      ],
      examples: [
        Example("all(rand(100, low: -1, high: 1, seed: 2) >= -1)", prints: "true"),
        Example("all(rand(5, seed: 3) == rand(5, seed: 3))", prints: "true"),
        Example(
          "rand(2, low: 1, high: 1)", fails: "E0310: `high` must be above `low`; both were 1"),
      ],
      related: ["randn", "seed"])
  ) { call in
    let shape = try call.shape("shape")
    let low = try call.number("low")
    let high = try call.number("high")
    guard low < high else {
      throw call.error(
        "E0310",
        low == high
          ? "`high` must be above `low`; both were \(textForm(low))"
          : "`high` must be above `low`; they were \(textForm(high)) and \(textForm(low))",
        at: "high")
    }
    return try call.drawn { try Tensor.uniform(shape, Float(low), Float(high), &$0) }
  },
  Builtin(
    Card(
      "shuffle", .function,
      summary: "The items of a list, or a tensor's first axis, in random order.",
      parameters: [Parameter("x", accepts: "a list, a range or a tensor"), .seed],
      examples: [
        Example("sort(shuffle(0..<5))", prints: "[0, 1, 2, 3, 4]"),
        Example("shuffle([1, 2, 3], seed: 4) == shuffle([1, 2, 3], seed: 4)", prints: "true"),
      ],
      related: ["sort", "seed"])
  ) { call in
    let seed = try call.optionalWhole("seed")
    switch try call.value("x") {
    case .list, .range:
      let items = try call.list("x")
      let order = call.context.withRandom(seed: seed) { $0.shuffledIndices(items.count) }
      return try call.placed { try .list(order.map { items[$0] }) }
    default:
      let tensor = try call.tensor("x")
      let order = call.context.withRandom(seed: seed) { random in
        random.shuffledIndices(tensor.shape.dimensions.first ?? 0)
      }
      return .tensor(try call.placed { try tensor.sliced([.list(order)]) })
    }
  },
  Builtin(
    Card(
      "seed", .function,
      summary: "Starts the random numbers anew: the same seed, the same numbers from here on.",
      parameters: [Parameter("n", accepts: "a whole number", "0 is where every session starts")],
      examples: [
        Example("seed(7); let a = rand(3); seed(7); print(all(a == rand(3)))", prints: "true"),
        Example("seed(0.5)", fails: "E0310: `n` of `seed` is a whole number; it was 0.5"),
      ],
      related: ["randn", "rand", "shuffle"], givesValue: false)
  ) { call in
    let number = try call.whole("n")
    call.context.random = Random(seed: UInt64(bitPattern: Int64(number)))
    return .nothing
  },
]

extension Call {
  /// A tensor drawn with the call's `seed:`, else from the session's random numbers.
  fileprivate func drawn(_ draw: (inout Random) throws -> Tensor) throws -> Value {
    let seed = try optionalWhole("seed")
    return .tensor(try placed { try context.withRandom(seed: seed, draw) })
  }
}
