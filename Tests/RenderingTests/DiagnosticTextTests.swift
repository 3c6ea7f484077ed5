import Language
import Testing

@testable import Rendering

/// The frame around the places a diagnostic is about.
@Suite struct DiagnosticTextTests {
  private func diagnostic(
    _ text: String, _ span: Span, label: String = "", labels: [(Span, String)] = [],
    firstLine: Int = 1
  ) -> Diagnostic {
    let source = Source(name: "<repl 7>", text: Array(text.utf8), firstLine: firstLine)
    return Diagnostic(
      .error, "E0214", "these sizes cannot be multiplied", in: source, at: span, label: label,
      labels: labels.map { .init(source, $0.0, $0.1) })
  }

  @Test func operandsAreLabelledBelowTheLine() {
    let shown = renderDiagnostic(
      diagnostic(
        "let y = x @ fc1.weight", Span(10, 11),
        labels: [(Span(8, 9), "32×784"), (Span(12, 22), "300×784")]))
    #expect(
      shown == """
        error[E0214]: these sizes cannot be multiplied
          ┌─ <repl 7>:1:11
        1 │ let y = x @ fc1.weight
          │         ─ ^ ────────── 300×784
          │         32×784
          │
        """)
  }

  @Test func theLabelStandsBehindTheCarets() {
    let shown = renderDiagnostic(
      diagnostic("a + bit", Span(4, 7), label: "did you mean `bits`?", firstLine: 12))
    #expect(
      shown == """
        error[E0214]: these sizes cannot be multiplied
          ┌─ <repl 7>:12:5
        12│ a + bit
          │     ^^^ did you mean `bits`?
        """)
  }

  @Test func wideCharactersTakeTwoColumnsAndTabsFour() {
    let shown = renderDiagnostic(diagnostic("let 权重 = x", Span(13, 14)))
    #expect(shown.hasSuffix("1 │ let 权重 = x\n  │            ^"))
    let tab = renderDiagnostic(diagnostic("\tx", Span(1, 2)))
    #expect(tab.hasSuffix("1 │     x\n  │     ^"))
    let mark = renderDiagnostic(diagnostic("e\u{301} + x", Span(6, 7)))
    #expect(mark.hasSuffix("  │     ^"))
  }

  @Test func longLinesAreCutAroundThePlace() {
    let text =
      String(repeating: "1 + ", count: 250_000) + "x + " + String(repeating: "2", count: 99)
    let shown = renderDiagnostic(diagnostic(text, Span(1_000_000, 1_000_001)), width: 60)
    let lines = shown.split(separator: "\n")
    #expect(lines.allSatisfy { columns(of: $0) <= 60 })
    #expect(lines[2].contains("…") && lines[2].contains(" x + 2"))
    let x = columns(of: lines[2][..<(lines[2].firstIndex(of: "x") ?? lines[2].endIndex)])
    #expect(columns(of: lines[3]) == x + 1)
  }

  @Test func linesFarApartAreParted() {
    let shown = renderDiagnostic(
      diagnostic("let a = 1\nb\nc\na(3)", Span(12, 13), labels: [(Span(4, 5), "bound here")]))
    #expect(shown.contains("1 │ let a = 1\n  │     ─ bound here\n  ⋮\n3 │ c\n  │ ^"))
  }

  @Test func labelsInAnotherSourceGetTheirOwnFrame() {
    var found = diagnostic("a(3)", Span(0, 1))
    found.labels = [.init(Source(name: "<repl 1>", "let a = 1"), Span(4, 5), "bound here")]
    #expect(
      renderDiagnostic(found).hasSuffix(
        "1 │ a(3)\n  │ ^\n  ┌─ <repl 1>:1:5\n1 │ let a = 1\n  │     ─ bound here"))
  }

  @Test func placesAtTheEndOfTheTextHaveACaret() {
    #expect(renderDiagnostic(diagnostic("a +", Span(3, 3))).hasSuffix("1 │ a +\n  │    ^"))
    #expect(renderDiagnostic(diagnostic("", Span(0, 0))).hasSuffix("1 │\n  │ ^"))
    #expect(!renderDiagnostic(diagnostic("a\n", Span(9, 12))).isEmpty)
  }

  @Test func colourIsOptionalAndChangesNoText() {
    let found = diagnostic("a + b", Span(2, 3), label: "here")
    let colored = renderDiagnostic(found, color: true)
    #expect(colored.contains("\u{1B}[1;31merror[E0214]\u{1B}[0m"))
    #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == renderDiagnostic(found))
  }

  @Test func narrationSaysThePlaceInWords() {
    let found = diagnostic("a + b", Span(2, 3), label: "here", labels: [(Span(0, 1), "a number")])
    #expect(
      narrateDiagnostic(found) == """
        error E0214, <repl 7> line 1 column 3: these sizes cannot be multiplied
        here
        `a`, line 1 column 1: a number
        """)
  }
}
