import Testing

@testable import Rendering

@Suite struct FormulaTests {
  @Test(arguments: [
    (#"s = \frac{\max|w|}{2^{b-1} - 1}"#, "s = (max|w|)/(2ᵇ⁻¹ − 1)"),
    (#"\hat{w} = s \cdot q"#, "w\u{302} = s · q"),
    (#"\sum_{i=1}^{n} x_i^2"#, "Σᵢ₌₁ⁿ xᵢ²"),
    (#"\sqrt{a + b}"#, "√(a + b)"),
    (#"\sqrt[3]{x}"#, "∛x"),
    (#"|w| \le \tfrac{s}{2}"#, "|w| ≤ s/2"),
    (#"-1.5 + x"#, "−1.5 + x"),
    (#"w_{t+1} = w_t - \eta \nabla L"#, "wₜ₊₁ = wₜ − η∇L"),
    (#"x^{\text{new}}"#, "xⁿᵉʷ"),
    (#"x_{\text{Q}}"#, "x_Q"),
    (#"\left( \frac{a}{b} \right)^2"#, "(a/b)²"),
    (#"(g - \text{mean})^2"#, "(g − mean)²"),
    (#"\exp(-d(x_i, x_j)^2)"#, "exp(−d(xᵢ, xⱼ)²)"),
    (#"a \qquad b"#, "a    b"),
  ])
  func latexBecomesALine(_ latex: String, _ line: String) {
    #expect(formula(latex: latex).text == line)
  }

  @Test func fractionsAndSumsAreDrawn() {
    #expect(
      formula(latex: #"m = \frac{1}{n} \sum_{i=1}^{n} x_i"#).lines == [
        "    1  n",
        "m = ─  Σ  xᵢ",
        "    n i=1",
      ])
    #expect(
      formula(latex: #"s = \frac{\max|w|}{7}"#).lines == [
        "    max|w|", "s = ──────", "      7",
      ])
    #expect(
      formula(latex: #"\sigma = \sqrt{\frac{a}{n}}"#).lines == [
        "     ┌──", "     │ a", "σ =  │ ─", "    ╲│ n",
      ])
  }

  @Test(arguments: [
    ("a = max|w|", #"a = \max\left| w \right|"#),
    ("m = 2^(b−1) − 1", "m = 2^{b - 1} - 1"),
    ("s = a / m", #"s = \frac{a}{m}"#),
    ("ŵ = s · q", #"\hat{w} = s \cdot q"#),
    (
      "q = clamp(rne(t), -8, 7)",
      #"q = \operatorname{clamp}\left( \operatorname{rne}\left( t \right), -8, 7 \right)"#
    ),
    ("e = Σ (w − ŵ)²", #"e = \sum \left( w - \hat{w} \right)^{2}"#),
    ("1/(2n)", #"\frac{1}{2n}"#),
    ("x ≤ √(a + b)", #"x \leq \sqrt{a + b}"#),
    ("c_{j+1} − c_(j−1)", "c_{j + 1} - c_{j - 1}"),
  ])
  func plainNotationBecomesLaTeX(_ plain: String, _ latex: String) {
    func spaced(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }
    let written = formula(plain: plain).latex.replacing("\\le ", with: "\\leq ")
    #expect(spaced(written) == spaced(latex))
  }

  @Test func mathMLIsWellFormed() {
    let text = formula(latex: #"s = \frac{\max_i |w_i|}{2^{b-1}} < 3 \sqrt{x}"#).mathML()
    #expect(text.hasPrefix("<math>") && text.hasSuffix("</math>"))
    #expect(text.contains("<mfrac>") && text.contains("<msqrt>") && text.contains("&lt;"))
    // Every tag that is opened is closed, innermost first.
    var open: [Substring] = []
    for tag in text.split(separator: "<") {
      let name = tag.prefix { $0 != ">" && $0 != " " }
      if name.hasPrefix("/") {
        #expect(open.popLast() == name.dropFirst())
      } else if !tag.prefix(while: { $0 != ">" }).hasSuffix("/") {
        open.append(name)
      }
    }
    #expect(open.isEmpty)
  }

  @Test(arguments: [
    "", "\\", "{", "}", "\\frac", "\\frac{a", "^", "_^_", "|", "\\left(", "\\begin{cases} a & b",
    "\\end", "\\right", "\\sqrt[", "&", "\\\\", "\\text{", "|||", "\\left\\", "\\begin",
  ])
  func brokenFormulasStillGiveText(_ text: String) {
    let read = formula(latex: text)
    _ = (read.text, read.lines, read.latex, read.mathML())
    let plain = formula(plain: text)
    _ = (plain.text, plain.lines, plain.latex, plain.mathML())
  }

  @Test func deepNestingEnds() {
    for piece in ["{", "(", "\\frac{", "|", "^{", "\\sqrt{", "√(", "\\left("] {
      let text = String(repeating: piece, count: 5000)
      _ = formula(latex: text).text
      _ = formula(plain: text).text
    }
  }
}
