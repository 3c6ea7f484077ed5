import Foundation
import Testing

@testable import Language

/// Every rule of `grammar.txt` with texts that it reads, held against the parser.
@Suite struct GrammarTests {
  static let examples: [String: [String]] = [
    "input": ["", "|> abs |> max(3)", "1; 2\n3", "|> abs\nlet a = 1"],
    "statement": [
      "let a = 1", "a = 1", "func f(x, by: 1, to:,) { x }", "for i in 0..<3 { i }",
      "while true { break }", "func f() { return }", "func f() { return 1 }",
      "for i in w { continue }", "check a == b", "check a, \"m\"",
      "claim a == a for a in 1...3, b in tensor", "a",
    ],
    "param": ["func f(x) { }", "func f(x:) { }", "func f(x: 1 + 2) { }"],
    "block": ["if a { }", "if a { 1; 2\n3 }", "if a {\n}"],
    "expr": ["x => x", "if a { 1 }", "explain f(x)", "a |> f"],
    "closure": [
      "x => x", "(x, y) => x + y", "() => 1", "x => { let y = x; y }", "x => y => x |> f",
    ],
    "if": ["if a { 1 } else if b { 2 } else { 3 }"],
    "form": ["explain a + b", "why a.b[1, 2]", "why q[3]", "sweep b in 2...8 { b }"],
    "pipe": ["a |> f", "a or b |> f |> g(1)"],
    "step": ["a |> f", "a |> f.g(x, y: 1)", "a |> (x => x)", "a |> net.conv1"],
    "or": ["a or b or c"], "and": ["a and b and c"], "not": ["not not a", "not a == b"],
    "compare": ["a == b", "a != b", "a < b", "a <= b", "a > b", "a >= b"],
    "range": ["1...3", "1..<3", "a + 1 ... b * 2"],
    "sum": ["a + b - c"], "product": ["a * b / c @ d"], "unary": ["--a", "-a^2"],
    "power": ["a^b^c", "2^-1"], "postfix": ["a.b(c)[d].e", "a.T.T"],
    "args": ["f()", "f(1,)", "f(1, a: 2, b: 3)"], "arg": ["f(a: x => x)"],
    "index": ["a[1, 2...3, ..., ...2, 1..., [0, 1], b > 2]"],
    "primary": ["1", "\"a\"", "true", "false", "a", "(a)", "[]", "[1, 2,]"],
    "number": ["12", "1_000", "0.5", "1.5e-3", "80%", "64KB", "64KiB", "1E5", "1e+5", "0"],
    "string": ["\"\"", "\"a\\n\\t\\\\\\\"\\(b)\"", "\"\\(\"\\(a)\")\"", "\"http://x\""],
    "name": ["ŵ", "_a1", "权重", "___"],
  ]

  @Test func everyRuleHasExamplesAndEveryExampleARule() throws {
    let file = URL(filePath: #filePath).appending(
      path: "../../../Sources/Language/grammar.txt"
    ).standardized
    let text = try String(contentsOf: file, encoding: .utf8)
    let rules = Set(text.matches(of: #/(?:^|\s)([a-z]+)\s+= /#).map { String($0.1) })
    // `end` and `digits` stand for tokens.
    #expect(rules.subtracting(["end"]) == Set(Self.examples.keys))
  }

  @Test(arguments: examples.keys.sorted()) func examplesAreRead(rule: String) {
    for example in Self.examples[rule] ?? [] {
      let parsed = parse(Source(name: rule, example))
      #expect(parsed.diagnostics.map(\.headline) == [], "\(example)")
    }
  }

  @Test func shapesOfTrees() {
    #expect(shape("-2^2") == "(- (^ 2 2))")
    #expect(shape("2^-1") == "(^ 2 (- 1))")
    #expect(shape("2^3^2") == "(^ 2 (^ 3 2))")
    #expect(shape("80%-3") == "(chain 0.8 - 3)")
    #expect(shape("a - b - c * d / e") == "(chain a - b - (chain c * d / e))")
    #expect(shape("not a == b and c") == "(and (not (== a b)) c)")
    #expect(shape("a or b |> f") == "(pipe (or a b) f)")
    #expect(shape("x => x |> f") == "(=> (pipe x f))")
    #expect(shape("1...n - 1") == "(... 1 (chain n - 1))")
    #expect(shape("f(a)\n(b)") == "(post f ())")
    #expect(shape("64KiB") == "65536.0")
    #expect(shape("29%") == "0.29")
  }

  private func shape(_ text: String) -> String {
    let program = parse(Source(name: "test", text)).program
    guard case .expression(let value)? = program.statements.first?.kind else { return "none" }
    return shape(value)
  }

  private func shape(_ expression: Language.Expression) -> String {
    switch expression.kind {
    case .number(let value): value == value.rounded() && value < 100 ? "\(Int(value))" : "\(value)"
    case .name(let name): name.text
    case .negate(let inner): "(- \(shape(inner)))"
    case .not(let inner): "(not \(shape(inner)))"
    case .power(let base, let exponent): "(^ \(shape(base)) \(shape(exponent)))"
    case .chain(let first, let links):
      "(chain \(shape(first))"
        + links.map { " \($0.op.rawValue) \(shape($0.operand))" }.joined() + ")"
    case .logical(let op, let operands):
      "(\(op.rawValue) \(operands.map(shape).joined(separator: " ")))"
    case .compare(let op, let left, let right): "(\(op.rawValue) \(shape(left)) \(shape(right)))"
    case .range(let start, let end, _):
      "(... \(start.map(shape) ?? "") \(end.map(shape) ?? ""))"
    case .pipe(let first, let steps):
      "(pipe \(shape(first))"
        + steps.map { step in
          if case .call(let name, _, _) = step.kind { " \(name.text)" } else { " (apply)" }
        }.joined() + ")"
    case .postfix(let base, let links):
      "(post \(shape(base))" + links.map { _ in " ()" }.joined() + ")"
    case .closure(let function):
      if case .expression(let body) = function.body { "(=> \(shape(body)))" } else { "(=> {})" }
    default: "other"
    }
  }
}
