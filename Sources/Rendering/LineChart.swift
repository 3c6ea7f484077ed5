/// Values over a run of steps as lines in a field of dots, each line named at its end.
///
///     loss
///     2.31 ┤⠢⡀
///          │ ⠈⠢⣀
///     0.02 ┤    ⠉⠒⠤⣀ train
///          └──────────
///           1        8  epoch
public struct LineChart: Sendable {
  public struct Series: Sendable {
    public var name: String
    public var values: [Double]

    public init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }
  public var title: String
  public var series: [Series]
  /// What the steps are: `epoch`.
  public var axis: String
  /// The number of the first step.
  public var firstStep: Int
  /// How a value is written at the axis.
  public var valueText: @Sendable (Double) -> String

  public init(
    title: String, series: [Series], axis: String, firstStep: Int = 1,
    valueText: @escaping @Sendable (Double) -> String = { short($0) }
  ) {
    self.title = title
    self.series = series
    self.axis = axis
    self.firstStep = firstStep
    self.valueText = valueText
  }

  /// The chart in at most `rows` rows of dots; nothing when there is no finite value.
  public func lines(_ options: DisplayOptions, rows wanted: Int = 8) -> [String] {
    let finite = series.flatMap(\.values).filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return [] }
    let rows = max(3, min(wanted, options.height - 5))
    let top = valueText(high)
    let bottom = valueText(low)
    let margin = max(columns(of: top), columns(of: bottom))
    let names = series.map { columns(of: $0.name) }.max() ?? 0
    let width = max(8, min(64, options.width - margin - names - 4))
    let count = series.map(\.values.count).max() ?? 0

    var grid = Array(repeating: Array(repeating: " ", count: width), count: rows)
    var ends = Array(repeating: "", count: rows)
    for (number, line) in series.enumerated() {
      let role: Paint.Role = [.name, .warning, .good, .line][number % 4]
      let canvas = draw(line.values, count: count, low: low, high: high, width: width, rows: rows)
      for row in 0..<rows {
        for column in 0..<width {
          if let dots = canvas[row, column] {
            grid[row][column] = options.paint(String(dots), role)
          }
        }
      }
      if let last = line.values.last, last.isFinite {
        let row = height(of: last, low, high, dots: 4 * rows) / 4
        ends[row] += " " + options.paint(line.name, role)
      }
    }

    var lines = [options.paint(title, .strong)]
    for row in 0..<rows {
      let label = row == 0 ? top : row == rows - 1 ? bottom : ""
      let tick = row == 0 || row == rows - 1 ? "┤" : "│"
      lines.append(
        "\(label.rightAligned(to: margin)) \(tick)\(grid[row].joined())\(ends[row])".trimmedAtEnd)
    }
    lines.append(spaces(margin + 1) + "└" + String(repeating: "─", count: width))
    let first = String(firstStep)
    let last = count > 1 ? String(firstStep + count - 1) : ""
    lines.append(
      spaces(margin + 2) + first + last.rightAligned(to: width - columns(of: first)) + " " + axis)
    return lines
  }

  private func draw(
    _ values: [Double], count: Int, low: Double, high: Double, width: Int, rows: Int
  ) -> BrailleCanvas {
    var canvas = BrailleCanvas(columns: width, rows: rows)
    var previous: (x: Int, y: Int)?
    for (step, value) in values.enumerated() {
      guard value.isFinite else {
        previous = nil
        continue
      }
      let share = count > 1 ? Double(step) / Double(count - 1) : 0
      let dot = (
        x: Int((share * Double(canvas.width - 1)).rounded()),
        y: height(of: value, low, high, dots: canvas.height)
      )
      canvas.line(from: previous ?? dot, to: dot)
      previous = dot
    }
    return canvas
  }

  /// The dot row of a value, from the top.
  private func height(of value: Double, _ low: Double, _ high: Double, dots: Int) -> Int {
    // Halves first, so that the spread of the largest doubles does not overflow.
    let spread = high / 2 - low / 2
    let share = spread > 0 ? (value / 2 - low / 2) / spread : 0.5
    return Int(((1 - share) * Double(dots - 1)).rounded())
  }
}
