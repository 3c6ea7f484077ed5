import Testing

@testable import Language

/// More input is asked for exactly when the parser fails at the end of the text.
@Suite struct IncompleteTests {
  @Test(arguments: [
    "let x =", "f(", "[1, 2", "func f(x) {", "for b in 2...8 {\n  print(b)", "1 +", "w |>",
    "let f = x =>", "if n > 1 { 2 } else {", "near(1,\n  2", "check q ==", "let a = (x => {",
    "n and", "not", "-", "2^", "w[0,", "sweep b in 2...4 {", "let", "for b", "if n > 1",
    "print(____,", "w |> f(", "let a = 1\nfunc f(", "f(x) // comment\n+",
    "while true {", "claim near(a, b)",
  ])
  func asksForMore(text: String) {
    let parsed = parse(Source(name: "test", text))
    // `f(x) // comment` and `+` on the next line is a mistake, not an unfinished text.
    #expect(parsed.isIncomplete == !text.contains("comment"))
  }

  @Test(arguments: [
    "", "\n\n", "// only a comment", "let x = 3", "w |> max\n", "print(\"abc", "\"\\(x",
    "f(]", "let x = 3 4 + (", "let = (", "2x + (", "print(1))", "w |> max - (", "# hello (", "{",
    "let a = 1\n\n", "if n > 1 { 2 }\n", "func f(x) { x }", "let a = 3 )", "a ? b", "(1,",
  ])
  func saysAtOnce(text: String) {
    #expect(!parse(Source(name: "test", text)).isIncomplete)
  }

  @Test func pipeAtTheStartContinuesTheAnswer() {
    let parsed = parse(Source(name: "test", "|> abs\n|> max"))
    #expect(parsed.continuesAnswer && parsed.program.statements.count == 1)
    #expect(findings("|> abs", TestCards.scope(hasAnswer: true)) == [])
    #expect(
      findings("|> abs", TestCards.scope(hasAnswer: false)) == [
        "1:1 E0035: `|>` has nothing to continue"
      ])
  }
}
