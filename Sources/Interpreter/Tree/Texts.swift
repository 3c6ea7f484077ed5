import Language

/// A string with `\( )` in it.
final class TextNode: Node {
  enum Piece {
    case text(String)
    case value(Node)
  }
  private let pieces: [Piece]

  init(_ pieces: [Piece], _ place: Place) {
    self.pieces = pieces
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var string = ""
    for piece in pieces {
      switch piece {
      case .text(let text): string += text
      case .value(let node): string += try node.operand(frame).text
      }
    }
    return .text(try place.describing { try Text(string) })
  }
}

/// A list as it is written: `[a, b, …]`.
final class ListNode: Node {
  private let items: [Node]

  init(_ items: [Node], _ place: Place) {
    self.items = items
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var values: [Value] = []
    values.reserveCapacity(items.count)
    for item in items { values.append(try item.operand(frame)) }
    return .list(try place.describing { try List(values) })
  }
}

/// A range with both ends: `a..<b`, `a...b`.
final class RangeNode: Node {
  private let lower: Node
  private let upper: Node
  private let isClosed: Bool

  init(_ lower: Node, _ upper: Node, isClosed: Bool, _ place: Place) {
    self.lower = lower
    self.upper = upper
    self.isClosed = isClosed
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let start = try rangeEnd(lower, frame)
    let written = try rangeEnd(upper, frame)
    // The empty range is written `n..<n` or `n...n-1`.
    let (end, overflow) = written.addingReportingOverflow(isClosed ? 1 : 0)
    guard !overflow, end >= start, !end.subtractingReportingOverflow(start).overflow else {
      throw place.error(
        "E0314", "a range goes upwards; \(start)\(isClosed ? "..." : "..<")\(written) goes down",
        help: written < start && !overflow
          ? ["`reverse(\(written)\(isClosed ? "..." : "..<")\(start))`"] : [])
    }
    return .range(WholeRange(start..<end, isClosed: isClosed))
  }
}

/// The end of a range: a whole number, converted exactly.
func rangeEnd(_ node: Node, _ frame: Frame) throws -> Int {
  let value = try node.operand(frame)
  guard case .number(let number) = value else {
    throw node.place.error("E0201", "a range has whole numbers as ends; this is \(value.kind)")
  }
  guard let whole = Int(exactly: number) else {
    throw node.place.error(
      "E0313", "a range has whole numbers as ends; this is \(textForm(number))",
      help: number.rounded() == number ? [] : ["`linspace` divides a stretch of numbers evenly"])
  }
  return whole
}
