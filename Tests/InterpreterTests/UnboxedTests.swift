import Testing

@testable import Interpreter

/// Numbers travel without a box; whatever else turns up on the same way arrives whole.
@Suite struct UnboxedTests {
  @Test(arguments: [
    // The same function of numbers, of a tensor, and of one and the other.
    (
      "func f(a, b) { a * 2 - b / 4 }  print(f(1, 2), f(tensor([1, 2]), 2), f(1, tensor([4, 8])))",
      "1.5 [1.5, 3.5] [1, 0]"
    ),
    ("func f(n) { if n < 1 { tensor([0, 1]) } else { f(n - 1) + n } }  print(f(3))", "[6, 7]"),
    ("func f(n) { if n < 1 { \"end\" } else { f(n - 1) } }  print(f(2))", "end"),
    // `return` and `break` leave from inside a value.
    (
      "func f(n) { let x = 1 + (if n > 1 { return 10 } else { n });  x * 2 }  print(f(0), f(2))",
      "2 10"
    ),
    ("func f(n) { for i in 0..<9 { if i > n { return i } };  0 - 1 }  print(f(3), f(20))", "4 -1"),
    ("func f(x) { let y = x + 1;  y * y }  print(f(2) + f(f(1)))", "34"),
    // A capture, a default and a name read from outside.
    (
      "let k = 2;  func g(x, by: 3) { x * by + k }  print(g(1), g(1, by: 5), tensor([1]) |> g)",
      "5 7 [5]"
    ),
    (
      "func f(x) { x > 2 }  print(f(3), f(tensor([1, 3])), if f(3) { 1 } else { 2 })",
      "true [false, true] 1"
    ),
  ])
  func whatIsNoNumberArrivesWhole(_ program: String, _ printed: String) {
    #expect(Lab.output(program.replacing("  print", with: "\nprint")) == printed)
  }

  @Test(arguments: [
    ("func f(n) { for i in 0..<n { i } }\nlet x = f(3)", "E0204"),
    ("func f(n) { if n > 1 { n } }\nprint(f(1) + 1)", "E0204"),
    ("func f(n) { n / (n - 1) }\nprint(f(1))", "E0311"),
  ])
  func whatHasNoValueIsRefused(_ program: String, _ code: String) {
    #expect(Lab.output(program).contains(code))
  }
}
