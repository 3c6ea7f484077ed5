/// The text of one input and the name it is reported under.
public final class Source: Sendable {
  /// `<repl 7>`, `hw1.esp`, `lessons/01-…md`.
  public let name: String
  /// Valid UTF-8; what was not has already been refused or replaced by the lexer's diagnostics.
  public let text: [UInt8]
  /// The line that the first line of `text` has in its file (a fence in a lesson starts later).
  public let firstLine: Int
  private let lineStarts: [Int]

  public init(name: String, text: [UInt8], firstLine: Int = 1) {
    self.name = name
    self.text = text
    self.firstLine = firstLine
    var starts = [0]
    for (offset, byte) in text.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  public convenience init(name: String, _ text: String, firstLine: Int = 1) {
    self.init(name: name, text: Array(text.utf8), firstLine: firstLine)
  }

  /// A place as people count it: lines and columns from 1, columns in characters.
  public struct Position: Hashable, Sendable {
    public var line: Int
    public var column: Int
  }

  public func position(of offset: Int) -> Position {
    let index = lineIndex(of: offset)
    let before = String(decoding: text[lineStarts[index]..<min(offset, text.count)], as: UTF8.self)
    return Position(line: firstLine + index, column: before.count + 1)
  }

  /// The text of the line that holds `offset`, without its end, and the offset it starts at.
  public func line(at offset: Int) -> (text: String, start: Int) {
    let index = lineIndex(of: offset)
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : text.count
    if end > start, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return (String(decoding: text[start..<end], as: UTF8.self), start)
  }

  public subscript(span: Span) -> String {
    String(decoding: text[span.start..<min(span.end, text.count)], as: UTF8.self)
  }

  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
