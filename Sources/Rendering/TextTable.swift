/// Rows under headings, columns aligned, numbers to the right.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  public var headings: [String]
  public var rows: [[String]]
  /// Column by column; columns without one are right-aligned, except the first.
  public var alignments: [Alignment]

  public init(headings: [String] = [], rows: [[String]], alignments: [Alignment] = []) {
    self.headings = headings
    self.rows = rows
    self.alignments = alignments
  }

  /// The lines of the table; a wide one stands closer, and is cut where that is not enough.
  ///
  /// - Parameter gap: columns between two columns, at least 2 where there is no room for it.
  public func lines(_ options: DisplayOptions, gap: Int = 4) -> [String] {
    let all = (headings.isEmpty ? [] : [headings]) + rows
    let count = all.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      all.map { column < $0.count ? columns(of: $0[column]) : 0 }.max() ?? 0
    }
    let room = max(0, options.width - widths.reduce(0, +)) / max(1, count - 1)
    let gap = max(min(gap, 2), min(gap, room))
    return all.enumerated().map { number, row in
      var line = ""
      for (column, cell) in row.enumerated() {
        if column > 0 { line += spaces(gap) }
        switch alignment(column) {
        case .left: line += cell.padded(to: widths[column])
        case .right: line += cell.rightAligned(to: widths[column])
        }
      }
      line = line.trimmedAtEnd.cut(to: options.width)
      return number == 0 && !headings.isEmpty ? options.paint(line, .strong) : line
    }
  }

  private func alignment(_ column: Int) -> Alignment {
    column < alignments.count ? alignments[column] : column == 0 ? .left : .right
  }
}
