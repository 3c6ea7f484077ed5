import Catalog
import Interpreter
import Language
import Tensors
import Testing

@testable import Rendering

@Suite struct MarkupTests {
  private func value(_ text: String) throws -> Value {
    let session = Session(Session.Configuration()) { _ in }
    guard case .finished = session.run(Source(name: "test", "let r = \(text)"), echo: false) else {
      throw Missing()
    }
    guard let value = session.value(of: "r") else { throw Missing() }
    return value
  }

  private struct Missing: Error {}

  private let derivation = "explain quantize(tensor([0.42, -1.30, 0.07]), int4)"

  @Test func aDerivationInLaTeXIsOneAlignedDisplay() throws {
    let text = markup(try value(derivation), as: .latex)
    #expect(text.hasPrefix("\\noindent\\textbf{quantize: "))
    #expect(text.contains("a &= \\max\\left| w \\right| = 1.3"))
    #expect(text.contains("m &= 2^{b - 1} - 1 = 2^{4 - 1} - 1 = 7"))
    #expect(text.contains("s &= \\frac{a}{m} = \\frac{1.3}{7} = 0.1857143"))
    #expect(text.contains("\\begin{bmatrix} 2 & -7 & 0 \\end{bmatrix}"))
    #expect(text.hasSuffix("\\end{align*}"))
    // Braces are balanced, so that it can be set.
    #expect(text.filter { $0 == "{" }.count == text.filter { $0 == "}" }.count)
  }

  @Test func aDerivationInHTMLHasMathML() throws {
    let text = markup(try value(derivation), as: .html)
    #expect(text.contains("<table class=\"derivation\">"))
    #expect(text.contains("<mfrac>"))
    #expect(text.components(of: "<math") == text.components(of: "</math>"))
    #expect(text.components(of: "<tr") == text.components(of: "</tr>"))
  }

  @Test func aDerivationInJSONKeepsItsNumbers() throws {
    let text = markup(try value(derivation), as: .json)
    #expect(text.contains("\"kind\": \"derivation\""))
    #expect(text.contains("\"expression\": "))
    #expect(text.contains("\"shape\": [3], \"values\": [2, -7, 0]"))
  }

  @Test func numbersThatJSONLacksAreStrings() throws {
    #expect(markup(try value("tensor([1]) / tensor([0])"), as: .json).contains("\"∞\""))
  }

  @Test func plotsAreDrawn() throws {
    let text = markup(try value("sweep b in 2...4 { b^2 }"), as: .html)
    #expect(text.contains("<svg") && text.contains("<polyline"))
    #expect(text.components(of: "<circle") == 3)
    #expect(
      markup(try value("sweep b in 2...4 { b^2 }"), as: .latex).contains("(2,4) (3,9) (4,16)"))
  }

  @Test(arguments: [
    [Double](), [.nan], [.infinity, 1], [5, 5, 5],
    [-.greatestFiniteMagnitude, .greatestFiniteMagnitude],
    [0, .leastNonzeroMagnitude],
  ])
  func awkwardPlotsStayOnThePage(_ y: [Double]) {
    for marks in [Report.Plot.Marks.lines, .points, .bars, .image] {
      let x = y.indices.map(Double.init)
      let text = svgPlot(Report.Plot(marks, series: [.init("a<b", x: x, y: y)]))
      #expect(!text.contains("NaN") && !text.contains("∞\"") && !text.contains("inf\""))
      #expect(!text.contains("a<b"))
    }
  }

  @Test func codeKeepsItsLettersAndGetsItsColours() {
    let code = "let w = \"a<b \\(x)\" // 1 & 2\ncheck 80% == ____"
    let html = highlightedHTML(code)
    #expect(html.contains("<span class=\"keyword\">let</span>"))
    #expect(html.contains("<span class=\"comment\">// 1 &amp; 2</span>"))
    #expect(html.contains("<span class=\"number\">80%</span>"))
    #expect(html.contains("<span class=\"blank\">____</span>"))
    var bare = ""
    var isTag = false
    for character in html {
      if character == "<" {
        isTag = true
      } else if character == ">" {
        isTag = false
      } else if !isTag {
        bare.append(character)
      }
    }
    #expect(
      bare.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
        .replacing("&amp;", with: "&") == code)
  }
}

extension String {
  fileprivate func components(of word: String) -> Int {
    ranges(of: word).count
  }
}
