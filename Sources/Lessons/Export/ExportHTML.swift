import CCMark
import Glibc
import Rendering

/// A page that needs nothing but itself: style, highlighted code, MathML, plots as SVG.
struct HTMLPage {
  let page: ExportPage

  init(_ page: ExportPage) { self.page = page }

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(escapedHTML(page.title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(page.items.map(html).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private func html(_ item: ExportPage.Item) -> String {
    switch item {
    case .markdown(let text): return html(markdown: text)
    case .code(let code):
      let kind = code.isExercise ? "exercise" : "code"
      var parts = ["<pre class=\"\(kind)\"><code>\(highlightedHTML(code.source))</code></pre>"]
      parts += code.outputs.map { output in
        switch output {
        case .text(let text): "<pre class=\"output\">\(escapedHTML(text))</pre>"
        case .value(let value): markup(value, as: .html)
        }
      }
      return parts.joined(separator: "\n")
    case .folded(let summary, let items):
      return "<details><summary>\(escapedHTML(summary))</summary>\n"
        + items.map(html).joined(separator: "\n") + "\n</details>"
    }
  }

  /// CommonMark as HTML, its formulas as MathML; raw HTML in it is left out.
  private func html(markdown text: String) -> String {
    let math = MathSpans(withoutMathFences(text))
    guard
      let written = cmark_markdown_to_html(math.text, math.text.utf8.count, CMARK_OPT_DEFAULT)
    else { return "<pre>\(escapedHTML(text))</pre>" }
    defer { free(written) }
    let html = math.filled(String(cString: written)) {
      formula(latex: $0.latex).mathML(isDisplayed: $0.isDisplayed)
    }
    return html.hasSuffix("\n") ? String(html.dropLast()) : html
  }

  /// A fence of `math` is the same as two dollars above and below.
  private func withoutMathFences(_ text: String) -> String {
    var isInside = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.drop(while: { $0 == " " }) == "```math" {
        isInside = true
        return "$$"
      }
      if isInside, line.drop(while: { $0 == " " }).hasPrefix("```") {
        isInside = false
        return "$$"
      }
      return String(line)
    }.joined(separator: "\n")
  }

  private var style: String {
    """
    body { font: 17px/1.55 Georgia, serif; color: #1d1d1f; background: #fff; margin: 0; }
    main { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
    h1, h2, th, .title { font-family: system-ui, sans-serif; }
    h2 { margin-top: 2.4rem; border-top: 1px solid #ddd; padding-top: 1.2rem; }
    pre, code { font: 14px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
    pre { padding: .7rem .9rem; overflow-x: auto; border-radius: 4px; margin: .8rem 0; }
    pre.code { background: #f5f5f2; }
    pre.exercise { background: #fff8e1; border-left: 3px solid #d59f00; }
    pre.output { background: none; border-left: 3px solid #ddd; padding: .1rem .9rem; }
    .comment { color: #6a737d; } .string { color: #22722f; } .number { color: #7a3e00; }
    .keyword { color: #8a1f6e; font-weight: 600; } .blank { background: #ffe49c; }
    table { border-collapse: collapse; margin: .8rem 0; font-size: 15px; }
    td, th { padding: .2rem .7rem; text-align: right; } td:first-child, th:first-child { text-align: left; }
    tr + tr td { border-top: 1px solid #eee; }
    .derivation td { text-align: left; vertical-align: top; } .remark, .number { color: #666; }
    .title { font-weight: 600; margin-bottom: .2rem; } details { margin: .6rem 0; }
    summary { cursor: pointer; color: #0b6e99; font-family: system-ui, sans-serif; }
    svg.plot { max-width: 100%; height: auto; }
    """
  }
}
