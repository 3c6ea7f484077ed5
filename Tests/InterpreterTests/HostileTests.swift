import Language
import Tensors
import Testing

@testable import Interpreter

/// Whatever is typed ends in an error with a place, and the session lives on.
@Suite struct HostileTests {
  @Test(arguments: [
    ("1 / 0", "E0311"),
    ("func f(n) { f(n + 1) }; f(0)", "E0601"),
    ("func a(n) { b(n) }; func b(n) { a(n) }; a(1)", "E0601"),
    ("let f = x => x; for i in 0..<2000 { let g = f; f = x => g(x) }", "E0606"),
    ("let l = []; for i in 0..<2000 { l = [l] }", "E0606"),
    ("let s = \"ab\"; while true { s = \"\\(s)\\(s)\" }", "E0605"),
    ("let l = [1]; while true { l = concat(l, l) }", "E0604"),
    ("zeros(1000000, 1000000)", "E0602"),
    ("tensor(0..<1000000000000)", "E0602"),
    ("tensor([1, 2])[2^1000]", "E0301"),
    ("[1][2^70]", "E0301"),
    ("tensor([1])[0 * 1 / 3]", ""),
    ("0..<2^70", "E0313"),
    ("-9223372036854775808...9223372036854775807", "E0313"),
    ("let r = 0..<1000000000000000000; r[-1]", "E0301"),
    ("for i in 0..<1000000000000000000 { if i > 10 { [1][i] } }", "E0301"),
    ("tensor([1, 2]) / 0", ""),
    ("2^1000", ""),
    ("2^1000 * 2^1000", "E0311"),
    ("let w = tensor([0]) / 0; [1, 2][w[0]]", "E0308"),
    ("let w = tensor([0]) / 0; 0..<w[0]", "E0313"),
    ("let x = x => x; x(x)(x)(1)(1)", "E0203"),
    ("reshape(tensor([1, 2, 3]), -1)", nil),
    ("print(if false { 1 })", "E0204"),
  ])
  func ahostileLineEndsInAnError(program: String, code: String?) throws {
    let lab = Lab()
    lab.run("let kept = [1, 2, 3]; let other = tensor([1, 2])")
    let outcome = lab.run(program)
    let diagnostics = outcome.diagnostics
    if let code { #expect(diagnostics.map(\.code).joined() == code) }
    for diagnostic in diagnostics {
      #expect(diagnostic.span.end > diagnostic.span.start)
      #expect(!diagnostic.headline.isEmpty)
    }
    #expect(lab.text("kept") == "[1, 2, 3]")
    #expect(lab.text("other") == "[1, 2]")
    lab.run("print(\"alive\")")
    #expect(lab.printed.last == "alive")
  }

  @Test func tenThousandCallsAreDeepEnoughForAnyone() {
    #expect(
      Lab.output("func f(n) { if n == 0 { 0 } else { 1 + f(n - 1) } }; print(f(9990))") == "9990")
  }

  @Test func aMillionOperatorsOnALineAreNoDepth() {
    let sum = Array(repeating: "1", count: 20_000).joined(separator: " + ")
    #expect(Lab.output("print(\(sum))") == "20000")
    let pipe = "let f = x => x + 1; print((0" + String(repeating: " |> f", count: 5_000) + "))"
    #expect(Lab.output(pipe) == "5000")
    let transposes = "let w = tensor([1]); print(w" + String(repeating: ".T", count: 5_000) + ")"
    #expect(Lab.output(transposes) == "[1]")
  }

  @Test func aTensorThatDoesNotFitIsRefusedBeforeItIsMade() {
    let lab = Lab(memory: Memory(limit: 1 << 20))
    #expect(lab.run("let a = zeros(1000, 1000)").diagnostics.map(\.code) == ["E0602"])
    #expect(lab.run("let a = zeros(100, 100)").diagnostics.isEmpty)
  }

