import Interpreter

func htmlText(_ value: Value) -> String {
  guard case .report(let report) = value else {
    return "<pre class=\"output\">\(escapedHTML(display(value, .plain)))</pre>"
  }
  var parts: [String] = []
  var title = report.title
  if case .derivation(let derived)? = report.blocks.first, !derived.title.isEmpty {
    title += title.isEmpty ? derived.title : ": " + derived.title
  }
  if !title.isEmpty { parts.append("<p class=\"title\">\(escapedHTML(title))</p>") }
  parts += report.blocks.map(htmlBlock)
  return "<div class=\"report\">\n" + parts.joined(separator: "\n") + "\n</div>"
}

private func htmlBlock(_ block: Report.Block) -> String {
  switch block {
  case .text(let text): return "<p>\(escapedHTML(text))</p>"
  case .derivation(let derived): return htmlDerivation(derived)
  case .table(let table): return htmlTable(table)
  case .plot(let plot): return svgPlot(plot)
  case .value(let name, let value):
    let start = name.isEmpty ? "" : "<p class=\"title\">\(escapedHTML(name))</p>\n"
    return start + htmlText(value)
  }
}

/// Steps as rows: number, formula, value, remark.
private func htmlDerivation(_ derived: Report.Derived) -> String {
  var rows: [String] = []
  for input in derived.inputs {
    rows.append(row("", formula(plain: input.symbol).mathML(), valueMarkup(input.value), ""))
  }
  for (index, step) in derived.steps.enumerated() {
    var worked = ""
    if let substitution = step.substitution, substitution != step.value.text {
      let text = substitution.replacing(" * ", with: " · ")
      worked = formula(plain: "= " + text).mathML() + " "
    }
    rows.append(
      row(
        "\(index + 1)", formula(plain: step.formula).mathML(), worked + valueMarkup(step.value),
        step.remark))
  }
  return "<table class=\"derivation\">\n" + rows.joined(separator: "\n") + "\n</table>"
}

private func row(_ number: String, _ formula: String, _ value: String, _ remark: String) -> String {
  "<tr><td class=\"number\">\(number)</td><td>\(formula)</td><td>\(value)</td>"
    + "<td class=\"remark\">\(escapedHTML(remark))</td></tr>"
}

/// A number behind its sign, a small tensor as a matrix, anything else as text.
private func valueMarkup(_ value: Value) -> String {
  if let rows = matrix(of: value) {
    let body = rows.map { row in
      "<mtr>" + row.map { "<mtd><mn>\(escapedHTML($0))</mn></mtd>" }.joined() + "</mtr>"
    }.joined()
    return "<math><mrow><mo>[</mo><mtable>\(body)</mtable><mo>]</mo></mrow></math>"
  }
  if case .number(let number) = value {
    return "<math><mo>=</mo><mn>\(textForm(number).replacing("-", with: "−"))</mn></math>"
  }
  if case .report = value { return htmlText(value) }
  return "<pre>\(escapedHTML(display(value, .plain)))</pre>"
}

private func htmlTable(_ table: Report.Table) -> String {
  let hasHeadings = table.columns.contains { !$0.isEmpty }
  var lines: [String] = []
  if hasHeadings {
    lines.append(
      "<tr>" + table.columns.map { "<th>\(escapedHTML($0))</th>" }.joined() + "</tr>")
  }
  lines += tableRows(table).map { row in
    "<tr>" + row.map { "<td>\(escapedHTML($0))</td>" }.joined() + "</tr>"
  }
  return "<table>\n" + lines.joined(separator: "\n") + "\n</table>"
}
