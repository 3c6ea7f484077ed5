import Catalog

/// The elements of a tensor as lines of text that fit the screen.
///
/// Only the elements that are going to be seen are read and formatted, so a tensor of 10,000×10,000
/// costs as much as one of 20×20.
struct TensorGrid {
  /// What is shown, reached by flat index in row-major order.
  struct Elements {
    var dimensions: [Int]
    var value: (Int) -> Float
    /// Whether pruning took the element away, which shows as `·`.
    var isPruned: (Int) -> Bool
    /// A mask shows words.
    var isMask = false
  }

  let elements: Elements
  let options: DisplayOptions
  /// Further values that are shown in the same layout (the header's extremes).
  let companions: [Float]

  init(_ elements: Elements, _ options: DisplayOptions, companions: [Float] = []) {
    self.elements = elements
    self.options = options
    self.companions = companions
  }

  /// The lines, and the layout they use.
  func lines() -> (lines: [String], layout: NumberLayout) {
    let dimensions = elements.dimensions
    guard !dimensions.contains(0) else {
      return ([], NumberLayout(of: companions, limit: options.decimals))
    }
    switch dimensions.count {
    case 0, 1: return vector(length: dimensions.first ?? 1)
    default: return slices()
    }
  }

  // MARK: One axis

  private func vector(length: Int) -> (lines: [String], layout: NumberLayout) {
    var perLine = min(length, options.width / 3)
    while true {
      let rows = cut(rowCount: (length + perLine - 1) / perLine, to: min(options.height - 2, 8))
      let visible = rows.map { row in
        row.map { Array($0 * perLine..<min(length, ($0 + 1) * perLine)) }
      }
      let indices = visible.compactMap { $0 }.flatMap { $0 }
      let layout = layout(of: indices)
      let texts = indices.map { text(at: $0, layout) }
      if perLine >= length, 2 * length + texts.map(columns).reduce(0, +) <= options.width {
        // Alone on its line, nothing has to stand under anything.
        return (["  " + texts.map(\.trimmedAtEnd).joined(separator: "  ")], layout)
      }
      let width = texts.map(columns).max() ?? 1
      let fitting = max(1, options.width / (width + 2))
      // A line that is full but not the only one has one width for all, which may need more room.
      guard fitting >= perLine, perLine < length || length == 1 else {
        perLine = min(fitting, max(1, perLine - 1))
        continue
      }
      let lines = visible.map { row in
        guard let row else { return "  " + "⋮".rightAligned(to: width) }
        return row.map { "  " + text(at: $0, layout).rightAligned(to: width) }.joined()
      }
      return (lines.map(\.trimmedAtEnd), layout)
    }
  }

  // MARK: Two axes and more

  private func slices() -> (lines: [String], layout: NumberLayout) {
    let dimensions = elements.dimensions
    let rowCount = dimensions[dimensions.count - 2]
    let columnCount = dimensions[dimensions.count - 1]
    let sliceCount = dimensions.dropLast(2).reduce(1, *)
    let room = options.height - 2

    let (sliceNumbers, rows) = visible(slices: sliceCount, rows: rowCount, room: room)
    var wanted = min(columnCount, options.width / 3)
    while true {
      let shownColumns = cut(rowCount: columnCount, to: wanted)
      let indices = sliceNumbers.compactMap { $0 }.flatMap { slice in
        rows.compactMap { $0 }.flatMap { row in
          shownColumns.compactMap { $0 }.map { (slice * rowCount + row) * columnCount + $0 }
        }
      }
      let layout = layout(of: indices)
      let width = indices.reduce(1) { max($0, columns(of: text(at: $1, layout))) }
      let isCut = wanted < columnCount
      let fitting = max(2, (options.width - (isCut ? 3 : 0)) / (width + 2) + (isCut ? 1 : 0))
      if wanted > fitting {
        wanted = min(fitting, wanted - 1)
        continue
      }
      var lines: [String] = []
      for slice in sliceNumbers {
        guard let slice else {
          let hidden = sliceCount - sliceNumbers.compactMap { $0 }.count
          lines.append("  ⋮  \(grouped(hidden)) more")
          continue
        }
        if dimensions.count > 2 { lines.append(label(ofSlice: slice)) }
        lines += rows.map { row in
          line(slice, row, shownColumns, (rowCount, columnCount), width, layout)
        }
      }
      return (lines.map(\.trimmedAtEnd), layout)
    }
  }

  private func line(
    _ slice: Int, _ row: Int?, _ shownColumns: [Int?], _ counts: (rows: Int, columns: Int),
    _ width: Int, _ layout: NumberLayout
  ) -> String {
    shownColumns.map { column in
      guard let column else { return row == nil ? "  ⋱" : "  …" }
      guard let row else {
        return "  " + ("⋮" + spaces(layout.columnsBehindPoint)).rightAligned(to: width)
      }
      let index = (slice * counts.rows + row) * counts.columns + column
      return "  " + text(at: index, layout).rightAligned(to: width)
    }.joined()
  }

  /// The index that gives the slice: `[0, 2]`.
  private func label(ofSlice number: Int) -> String {
    var rest = number
    var index: [Int] = []
    for size in elements.dimensions.dropLast(2).reversed() {
      index.insert(rest % size, at: 0)
      rest /= size
    }
    return "[" + index.map(String.init).joined(separator: ", ") + "]"
  }

  /// Which slices and which of their rows there is room for; `nil` stands for what is left out.
  private func visible(slices: Int, rows: Int, room: Int) -> ([Int?], [Int?]) {
    guard elements.dimensions.count > 2 else { return ([0], cut(rowCount: rows, to: room)) }
    let (needed, overflow) = slices.multipliedReportingOverflow(by: rows + 1)
    if !overflow, needed <= room {
      return (cut(rowCount: slices, to: slices), (0..<rows).map { $0 })
    }
    let shownRows = cut(rowCount: rows, to: max(3, min(rows, room / min(slices, 3) - 1)))
    return (cut(rowCount: slices, to: max(1, room / (shownRows.count + 1))), shownRows)
  }

  /// The first and last of `count` places, with `nil` for those between that do not fit.
  private func cut(rowCount count: Int, to limit: Int) -> [Int?] {
    guard count > limit else { return (0..<count).map { $0 } }
    guard limit > 2 else { return (0..<max(1, limit - 1)).map { $0 } + [nil] }
    let first = limit / 2
    let last = limit - 1 - first
    return (0..<first).map { $0 } + [nil] + (count - last..<count).map { $0 }
  }

  // MARK: One element

  private func layout(of indices: [Int]) -> NumberLayout {
    elements.isMask
      ? NumberLayout(of: [])
      : NumberLayout(
        of: indices.filter { !elements.isPruned($0) }.map(elements.value) + companions,
        limit: options.decimals)
  }

  private func text(at index: Int, _ layout: NumberLayout) -> String {
    if elements.isMask { return elements.value(index) == 0 ? "false" : "true" }
    if elements.isPruned(index) { return "·" + spaces(layout.columnsBehindPoint) }
    let value = elements.value(index)
    guard value.isFinite else {
      return layout.text(value) + spaces(layout.columnsBehindPoint)
    }
    return layout.text(value)
  }
}
