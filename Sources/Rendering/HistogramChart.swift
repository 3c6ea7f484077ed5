import Catalog

/// Values as bars, one line each: counts between edges, or anything else under its label.
///
///     −0.50 … −0.25  ██████████▌       412
///     −0.25 …  0.00  ████████████████  630
public struct HistogramChart: Sendable {
  let labels: [String]
  let values: [Double]

  /// Bars under labels.
  public init(labels: [String], values: [Double]) {
    self.labels = labels
    self.values = values
  }

  /// Counts of bins.
  ///
  /// - Parameters:
  ///   - edges: one more than there are counts, ascending.
  public init(edges: [Double], counts: [Int]) {
    let layout = NumberLayout(of: edges.map(Float.init))
    let texts = edges.map { layout.text(Float($0)) }
    let width = texts.map(columns).max() ?? 0
    labels = zip(texts, texts.dropFirst()).map {
      $0.rightAligned(to: width) + " … " + $1.rightAligned(to: width)
    }
    values = counts.map(Double.init)
  }

  public func lines(_ options: DisplayOptions) -> [String] {
    guard labels.count == values.count else { return [] }
    let largest = values.filter(\.isFinite).max() ?? 0
    let margin = labels.map(columns).max() ?? 0
    let numbers = values.map { value in Int(exactly: value).map(grouped) ?? short(value) }
    let numberWidth = numbers.map(columns).max() ?? 0
    let room = max(8, min(50, options.width - margin - numberWidth - 4))
    return labels.indices.map { place in
      let bar = largest > 0 ? block(values[place] / largest, cells: room) : ""
      return labels[place].rightAligned(to: margin) + "  " + options.paint(bar, .name)
        + spaces(room - columns(of: bar) + 2) + numbers[place].rightAligned(to: numberWidth)
    }
  }

  /// A bar in eighths of a character; what is not zero shows at least one eighth.
  private func block(_ share: Double, cells: Int) -> String {
    guard share > 0, share <= 1 else { return "" }
    let eighths = max(1, Int((share * Double(8 * cells)).rounded()))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}
