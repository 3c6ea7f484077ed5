/// Counts of values between edges as bars, one line a bin.
///
///     −0.50 … −0.25  ██████████▌       412
///     −0.25 …  0.00  ████████████████  630
public struct HistogramChart: Sendable {
  /// One more than there are counts, ascending.
  public var edges: [Double]
  public var counts: [Int]

  public init(edges: [Double], counts: [Int]) {
    self.edges = edges
    self.counts = counts
  }

  public func lines(_ options: DisplayOptions) -> [String] {
    guard let largest = counts.max(), edges.count == counts.count + 1 else { return [] }
    let layout = NumberLayout(of: edges.map(Float.init))
    let labels = edges.map { layout.text(Float($0)) }
    let margin = labels.map(columns).max() ?? 0
    let numbers = counts.map(grouped)
    let numberWidth = numbers.map(columns).max() ?? 0
    let room = max(8, min(50, options.width - 2 * margin - numberWidth - 7))
    return counts.indices.map { bin in
      let range =
        labels[bin].rightAligned(to: margin) + " … " + labels[bin + 1].rightAligned(to: margin)
      let bar = block(Double(counts[bin]) / Double(max(largest, 1)), cells: room)
      return range + "  " + options.paint(bar, .name) + spaces(room - columns(of: bar) + 2)
        + numbers[bin].rightAligned(to: numberWidth)
    }
  }

  /// A bar in eighths of a character; what is not zero shows at least one eighth.
  private func block(_ share: Double, cells: Int) -> String {
    guard share > 0 else { return "" }
    let eighths = max(1, Int((share * Double(8 * cells)).rounded()))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}
