import Language
import Tensors

/// `sweep name in domain { … }`: a report with a row per value.
final class SweepNode: Node {
  private let name: String
  private let slot: Int
  private let domain: Node
  private let body: Node
  /// The text of the block's last expression, which heads the column of results.
  private let heading: String
  /// Of one row.
  private let steps: Int

  init(
    _ name: String, _ slot: Int, _ domain: Node, _ body: Node, heading: String, steps: Int,
    _ place: Place
  ) {
    self.name = name
    self.slot = slot
    self.domain = domain
    self.body = body
    self.heading = heading
    self.steps = steps
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let values = try swept(frame)
    let state = frame.context.random
    var results: [Value] = []
    for (row, value) in values.enumerated() {
      try frame.checkpoint(steps: steps)
      report(value, results.last, row, of: values.count, frame)
      frame.context.random = state
      frame.slots[slot] = value
      let result = try body.evaluate(frame)
      if case .nothing = result { throw body.place.noValue() }
      results.append(result)
    }
    let rows = zip(values, results).map { [Report.Table.Cell.value($0), .value($1)] }
    let table = Report.Block.table(Report.Table(columns: [name, heading], rows: rows))
    return try place.describing {
      .report(
        Report(
          "sweep of \(name)",
          blocks: [table] + [plot(values, results)].compactMap { $0 },
          value: try .list(results),
          members: [("inputs", try .list(values)), ("results", try .list(results))]))
    }
  }

  /// The numbers over the numbers they come from, where there are enough to see a course.
  private func plot(_ values: [Value], _ results: [Value]) -> Report.Block? {
    var x: [Double] = []
    var y: [Double] = []
    for (value, result) in zip(values, results) {
      guard case .number(let place) = value, case .number(let height) = result else { return nil }
      x.append(place)
      y.append(height)
    }
    guard x.count >= 3, Set(x).count == x.count else { return nil }
    return .plot(
      Report.Plot(.lines, xLabel: name, yLabel: heading, series: [.init("", x: x, y: y)]))
  }

  /// The row that is being worked out, and the result of the one before; only a terminal shows it.
  private func report(_ value: Value, _ last: Value?, _ row: Int, of count: Int, _ frame: Frame) {
    var figures: [Progress.Figure] = []
    if case .number(let number)? = last { figures.append(.init("last result", number)) }
    frame.context.output(
      .progress(
        Progress(
          "\(name) = \(value.text)", fraction: Double(row) / Double(count), figures: figures)))
  }

  private func swept(_ frame: Frame) throws -> [Value] {
    switch try domain.operand(frame) {
    case .list(let list): return Array(list.items)
    case .range(let range):
      guard range.count <= List.longest else {
        throw domain.place.error(LanguageLimit.list(count: range.count))
      }
      return (range.lower..<range.upper).map { .number(Double($0)) }
    case let other:
      guard let rows = try domain.place.describing({ try other.rows() }) else {
        throw domain.place.error(
          "E0207", "`sweep` goes over a range, a list or a tensor; this is \(other.kind)")
      }
      return try domain.place.describing { try (0..<rows.count).map { try rows.row($0) } }
    }
  }
}
