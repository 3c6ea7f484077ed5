import Testing

@testable import Interpreter

/// The five programs of the language's description print what stands there.
@Suite struct ProgramTests {
  @Test func literalsAndOperatorsPrintAsDescribed() {
    #expect(
      Lab.output(
        #"print(80%-3, 7/2, -2^2, 2^-1, 64KiB, "http://\(1 + 1)", 1/3)"#)
        == "-2.2 3.5 -4 0.5 65536 http://2 0.3333333")
  }

  @Test func functionsPipesAndClosuresPrintAsDescribed() {
    #expect(
      Lab.output(
        """
        func scale(x, by: 2) { x * by };  let adder = k => (x => x + k);  let up = adder(10)
        print(3 |> scale(by: 5), 3 |> up, 3 |> (adder(1)), 3 |> (x => x^2) |> scale)
        """) == "15 13 4 18")
  }

  @Test func closuresCopyBlockNamesAndReadTopLevelNamesWhenCalled() {
    #expect(
      Lab.output(
        """
        let k = 1;  let f = x => x + k;  let fs = [];  let total = 0
        for b in 2...4 { total = total + b;  fs = concat(fs, [x => x * b]) };  k = 100
        print(total, fs[0](10), f(1))
        """) == "9 20 101")
  }

  @Test func quantizingByHandPrintsAsDescribed() {
    let lab = Lab()
    lab.run(
      """
      let w = tensor([0.42, -1.30, 0.07, 0.91, -0.55, 0.00]);  let s = max(abs(w)) / 7;  let q = clamp(round(w / s), -8, 7)
      check q == [2, -7, 0, 5, -3, 0], "codes"
      print(s, q, count(q != 0), w[0] == 0.42, near(w[0], 0.42), w[w < 0], w[4...])
      """)
    #expect(
      lab.printed == ["0.1857143 [2, -7, 0, 5, -3, 0] 4 false true [-1.3, -0.55] [-0.55, 0]"])
    #expect(lab.session.checks.map(\.name) == ["codes"])
    #expect(lab.session.checks.map(\.passed) == [true])
  }

  @Test func wrongCodesEarnTheShareThatHolds() {
    let lab = Lab()
    lab.run(
      """
      let q = tensor([2, -7, 0, 5, -3, 0])
      check q == [2, -7, 0, 4, -2, 0], "codes"
      """)
    let record = lab.session.checks.first
    #expect(record?.passed == false)
    #expect(record.map { $0.share * 6 } == 4)
    #expect(
      record?.detail == [
        "4 of 6 hold", "q is [2, -7, 0, 5, -3, 0]", "expected [2, -7, 0, 4, -2, 0]",
      ])
  }

  @Test func aCriterionIsAFunctionLikeAnyOther() {
    #expect(
      Lab.output(
        """
        let taylor = (weight, gradient) => abs(weight * gradient);  let g = tensor([9, 1, 1]);  let t = tensor([1, -2, 3]);  let layer = 4
        print(taylor(t, g), prune(t, 1/3, by: taylor, gradient: g), prune(t, 1/3, by: magnitude), layer + 1)
        """) == "[9, 2, 3] [1, 0, 3] [0, -2, 3] 5")
  }
}

/// The five errors of the language's description say what stands there.
@Suite struct DescribedErrorTests {
  @Test func aRemainderSignPointsToMod() {
    let diagnostics = Lab().run("let half = 7 % 2").diagnostics
    #expect(diagnostics.map(\.summary) == ["1:14 E0006: `%` is part of a number, as in 80%"])
    #expect(diagnostics.first?.helpTexts.first?.contains("`mod(7, 2)`") == true)
  }

  @Test func aMaskIsNoCondition() throws {
    let lab = Lab()
    lab.run("let q = tensor([2, -7, 0, 5, -3, 0]); let r = tensor([2, -7, 0, 5, -2, 1])")
    let diagnostic = try #require(
      lab.run("if q == r { print(\"same\") }").diagnostics.first)
    #expect(
      diagnostic.summary
        == "1:4 E0220: a condition is one true or false; `q == r` holds 6, 4 of them true")
    #expect(diagnostic.span.end == 9)
    #expect(diagnostic.helpTexts.contains("`all(q == r)`"))
  }

  @Test func aLostLetIsFoundBeforeRunning() throws {
    let diagnostic = try #require(
      Lab().run("let best = 0; for b in 2...8 { let best = b }").diagnostics.first)
    #expect(
      diagnostic.summary == "1:36 E0404: this `let` makes a new `best` that nothing reads")
    #expect(diagnostic.helpTexts == ["to change the one of 1:5: `best = b`"])
  }

  @Test func aHiddenBuiltinIsNamedWithItsPlace() throws {
    let lab = Lab()
    lab.run("let w = tensor([1, 2, 3, 4, 5, 6])")
    let diagnostic = try #require(
      lab.run("let magnitude = abs(w); prune(w, 50%, by: magnitude)").diagnostics.first)
    #expect(
      diagnostic.summary
        == "1:43 E0231: `by:` wants a criterion; `magnitude` is your f32[6] of 1:5, "
        + "which hides the built-in")
    #expect(diagnostic.helpTexts == ["rename yours"])
  }

  @Test func allErrorsBeforeRunningComeTogether() {
    let lab = Lab()
    lab.run("let w = tensor([1, 2])")
    let outcome = lab.run("let s = max(abs(w)) / seven; let r = w |> round + 1; prnt(s, r)")
    #expect(
      outcome.diagnostics.map(\.summary) == [
        "1:23 E0401: no name `seven`", "1:49 E0012: `+` cannot follow a pipe step",
        "1:54 E0401: no name `prnt`",
      ])
    #expect(lab.text("r") == nil)
  }
}
