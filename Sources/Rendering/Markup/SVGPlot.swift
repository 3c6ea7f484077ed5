import Interpreter

/// A plot as an SVG element of fixed size: axes with their extremes, a line, points or bars for each
/// series, its name at the end; an image as squares.
public func svgPlot(_ plot: Report.Plot) -> String {
  if plot.marks == .image { return svgImage(plot) }
  return SVGChart(plot).text
}

private let palette = ["#0b6e99", "#c2410c", "#3f7d20", "#7c3aed"]

private struct SVGChart {
  let plot: Report.Plot
  private let width = 560.0
  private let height = 260.0
  private let left = 64.0
  private let right = 110.0
  private let top = 20.0
  private let bottom = 40.0
  private let across: (low: Double, high: Double)
  private let up: (low: Double, high: Double)

  init(_ plot: Report.Plot) {
    self.plot = plot
    let isBars = plot.marks == .bars
    across = Self.span(plot.series.flatMap(\.x), withZero: false)
    up = Self.span(plot.series.flatMap(\.y), withZero: isBars)
  }

  private static func span(_ values: [Double], withZero: Bool) -> (low: Double, high: Double) {
    let finite = values.filter(\.isFinite) + (withZero ? [0] : [])
    guard let low = finite.min(), let high = finite.max() else { return (0, 1) }
    return low < high ? (low, high) : (low - 0.5, high + 0.5)
  }

  var text: String {
    var parts = [
      "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
        + "viewBox=\"0 0 \(Int(width)) \(Int(height))\" width=\"\(Int(width))\" "
        + "height=\"\(Int(height))\" font-family=\"sans-serif\" font-size=\"12\">"
    ]
    parts.append(
      "<path d=\"M\(n(left)) \(n(top))V\(n(height - bottom))H\(n(width - right))\" fill=\"none\" "
        + "stroke=\"#888\"/>")
    parts.append(label(left - 6, top + 4, textForm(short(up.high)), anchor: "end"))
    parts.append(label(left - 6, height - bottom, textForm(short(up.low)), anchor: "end"))
    parts.append(label(left, height - bottom + 16, textForm(short(across.low)), anchor: "start"))
    parts.append(
      label(width - right, height - bottom + 16, textForm(short(across.high)), anchor: "end"))
    parts.append(label((left + width - right) / 2, height - 8, plot.xLabel, anchor: "middle"))
    parts.append(label(left, top - 8, plot.yLabel, anchor: "start"))
    for (number, series) in plot.series.enumerated() {
      parts.append(marks(series, palette[number % palette.count]))
    }
    return parts.joined(separator: "\n") + "\n</svg>"
  }

  private func marks(_ series: Report.Plot.Series, _ color: String) -> String {
    if plot.marks == .bars { return bars(series, color) }
    let points = zip(series.x, series.y).filter { $0.isFinite && $1.isFinite }
      .map { (x: horizontal($0), y: vertical($1)) }
    var parts: [String] = []
    if plot.marks == .lines, points.count > 1 {
      let path = points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
      parts.append(
        "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>")
    }
    if points.count <= 60 {
      parts += points.map {
        "<circle cx=\"\(n($0.x))\" cy=\"\(n($0.y))\" r=\"3\" fill=\"\(color)\"/>"
      }
    }
    if let last = points.last {
      parts.append(label(last.x + 8, last.y + 4, series.name, anchor: "start", color: color))
    }
    return parts.joined(separator: "\n")
  }

  /// One bar a value; `x` holds places, or one more edge than there are bars.
  private func bars(_ series: Report.Plot.Series, _ color: String) -> String {
    let hasEdges = series.x.count == series.y.count + 1
    let room = width - left - right
    let even = room / Double(max(series.y.count, 1))
    return series.y.enumerated().filter { $1.isFinite }.map { index, value in
      let start = hasEdges ? horizontal(series.x[index]) : left + even * Double(index)
      let end = hasEdges ? horizontal(series.x[index + 1]) : start + even
      let (a, b) = (vertical(value), vertical(0))
      return
        "<rect x=\"\(n(start + 1))\" y=\"\(n(min(a, b)))\" width=\"\(n(max(end - start - 2, 1)))\" "
        + "height=\"\(n(abs(a - b)))\" fill=\"\(color)\"/>"
    }.joined(separator: "\n")
  }

  private func horizontal(_ x: Double) -> Double {
    left + share(x, across) * (width - left - right)
  }

  private func vertical(_ y: Double) -> Double {
    height - bottom - share(y, up) * (height - top - bottom)
  }

  /// Halves first, so that the spread of the largest doubles does not overflow.
  private func share(_ value: Double, _ span: (low: Double, high: Double)) -> Double {
    let spread = span.high / 2 - span.low / 2
    return spread > 0 ? (value / 2 - span.low / 2) / spread : 0.5
  }

  private func label(
    _ x: Double, _ y: Double, _ text: String, anchor: String, color: String = "#333"
  ) -> String {
    text.isEmpty
      ? ""
      : "<text x=\"\(n(x))\" y=\"\(n(y))\" text-anchor=\"\(anchor)\" fill=\"\(color)\">"
        + escapedHTML(text) + "</text>"
  }
}

/// Grey squares from the smallest value to the largest.
private func svgImage(_ plot: Report.Plot) -> String {
  let rows = plot.series.map(\.y)
  let values = rows.joined().filter(\.isFinite)
  guard let low = values.min(), let high = values.max(), let columns = rows.map(\.count).max(),
    columns > 0
  else { return "" }
  let side = max(1, min(12, 480 / columns))
  let squares = rows.enumerated().flatMap { y, row in
    row.enumerated().filter { $1.isFinite }.map { x, value in
      let spread = high / 2 - low / 2
      let share = spread > 0 ? (value / 2 - low / 2) / spread : 0.5
      let level = Int(clampingWhole: (share * 255).rounded())
      return "<rect x=\"\(x * side)\" y=\"\(y * side)\" width=\"\(side)\" height=\"\(side)\" "
        + "fill=\"rgb(\(level),\(level),\(level))\"/>"
    }
  }
  return "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
    + "width=\"\(columns * side)\" height=\"\(rows.count * side)\">" + squares.joined() + "</svg>"
}

/// Two decimals of a pixel are enough.
private func n(_ number: Double) -> String { textForm((number * 100).rounded() / 100) }

/// Four significant digits.
private func short(_ number: Double) -> Double {
  guard number.isFinite, number != 0 else { return number }
  var scale = 1.0
  while abs(number) * scale < 1000, scale < 1e300 { scale *= 10 }
  let rounded = (number * scale).rounded() / scale
  return rounded.isFinite ? rounded : number
}
