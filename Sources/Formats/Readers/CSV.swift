/// A table as text: fields parted by commas, in a .tsv file by tabs.
///
/// Fields may be quoted, with "" for a quote and line breaks inside. The first line is a header
/// when none of its fields is a number. Empty lines are passed over.
/// - Source: RFC 4180.
struct CSV {
  /// Names of the columns; empty without a header.
  private(set) var header: [String] = []
  private(set) var columnCount = 0
  /// The number of rows below the header.
  var rowCount: Int { lines.count }

  private let contents: FileContents
  private let separator: UInt8
  /// All fields row by row, and the line each row begins on.
  private var fields: [Field] = []
  private var lines: [Int] = []

  /// The bytes of a field in the file, without quotes around it.
  private struct Field {
    var start: Int
    var end: Int
    /// Whether "" inside stands for one quote.
    var hasQuotes: Bool
  }

  /// - Throws: `FileError` with the line of a row that is ragged or has an open quote.
  init(_ contents: FileContents) throws {
    self.contents = contents
    separator = UInt8(ascii: contents.path.hasSuffix(".tsv") ? "\t" : ",")
    var at = contents.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    while at < contents.bytes.count { try scanRow(&at, &line) }
    guard rowCount > 0 else {
      throw FileError.badRow(path: contents.path, line: 1, problem: "there is no row")
    }
    let first = fields[..<columnCount]
    if first.allSatisfy({ number($0) == nil }) {
      header = first.map(text)
      fields.removeFirst(columnCount)
      lines.removeFirst()
    }
    guard rowCount > 0 else {
      throw FileError.badRow(
        path: contents.path, line: line, problem: "there is no row below the header")
    }
  }

  /// The number in a field.
  ///
  /// - Throws: `FileError.badRow` when the field is empty or no number.
  func number(row: Int, column: Int) throws -> Float {
    let field = fields[row * columnCount + column]
    if let number = number(field) { return number }
    let shown = text(field)
    throw FileError.badRow(
      path: contents.path, line: lines[row],
      problem: "\(name(ofColumn: column)) holds "
        + (shown.isEmpty ? "nothing" : "\"\(shown.prefix(40))\"") + "; a number was expected")
  }

  /// A field as text.
  func text(row: Int, column: Int) -> String { text(fields[row * columnCount + column]) }

  /// How messages call a column, counted from 1: `column 3 "age"`.
  func name(ofColumn column: Int) -> String {
    "column \(column + 1)" + (header.isEmpty ? "" : " \"\(header[column])\"")
  }

  // MARK: - Scanning

  private mutating func scanRow(_ at: inout Int, _ line: inout Int) throws {
    let bytes = contents.bytes
    let startLine = line
    let firstField = fields.count
    while true {
      fields.append(try scanField(&at, &line))
      guard at < bytes.count, bytes[at] == separator else { break }
      at += 1
    }
    if at < bytes.count, bytes[at] == 0x0D { at += 1 }
    if at < bytes.count, bytes[at] == 0x0A { at += 1 }
    line += 1
    let found = fields.count - firstField
    if found == 1, fields[firstField].start == fields[firstField].end {
      fields.removeLast()
      return
    }
    if lines.isEmpty { columnCount = found }
    guard found == columnCount else {
      throw FileError.badRow(
        path: contents.path, line: startLine,
        problem: "\(found) \(found == 1 ? "field" : "fields"), where the first row has "
          + "\(columnCount)")
    }
    lines.append(startLine)
  }

  private func scanField(_ at: inout Int, _ line: inout Int) throws -> Field {
    let bytes = contents.bytes
    if at < bytes.count, bytes[at] == UInt8(ascii: "\"") { return try scanQuoted(&at, &line) }
    var start = at
    while at < bytes.count, bytes[at] != separator, bytes[at] != 0x0A, bytes[at] != 0x0D { at += 1 }
    var end = at
    while start < end, bytes[start] == 0x20 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 { end -= 1 }
    return Field(start: start, end: end, hasQuotes: false)
  }

  private func scanQuoted(_ at: inout Int, _ line: inout Int) throws -> Field {
    let bytes = contents.bytes
    let startLine = line
    let quote = UInt8(ascii: "\"")
    at += 1
    let start = at
    var hasQuotes = false
    while at < bytes.count {
      if bytes[at] == quote {
        guard at + 1 < bytes.count, bytes[at + 1] == quote else { break }
        hasQuotes = true
        at += 1
      } else if bytes[at] == 0x0A {
        line += 1
      }
      at += 1
    }
    guard at < bytes.count else {
      throw FileError.badRow(
        path: contents.path, line: startLine, problem: "a quote is opened and never closed")
    }
    let field = Field(start: start, end: at, hasQuotes: hasQuotes)
    at += 1
    guard at == bytes.count || [separator, 0x0A, 0x0D].contains(bytes[at]) else {
      throw FileError.badRow(
        path: contents.path, line: line, problem: "something follows a closing quote")
    }
    return field
  }

  // MARK: - Fields

  private func text(_ field: Field) -> String {
    let text = String(decoding: contents.bytes[field.start..<field.end], as: UTF8.self)
    return field.hasQuotes ? text.replacing("\"\"", with: "\"") : text
  }

  private func number(_ field: Field) -> Float? {
    let bytes = contents.bytes[field.start..<field.end]
    // Up to seven digits are exact in Float, and most tables hold nothing else.
    if (1...7).contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) {
      return Float(bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
    return Float(text(field))
  }
}
