import Interpreter

func latexText(_ value: Value) -> String {
  guard case .report(let report) = value else { return "\\[ " + latexValue(value) + " \\]" }
  var parts: [String] = []
  var title = report.title
  if case .derivation(let derived)? = report.blocks.first, !derived.title.isEmpty {
    title += title.isEmpty ? derived.title : ": " + derived.title
  }
  if !title.isEmpty { parts.append("\\noindent\\textbf{\(escapedLaTeX(title))}") }
  parts += report.blocks.map(latexBlock).filter { !$0.isEmpty }
  return parts.joined(separator: "\n\n")
}

private func latexBlock(_ block: Report.Block) -> String {
  switch block {
  case .text(let text): return escapedLaTeX(text)
  case .derivation(let derived): return latexDerivation(derived)
  case .table(let table): return latexTable(table)
  case .plot(let plot): return latexPlot(plot)
  case .value(let name, let value):
    let start = name.isEmpty ? "" : "\\text{\(escapedLaTeX(name))} = "
    return "\\[ " + start + latexValue(value) + " \\]"
  }
}

/// The steps as one aligned display: formula, substitution, value.
private func latexDerivation(_ derived: Report.Derived) -> String {
  var lines: [String] = []
  for input in derived.inputs {
    lines.append(formula(plain: input.symbol).latex + " &= " + latexValue(input.value))
  }
  for step in derived.steps {
    let sides = equation(step.formula)
    var line = sides.left.isEmpty ? "& " : sides.left + " &= "
    line += sides.right
    if let worked = step.substitution, worked != step.value.text {
      line += " = " + formula(plain: worked.replacing(" * ", with: " · ")).latex
    }
    let value = latexValue(step.value)
    if value != sides.right { line += " = " + value }
    if !step.remark.isEmpty { line += " && \\text{\(escapedLaTeX(step.remark))}" }
    lines.append(line)
  }
  return "\\begin{align*}\n  " + lines.joined(separator: " \\\\\n  ") + "\n\\end{align*}"
}

/// The two sides of a formula, in LaTeX; a formula without `=` has only a right one.
private func equation(_ text: String) -> (left: String, right: String) {
  guard let sign = text.firstRange(of: " = ") else { return ("", formula(plain: text).latex) }
  return (
    formula(plain: String(text[..<sign.lowerBound])).latex,
    formula(plain: String(text[sign.upperBound...])).latex
  )
}

private func latexValue(_ value: Value) -> String {
  if let rows = matrix(of: value) {
    let body = rows.map { row in row.map(latexCell).joined(separator: " & ") }
    return "\\begin{bmatrix} " + body.joined(separator: " \\\\ ") + " \\end{bmatrix}"
  }
  switch value {
  case .number(let number): return latexCell(textForm(number))
  case .tensor, .mask: return "\\text{\(escapedLaTeX(value.kind))}"
  default: return "\\text{\(escapedLaTeX(value.text))}"
  }
}

private func latexCell(_ text: String) -> String {
  let plain = text.replacing("−", with: "-").replacing("∞", with: "\\infty")
  // 1.5e-7 is a product on paper.
  guard let mark = plain.firstIndex(of: "e"), plain.first?.isNumber == true || plain.first == "-",
    let power = Int(plain[plain.index(after: mark)...])
  else { return plain.allSatisfy(\.isLetter) ? "\\text{\(plain)}" : plain }
  return plain[..<mark] + " \\cdot 10^{\(power)}"
}

private func latexTable(_ table: Report.Table) -> String {
  let rows = (table.columns.allSatisfy(\.isEmpty) ? [] : [table.columns]) + tableRows(table)
  let count = rows.map(\.count).max() ?? 0
  guard count > 0 else { return "" }
  let lines = rows.map { row in
    (0..<count).map { $0 < row.count ? escapedLaTeX(row[$0]) : "" }.joined(separator: " & ")
  }
  let columns = "l" + String(repeating: "r", count: count - 1)
  return "\\begin{tabular}{\(columns)}\n  " + lines.joined(separator: " \\\\\n  ")
    + "\n\\end{tabular}"
}

/// The points as a table that `pgfplots` reads, and the picture it makes of them.
private func latexPlot(_ plot: Report.Plot) -> String {
  guard plot.marks != .image else { return "% an image of \(plot.series.count) rows" }
  let series = plot.series.map { line in
    let points = zip(line.x, line.y).filter { $0.isFinite && $1.isFinite }
      .map { "(\(textForm($0)),\(textForm($1)))" }
    let style = plot.marks == .bars ? "[ybar]" : plot.marks == .points ? "[only marks]" : ""
    return "    \\addplot\(style) coordinates { \(points.joined(separator: " ")) };"
  }
  return "\\begin{tikzpicture}\n  \\begin{axis}[xlabel={\(escapedLaTeX(plot.xLabel))}, "
    + "ylabel={\(escapedLaTeX(plot.yLabel))}]\n" + series.joined(separator: "\n")
    + "\n  \\end{axis}\n\\end{tikzpicture}"
}

func escapedLaTeX(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "#", "$", "%", "&", "_", "{", "}": result += "\\" + String(character)
    case "\\": result += "\\textbackslash{}"
    case "~": result += "\\textasciitilde{}"
    case "^": result += "\\textasciicircum{}"
    case "−": result += "$-$"
    case "×": result += "$\\times$"
    case "·": result += "$\\cdot$"
    case "≤": result += "$\\le$"
    case "≥": result += "$\\ge$"
    case "∞": result += "$\\infty$"
    default: result.append(character)
    }
  }
  return result
}
