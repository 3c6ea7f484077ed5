import Catalog
import Tensors

/// Functions that choose between numbers, compare them, or put others in their place.
let selectingBuiltins: [Builtin] = [
  Builtin(
    Card(
      "where", .function, summary: "Takes from one side where a mask holds, else from the other.",
      formula: "y = a where the mask holds, else b",
      parameters: [
        Parameter("mask", accepts: "a mask, such as `w > 0`"),
        Parameter("a", accepts: "a number or a tensor", "taken where the mask holds"),
        Parameter("b", accepts: "a number or a tensor", "taken elsewhere"),
      ],
      examples: [
        Example("let w = tensor([1, -2, 3]); print(where(w > 0, w, 0))", prints: "[1, 0, 3]"),
        Example(
          "where(tensor([1, 2]), 1, 0)",
          fails: "E0202: `where` wants a mask, such as `w > 0`; this is f32[2]"),
      ],
      related: ["clamp", "replace"])
  ) { call in
    let mask = try call.mask("mask")
    let a = try call.broadcastable("a")
    let b = try call.broadcastable("b")
    return .tensor(try call.placed { try Tensor.whereSelected(mask, a, b) })
  },
  Builtin(
    Card(
      "near", .function, summary: "Whether two numbers differ by no more than a little.",
      formula: "|a − b| ≤ within",
      parameters: [
        Parameter("a", accepts: "a number or a tensor"),
        Parameter("b", accepts: "a number or a tensor"),
        Parameter("within", .label, or: "1e-6", accepts: "a number from 0", "the little"),
      ],
      examples: [
        Example("near(0.1 + 0.2, 0.3)", prints: "true"),
        Example("near(tensor([1, 2]), [1.01, 2.2], within: 0.1)", prints: "[true, false]"),
        Example(
          "near(1, 2, within: -1)",
          fails: "E0310: `within` of `near` goes from 0 to 1.797693e308; it was -1"),
      ],
      related: ["all", "abs"])
  ) { call in
    let within = try call.number("within", in: 0...Double.greatestFiniteMagnitude)
    if case .number(let a) = try call.value("a"), case .number(let b) = try call.value("b") {
      return .boolean(Swift.abs(a - b) <= within)
    }
    let a = try call.broadcastable("a")
    let b = try call.broadcastable("b")
    return .mask(
      try call.placed {
        let distance = try Tensor.apply(.subtract, a, b).mapped(.absolute)
        return try Tensor.apply(.lessOrEqual, distance, Float(within))
      })
  },
  replaceBuiltin,
]

extension Call {
  /// A tensor, or a number as a tensor without axes.
  fileprivate func broadcastable(_ name: String) throws -> Tensor {
    switch try operand(name) {
    case .number(let number): try placed(at: name) { try Tensor.full([], Float(number)) }
    case .tensor(let tensor): tensor
    }
  }
}
