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
    :root { color-scheme: light dark; --ink: #1d1d1f; --page: #fff; --line: #ddd; --soft: #666;
      --code: #f5f5f2; --task: #fff8e1; --edge: #d59f00; --blank: #ffe49c; --link: #0b6e99;
      --comment: #6a737d; --string: #22722f; --number: #7a3e00; --keyword: #8a1f6e; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6e6e3; --page: #17181a; --line: #3c3e42; --soft: #a5a7ab;
        --code: #222427; --task: #2c2718; --edge: #d5a93a; --blank: #6b5413; --link: #7cc4e4;
        --comment: #9aa3ad; --string: #86c98f; --number: #e0a878; --keyword: #dd93c8; }
      svg.plot { background: #fff; border-radius: 4px; }
    }
    body { font: 17px/1.55 Georgia, serif; color: var(--ink); background: var(--page); margin: 0; }
    main { overflow-wrap: break-word; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
    h1, h2, th, .title { font-family: system-ui, sans-serif; }
    h2 { margin-top: 2.4rem; border-top: 1px solid var(--line); padding-top: 1.2rem; }
    pre, code { font: 14px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
    pre { padding: .7rem .9rem; overflow-x: auto; border-radius: 4px; margin: .8rem 0; }
    pre.code { background: var(--code); }
    pre.exercise { background: var(--task); border-left: 3px solid var(--edge); }
    pre.output { background: none; border-left: 3px solid var(--line); padding: .1rem .9rem; }
    .comment { color: var(--comment); } .string { color: var(--string); } .number { color: var(--number); }
    .keyword { color: var(--keyword); font-weight: 600; } .blank { background: var(--blank); }
    table { display: block; overflow-x: auto; border-collapse: collapse; margin: .8rem 0; font-size: 15px; }
    math[display="block"] { overflow-x: auto; overflow-y: hidden; margin: .8rem 0; }
    td, th { padding: .2rem .7rem; text-align: right; } td:first-child, th:first-child { text-align: left; }
    tr + tr td { border-top: 1px solid var(--line); }
    .derivation td { text-align: left; vertical-align: top; } .remark, td.number { color: var(--soft); }
    .title { font-weight: 600; margin-bottom: .2rem; } details { margin: .6rem 0; }
    summary { cursor: pointer; color: var(--link); font-family: system-ui, sans-serif; }
    svg.plot { max-width: 100%; height: auto; }
    """
  }
}
