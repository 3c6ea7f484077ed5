import Testing

@testable import Interpreter

/// Small programs with what they print.
@Suite struct EvaluationTests {
  @Test(arguments: [
    ("print(1 + 2 * 3 - 4 / 8)", "6.5"),
    ("print(2^3^2, -2^2, 2^-1)", "512 -4 0.5"),
    ("print(true + true, -true)", "2 -1"),
    (
      "print(1 < 2, 1 == 1.0, 2 != 2, \"a\" == \"a\", [1, [2]] == [1, [2]], 1..<3 == 1...2)",
      "true true false true true true"
    ),
    ("print(true and false, true or false, not true)", "false true false"),
    ("print([1, 2, 3][1], [1, 2, 3][1...], (4..<9)[2], (4..<9)[1..<3])", "2 [2, 3] 6 5..<7"),
    ("let x = 3; x = x + 1; print(x)", "4"),
    ("let f = x => x^2 + 1; print(f(3), (2 |> f))", "10 5"),
    ("func f(n) { if n < 2 { n } else { f(n - 1) + f(n - 2) } }; print(f(15))", "610"),
    (
      "func even(n) { if n == 0 { true } else { odd(n - 1) } }\nfunc odd(n) { if n == 0 { false } else { even(n - 1) } }\nprint(even(10))",
      "true"
    ),
    ("func f(x) { return x; x + 1 }; print(f(3))", "3"),
    (
      "func f(x) { for i in 0..<10 { if i == x { return i * 10 } }; return -1 }; print(f(4), f(40))",
      "40 -1"
    ),
    ("func f(x) { let y = if x > 0 { return 7 } else { 2 }; y }; print(f(1), f(-1))", "7 2"),
    ("let n = 0; while true { n = n + 1; if n > 5 { break }; continue }; print(n)", "6"),
    ("let n = 0; for i in 0..<10 { if mod(i, 2) == 0 { continue }; n = n + i }; print(n)", "25"),
    ("let n = 0; for i in [3, 4] { n = n * 10 + i }; print(n)", "34"),
    ("for row in tensor([[1, 2], [3, 4]]) { print(row) }", "[1, 2]\n[3, 4]"),
    ("for x in tensor([1, 2]) { print(x + 1) }", "2\n3"),
    ("for i in 3..<3 { print(i) }; print(\"end\")", "end"),
    (
      "func soft(x, by: 0.1) { sign(x) * max(abs(x) - by, 0) }; let t = soft; print(t(3, by: 1))",
      "2"
    ),
    ("func f(x, y: x + 1, z: y * 2) { [x, y, z] }; print(f(1), f(1, z: 0))", "[1, 2, 4] [1, 2, 0]"),
    ("let k = 2; func f(x) { x * k }; print(f(1)); k = 5; print(f(1))", "2\n5"),
    ("print(\"a \\(1 + 1) b \\([1, 2]) \\(\"x\")\")", "a 2 b [1, 2] x"),
    ("let a = [1, 2]; let b = concat(a, [3]); print(a, b)", "[1, 2] [1, 2, 3]"),
    ("print(if 1 < 2 { \"yes\" } else { \"no\" })", "yes"),
    ("let x = if 1 > 2 { 1 } else if 2 > 3 { 2 } else { 3 }; print(x)", "3"),
    (
      "print(tensor([1, 2]) + 1, 1 - tensor([1, 2]), tensor([1, 2]) * [3, 4])",
      "[2, 3] [0, -1] [3, 8]"
    ),
    ("print(tensor([[1, 2], [3, 4]]) @ tensor([[5, 6], [7, 8]]))", "[[19, 22], [43, 50]]"),
    ("print(tensor([1, 2]) @ tensor([3, 4]))", "11"),
    (
      "print(tensor([[1, 2], [3, 4]])[1, 0], tensor([[1, 2], [3, 4]])[..., 0], tensor([[1, 2], [3, 4]])[1])",
      "3 [1, 3] [3, 4]"
    ),
    ("print(tensor([1, 2, 3])[[2, 0]], tensor([1, 2, 3])[1...])", "[3, 1] [2, 3]"),
    (
      "let w = tensor([1, -2, 3]); print(w[w < 0], (w < 0)[1], w.shape, w.count, w.T)",
      "[-2] true [3] 3 [1, -2, 3]"
    ),
    (
      "print(tensor([1, 2]) > 1, not (tensor([1, 2]) > 1), (tensor([1, 2]) > 1) or (tensor([1, 2]) < 2))",
      "[false, true] [true, false] [true, true]"
    ),
    ("let net = x => x + 1; print(3 |> net |> (y => y * 2))", "8"),
    ("let t = 0; for i in 0..<1000 { t = t + i * 2 }; print(t)", "999000"),
    ("let fs = []; for i in 0..<3 { fs = concat(fs, [() => i]) }; print(fs[0](), fs[2]())", "0 2"),
    (
      "func outer() { func fact(n) { if n < 2 { 1 } else { n * fact(n - 1) } }; fact(5) }; print(outer())",
      "120"
    ),
    ("let r = sweep b in 2...4 { b * b }; print(r.value)", "[4, 9, 16]"),
    ("print(0...3, 0..<4)", "0...3 0..<4"),
    ("print(1e308 * 0.1, 64KB, 10_000)", "1e307 64000 10000"),
  ])
  func aProgramPrints(program: String, expected: String) {
    #expect(Lab.output(program) == expected)
  }