  @Test func listsCountTowardsTheMemory() {
    let lab = Lab(memory: Memory(limit: 1 << 20))
    let lists = lab.run(
      "let l = []; while true { l = concat(l, [concat([0], [1, 2, 3, 4, 5, 6, 7, 8, 9])]) }")
    #expect(lists.diagnostics.map(\.code) == ["E0602"])
    let strings = lab.run("let s = \"ab\"; while true { s = \"\\(s)\\(s)\" }")
    #expect(strings.diagnostics.map(\.code) == ["E0602"])
    #expect(lab.run("let a = zeros(100, 100)").diagnostics.isEmpty, "all of it was given back")
  }

  @Test(arguments: 0..<200) func aRandomProgramNeverStopsTheProcess(seed: Int) {
    var random = Random(seed: UInt64(seed))
    let lab = Lab(memory: Memory(limit: 64 << 20))
    lab.run("let kept = 42")
    let program = RandomProgram.text(&random)
    let outcome = lab.run(program)
    for diagnostic in outcome.diagnostics {
      #expect(diagnostic.span.start <= diagnostic.span.end, "\(program)")
    }
    #expect(lab.text("kept") == "42", "\(program)")
  }
}

/// Programs of every construct, most of them wrong somewhere.
enum RandomProgram {
  static func text(_ random: inout Random) -> String {
    (0..<1 + random.below(4)).map { _ in statement(&random, 3) }.joined(separator: "\n")
  }

  private static func pick(_ choices: [String], _ random: inout Random) -> String {
    choices[random.below(choices.count)]
  }

  private static let names = ["a", "b", "f", "w"]

  static func statement(_ random: inout Random, _ depth: Int) -> String {
    let name = pick(names, &random)
    let e = expression(&random, depth)
    guard depth > 0 else { return "let \(name) = \(e)" }
    switch random.below(9) {
    case 0: return "for \(name) in \(e) { \(statement(&random, depth - 1)) }"
    case 1: return "func \(name)(x, by: \(e)) { \(expression(&random, depth - 1)) }"
    case 2: return "if \(e) { \(statement(&random, depth - 1)) }"
    case 3: return "check \(e) == \(expression(&random, depth - 1))"
    case 4: return "print(\(e))"
    case 5: return "claim \(e) for x in 0...3"
    default: return "let \(name) = \(e)"
    }
  }

  static func expression(_ random: inout Random, _ depth: Int) -> String {
    let leaves = [
      "0", "1", "2.5", "1e300", "-3", "true", "\"s\"", "[1, 2, 3]", "[]", "0..<4",
      "tensor([1, -2, 0.5])", "tensor([[1, 2], [3, 4]])", "x => x + 1", "kept", "tensor", "7...7",
    ]
    guard depth > 0 else { return pick(leaves, &random) }
    let a = expression(&random, depth - 1)
    let b = expression(&random, depth - 1)
    switch random.below(14) {
    case 0: return "(\(a)) \(pick(["+", "-", "*", "/", "@", "^"], &random)) (\(b))"
    case 1: return "(\(a)) \(pick(["==", "<", ">=", "!="], &random)) (\(b))"
    case 2: return "(\(a))[\(b)]"
    case 3: return "(\(a))(\(b))"
    case 4: return "(\(a)).\(pick(["shape", "count", "T", "value", "no"], &random))"
    case 5: return "(if \(a) { \(b) } else { \(a) })"
    case 6: return "((\(a)) |> \(pick(["abs", "sum", "max", "round", "kept"], &random)))"
    case 7: return "(explain \(a))"
    case 8: return "[\(a), \(b)]"
    case 9: return "(not (\(a)))"
    case 10: return "((\(a)) and (\(b)))"
    case 11:
      return
        "\(pick(["reshape", "concat", "prune", "quantize", "where", "sort"], &random))(\(a), \(b))"
    case 12: return "(sweep i in \(a) { \(b) })"
    default: return pick(leaves, &random)
    }
  }
}
