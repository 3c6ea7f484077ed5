import Catalog
import Glibc
import Interpreter
import Tensors

/// A report: its title, then its blocks, with an empty line between two blocks.
func reportLines(_ report: Report, _ options: DisplayOptions) -> [String] {
  var lines: [String] = report.title.isEmpty ? [] : [options.paint(report.title, .strong)]
  var blocks = report.blocks[...]
  if case .derivation(var derived)? = blocks.first, !lines.isEmpty, !derived.title.isEmpty {
    // `quantize        symmetric, whole tensor, round half to even`
    lines[0] += spaces(max(2, 16 - columns(of: report.title))) + derived.title
    derived.title = ""
    lines += blockLines(.derivation(derived), options)
    blocks = blocks.dropFirst()
    if !blocks.isEmpty { lines.append("") }
  }
  for (number, block) in blocks.enumerated() {
    let body = blockLines(block, options)
    guard !body.isEmpty else { continue }
    if number > 0 { lines.append("") }
    lines += body
  }
  return lines
}

private func blockLines(_ block: Report.Block, _ options: DisplayOptions) -> [String] {
  switch block {
  case .text(let text): wrapped(text, width: options.width)
  case .table(let table): textTable(table).lines(options)
  case .derivation(let derived): derivationLines(derived, options)
  case .plot(let plot): plotLines(plot, options)
  case .value(let name, let value): namedLines(name, value, options)
  }
}

/// A value under its name, indented where it takes several lines.
private func namedLines(_ name: String, _ value: Value, _ options: DisplayOptions) -> [String] {
  let lines = displayLines(value, options)
  if name.isEmpty { return lines }
  if lines.count <= 1 { return [options.paint(name, .strong) + "   " + (lines.first ?? "")] }
  return [options.paint(name, .strong)] + lines.map { "  " + $0 }
}

/// Numbers to the right, words to the left; a column of shares, bytes or numbers has one look.
private func textTable(_ table: Report.Table) -> TextTable {
  let count = max(table.columns.count, table.rows.map(\.count).max() ?? 0)
  let hasHeadings = table.columns.contains { !$0.isEmpty }
  let alignments = (0..<count).map { column -> TextTable.Alignment in
    // A column without a heading beside columns that have one holds remarks.
    if hasHeadings, column < table.columns.count, table.columns[column].isEmpty { return .left }
    let cells = table.rows.compactMap { column < $0.count ? $0[column] : nil }
    let areWords = cells.allSatisfy {
      switch $0 {
      case .empty: true
      case .text(let text): !startsWithDigit(text)
      case .value(.number): false
      case .value: true
      case .number, .share, .bytes: false
      }
    }
    return areWords ? .left : .right
  }
  let rows = table.rows.map { row in row.map(cellText) }
  return TextTable(headings: hasHeadings ? table.columns : [], rows: rows, alignments: alignments)
}

private func startsWithDigit(_ text: String) -> Bool {
  text.first.map { $0.isNumber || ($0 == "−" && text.dropFirst().first?.isNumber == true) } ?? false
}

func cellText(_ cell: Report.Table.Cell) -> String {
  switch cell {
  case .empty: ""
  case .text(let text): text
  case .number(let number): numberText(number)
  case .share(let share): fixed(100 * share, 1) + "%"
  case .bytes(let count): bytes(count)
  case .value(.number(let number)): numberText(number)
  case .value(let value): briefText(value)
  }
}

/// Whole numbers in groups of three, others to four significant digits.
private func numberText(_ number: Double) -> String {
  if let whole = Int(exactly: number) { return grouped(whole) }
  if abs(number) >= 1000, abs(number) < 1e15 { return grouped(Int(number.rounded())) }
  return short(number)
}

// MARK: Plots

private func plotLines(_ plot: Report.Plot, _ options: DisplayOptions) -> [String] {
  switch plot.marks {
  case .lines, .points:
    return LineChart(
      title: plot.yLabel, series: plot.series, axis: plot.xLabel, joinsPoints: plot.marks == .lines
    ).lines(options)
  case .bars: return plot.series.flatMap { barLines($0, options) }
  case .image:
    let rows = plot.series.map { $0.y.map(Float.init) }
    return ImagePlot(
      planes: [rows.flatMap { $0 }], height: rows.count, width: rows.first?.count ?? 0
    ).lines(options)
  }
}

/// Bins where `x` holds one more edge than there are bars, else one bar a place.
private func barLines(_ series: Report.Plot.Series, _ options: DisplayOptions) -> [String] {
  let counts = series.y.map { Int(clampingWhole: $0) }
  if series.x.count == series.y.count + 1 {
    return HistogramChart(edges: series.x, counts: counts).lines(options)
  }
  let decimals = decimalsToTellApart(series.x)
  return HistogramChart(labels: series.x.map { fixed($0, decimals) }, values: series.y)
    .lines(options)
}

/// Decimals that tell places apart that are a step from each other, with one to spare.
private func decimalsToTellApart(_ places: [Double]) -> Int {
  guard places.count > 1, !places.allSatisfy({ $0.rounded() == $0 }) else { return 0 }
  let step = zip(places, places.dropFirst()).map { abs($1 - $0) }.filter { $0 > 0 }.min() ?? 1
  return Int(clampingWhole: min(max(0, (-log10(step)).rounded(.up)) + 1, 12))
}