  @Test(arguments: [
    ("print(1 / 0)", "1:9 E0311: a number divided by zero has no value: 1 / 0"),
    ("(-8)^0.5", "1:5 E0311: a fractional power of a negative number has no value: -8 ^ 0.5"),
    ("1e308 * 10", "1:7 E0311: 1e308 * 10 is larger than any number can be"),
    ("\"a\" + 1", "1:5 E0201: `+` takes numbers and tensors; these are a string and a number"),
    (
      "[1] + [2]", "1:5 E0201: `+` takes numbers and tensors; these are a list of 1 and a list of 1"
    ),
    ("1 == \"a\"", "1:1 E0206: `==` cannot compare a number with a string"),
    ("[1, 2][2]", "1:8 E0301: index 2 is outside `[1, 2]`: it goes from 0 to 1"),
    ("[1, 2][-1]", "1:8 E0301: index -1 is outside `[1, 2]`: it goes from 0 to 1"),
    ("[1, 2][0.5]", "1:8 E0308: an index is a whole number; this is 0.5"),
    ("[1, 2][1e300]", "1:8 E0301: index 1e300 is outside `[1, 2]`: it goes from 0 to 1"),
    (
      "let w = tensor([1, 2]); w[1...2]",
      "1:27 E0301: the range 1...2 is outside `w`: it can be `0...1` at most"
    ),
    ("let w = tensor([1, 2]); w[0, 0]", "1:25 E0303: 2 indices for the 1 axes of 2"),
    ("5...2", "1:1 E0314: a range goes upwards; 5...2 goes down"),
    ("0.5...2", "1:1 E0313: a range has whole numbers as ends; this is 0.5"),
    ("let x = 3; x(1)", "1:12 E0203: `x` is a number, which cannot be called"),
    ("let x = 3; x.foo", "1:14 E0205: a number has no member `foo`"),
    ("if 1 { }", "1:4 E0220: a condition is one true or false; `1` is a number"),
    ("let x = print(1)", "1:9 E0204: `print(1)` gives no value that could be used here"),
    ("for x in 3 { }", "1:10 E0207: `for` goes over a range, a list or a tensor; this is a number"),
    ("tensor([1, 2]) + tensor([1, 2, 3])", "1:16 E0213: the shapes 2 and 3 do not match in `+`"),
    (
      "let f = x => x; f(1, 2)", "1:22 E0102: `f` takes 1 value by position; 2 were given"
    ),
    (
      "func f() { g() }; func g() { 1 / h }; let h = 0; f()",
      "1:32 E0311: a number divided by zero has no value: 1 / 0"
    ),
  ])
  func aMistakeIsNamedWithItsPlace(program: String, expected: String) {
    #expect(Lab.output(program) == expected)
  }

  @Test func aProductThatDoesNotFitOffersTheTransposeThatDoes() throws {
    let lab = Lab()
    lab.run("let x = zeros(32, 784); let w = zeros(300, 784)")
    let diagnostic = try #require(lab.run("let y = x @ w").diagnostics.first)
    #expect(diagnostic.summary == "1:11 E0214: these sizes cannot be multiplied")
    #expect(diagnostic.labels.map(\.text) == ["32×784", "300×784"])
    #expect(diagnostic.help.first?.correctedLine == "let y = x @ w.T")
    #expect(
      diagnostic.help.first?.text == "multiply by the transpose: 32×784 @ 784×300 = 32×300")
  }

  @Test func operandsOfMismatchedShapesAreBothLabelled() throws {
    let lab = Lab()
    lab.run("let a = zeros(2, 3); let b = zeros(4)")
    let diagnostic = try #require(lab.run("a + b").diagnostics.first)
    #expect(diagnostic.labels.map(\.text) == ["2×3", "4"])
  }

  @Test func aMethodCallPointsToTheFunction() throws {
    let lab = Lab()
    lab.run("let w = tensor([1, 2])")
    let diagnostic = try #require(lab.run("w.sum()").diagnostics.first)
    #expect(diagnostic.helpTexts.contains("`sum(w)`"))
  }
}
