import Catalog

/// `print`: what a program says.
let outputBuiltins: [Builtin] = [
  Builtin(
    Card(
      "print", .function, summary: "Writes values on one line, separated by spaces.",
      parameters: [Parameter("values", .variadic, accepts: "any values")],
      examples: [
        Example("print(1 / 3, \"and\", [1, 2])", prints: "0.3333333 and [1, 2]"),
        Example("print(\"\\(2 + 2) weights\")", prints: "4 weights"),
      ],
      related: ["plot"], givesValue: false)
  ) { call in
    try call.refuseNothing()
    call.context.print(call.rest)
    return .nothing
  }
]

extension Call {
  /// A loop or `print` gives no value; printing one is a mistake worth a message.
  fileprivate func refuseNothing() throws {
    for (index, value) in rest.enumerated() where value.isNothing {
      throw error("E0203", "this gives no value", atRest: index)
    }
  }
}
