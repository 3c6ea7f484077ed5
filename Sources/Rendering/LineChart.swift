import Interpreter

/// Values over a run of steps as lines in a field of dots, each line named at its end.
///
///     loss
///     2.31 ┤⠢⡀
///          │ ⠈⠢⣀
///     0.02 ┤    ⠉⠒⠤⣀ train
///          └──────────
///           1        8  epoch
public struct LineChart: Sendable {
  /// What the values are, above the chart.
  public var title: String
  public var series: [Report.Plot.Series]
  /// What the places are, below the chart.
  public var axis: String
  /// Lines from point to point, or points alone.
  public var joinsPoints: Bool

  public init(title: String, series: [Report.Plot.Series], axis: String, joinsPoints: Bool = true) {
    self.title = title
    self.series = series
    self.axis = axis
    self.joinsPoints = joinsPoints
  }

  /// The chart in at most `rows` rows of dots; nothing when there is no finite point.
  public func lines(_ options: DisplayOptions, rows wanted: Int = 8) -> [String] {
    guard let across = Scale(series.flatMap(\.x)), let up = Scale(series.flatMap(\.y)) else {
      return []
    }
    let rows = max(3, min(wanted, options.height - 5))
    let top = short(up.high)
    let bottom = short(up.low)
    let margin = max(columns(of: top), columns(of: bottom))
    let names = series.map { columns(of: $0.name) }.reduce(0) { $0 + $1 + 1 }
    let width = max(8, min(64, options.width - margin - names - 4))

    var grid = Array(repeating: Array(repeating: " ", count: width), count: rows)
    var ends = Array(repeating: "", count: rows)
    for (number, line) in series.enumerated() {
      let role: Paint.Role = [.name, .warning, .good, .line][number % 4]
      let canvas = draw(line, across, up, BrailleCanvas(columns: width, rows: rows))
      for row in 0..<rows {
        for column in 0..<width {
          if let dots = canvas[row, column] {
            grid[row][column] = options.paint(String(dots), role)
          }
        }
      }
      if !line.name.isEmpty, let last = line.y.last(where: \.isFinite) {
        let row = (4 * rows - 1 - up.dot(of: last, 4 * rows)) / 4
        ends[row] += " " + options.paint(line.name, role)
      }
    }

    var lines = title.isEmpty ? [] : [options.paint(title, .strong)]
    for row in 0..<rows {
      let label = row == 0 ? top : row == rows - 1 ? bottom : ""
      let tick = row == 0 || row == rows - 1 ? "┤" : "│"
      lines.append(
        "\(label.rightAligned(to: margin)) \(tick)\(grid[row].joined())\(ends[row])".trimmedAtEnd)
    }
    lines.append(spaces(margin + 1) + "└" + String(repeating: "─", count: width))
    let first = short(across.low)
    let last = across.high > across.low ? short(across.high) : ""
    let labels = first + last.rightAligned(to: width - columns(of: first))
    lines.append((spaces(margin + 2) + labels + "  " + axis).trimmedAtEnd)
    return lines
  }

  private func draw(
    _ line: Report.Plot.Series, _ across: Scale, _ up: Scale, _ empty: BrailleCanvas
  ) -> BrailleCanvas {
    var canvas = empty
    var previous: (x: Int, y: Int)?
    for (x, y) in zip(line.x, line.y) {
      guard x.isFinite, y.isFinite else {
        previous = nil
        continue
      }
      let dot = (
        x: across.dot(of: x, canvas.width),
        y: canvas.height - 1 - up.dot(of: y, canvas.height)
      )
      canvas.line(from: joinsPoints ? previous ?? dot : dot, to: dot)
      previous = dot
    }
    return canvas
  }
}

/// The span of the finite values along one axis.
private struct Scale {
  let low: Double
  let high: Double

  init?(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return nil }
    self.low = low
    self.high = high
  }

  /// The dot, of `count`, that a value falls on; the middle one when all values are equal.
  func dot(of value: Double, _ count: Int) -> Int {
    // Halves first, so that the spread of the largest doubles does not overflow.
    let spread = high / 2 - low / 2
    let share = spread > 0 ? (value / 2 - low / 2) / spread : 0.5
    return Int((share * Double(count - 1)).rounded())
  }
}
