import Catalog
import Testing

@testable import Language

/// Cards enough to check programs with, without the numerics.
enum TestCards {
  static let all: [String: Card] = Dictionary(
    uniqueKeysWithValues: [
      function("abs", "x"), function("max", "x", "y", optional: 1),
      function("min", "x", "y", optional: 1),
      function("round", "x"), function("sum", "x"), function("mod", "a", "b"),
      function("floor", "x"), function("tensor", "values"), function("count", "x"),
      function("train", "model", family: .verb, accepts: "a model", labels: ["on", "epochs"]),
      function("prune", "x", "amount", family: .verb, optional: 1, labels: ["by", "on", "scope"]),
      function("replace", "x", "at", "value"), function("near", "a", "b", labels: ["within"]),
      function("concat", "a", "b"), function("seed", "n", givesValue: false),
      Card(
        "print", .function, summary: "",
        parameters: [Parameter("values", .variadic, accepts: "anything")], examples: [],
        givesValue: false),
      function("quantize", "x", "format", family: .verb, optional: 1, labels: ["per", "range"]),
      function("int", "bits", family: .format), function("uint", "bits", family: .format),
      function("adam", "rate", family: .optimizer, optional: 1, labels: ["beta1"]),
      Card("channel", .option, summary: "", examples: []),
      Card(
        "magnitude", .criterion, summary: "",
        parameters: [Parameter("weight", accepts: "a tensor")], examples: []),
      Card("mnist", .data, summary: "", examples: []),
    ].map { ($0.name, $0) })

  private static func function(
    _ name: String, _ parameters: String..., family: Card.Family = .function, optional: Int = 0,
    accepts: String = "a tensor or a number", labels: [String] = [], givesValue: Bool = true
  ) -> Card {
    let byPosition = parameters.enumerated().map { index, parameter in
      Parameter(
        parameter, or: index >= parameters.count - optional ? "" : nil, accepts: accepts)
    }
    let byLabel = labels.map {
      Parameter($0, .label, or: "", accepts: "", choices: $0 == "per" ? ["channel"] : [])
    }
    return Card(
      name, family, summary: "", parameters: byPosition + byLabel, examples: [],
      givesValue: givesValue)
  }

  /// The names of a session in which `bound` were bound, after `ans`.
  static func scope(_ bound: String..., echoes: Bool = true, hasAnswer: Bool = true) -> Scope {
    let session = Source(name: "<earlier>", bound.joined(separator: " "))
    var globals = [
      GlobalName(
        name: "ans", source: session, span: Span(0, 0), signature: nil, isVisible: hasAnswer)
    ]
    for name in bound {
      globals.append(GlobalName(name: name, source: session, span: Span(0, 1), signature: nil))
    }
    return Scope(globals: globals, cards: all, echoes: echoes)
  }
}

/// What is found in a text: `line:column code`, headline and help, one string each.
func findings(_ text: String, _ scope: Scope = TestCards.scope("w", "q", "r")) -> [String] {
  diagnostics(text, scope).map { diagnostic in
    let position = diagnostic.source.position(of: diagnostic.span.start)
    let help = diagnostic.help.map { " help: " + $0.text }.joined()
    return "\(position.line):\(position.column) \(diagnostic.code): \(diagnostic.headline)\(help)"
  }
}

func diagnostics(_ text: String, _ scope: Scope) -> [Diagnostic] {
  switch check(parse(Source(name: "test.esp", text)), in: scope) {
  case .success(let resolution): resolution.warnings
  case .failure(let refusal): refusal.diagnostics
  }
}

@Suite struct FiveErrors {
  @Test func percentIsNoOperator() {
    #expect(
      findings("let half = 7 % 2") == [
        "1:14 E0006: `%` is part of a number, as in 80% help: the remainder is `mod(7, 2)`"
      ])
  }

  @Test func lostLetNamesTheOuterOne() {
    #expect(
      findings("let best = 0; for b in 2...8 { let best = b }") == [
        "1:36 E0404: this `let` makes a new `best` that nothing reads"
          + " help: to change the one of 1:5: `best = b`"
      ])
  }

  @Test func threeErrorsComeTogetherWithoutCascade() {
    #expect(
      findings("let s = max(abs(w)) / seven; let r = w |> round + 1; prnt(s, r)") == [
        "1:23 E0401: no name `seven`",
        "1:49 E0012: `+` cannot follow a pipe step help: `(w |> round) + 1`",
        "1:54 E0401: no name `prnt` help: `print`",
      ])
  }
}
