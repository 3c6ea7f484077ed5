import Language

/// A diagnostic as text: headline, the lines of source it is about, notes and help.
///
///     error[E0006]: `%` is part of a number, as in 80%
///       ┌─ <repl 7>:1:14
///     1 │ let half = 7 % 2
///       │              ^
///       help: the remainder is `mod(7, 2)`
///           │ let half = mod(7, 2)
///
/// - Parameters:
///   - width: columns; source lines are cut around the place, prose is set in lines.
///   - color: whether escape sequences may be written.
/// - Returns: lines without a line end behind the last.
public func renderDiagnostic(
  _ diagnostic: Diagnostic, width: Int = 100, color: Bool = false
) -> String {
  DiagnosticFrame(diagnostic, width: max(width, 40), paint: Paint(isOn: color)).text
}

/// A diagnostic in words alone, for a screen reader: no frame, no carets, places said.
public func narrateDiagnostic(_ diagnostic: Diagnostic) -> String {
  let position = diagnostic.source.position(of: diagnostic.span.start)
  var lines = [
    "\(diagnostic.severity.rawValue) \(diagnostic.code), \(diagnostic.source.name) "
      + "line \(position.line) column \(position.column): \(diagnostic.headline)"
  ]
  if !diagnostic.label.isEmpty { lines.append(diagnostic.label) }
  for label in diagnostic.labels {
    let place = label.source.position(of: label.span.start)
    let subject = label.source[label.span]
    let file = label.source === diagnostic.source ? "" : "\(label.source.name) "
    lines.append(
      "`\(subject.cut(to: 40))`, \(file)line \(place.line) column \(place.column): \(label.text)")
  }
  lines += diagnostic.notes
  for help in diagnostic.help {
    lines.append("help: \(help.text)")
    if let corrected = help.correctedLine { lines.append("corrected: \(corrected.cut(to: 200))") }
  }
  return lines.joined(separator: "\n")
}

/// Lays out one diagnostic.
private struct DiagnosticFrame {
  let diagnostic: Diagnostic
  let width: Int
  let paint: Paint
  /// Columns of the line numbers.
  let gutter: Int

  init(_ diagnostic: Diagnostic, width: Int, paint: Paint) {
    self.diagnostic = diagnostic
    self.width = width
    self.paint = paint
    let places =
      [(diagnostic.source, diagnostic.span)] + diagnostic.labels.map { ($0.source, $0.span) }
    let last = places.map { $0.0.position(of: $0.1.start).line }.max() ?? 1
    gutter = max(2, String(last).count)
  }

  var role: Paint.Role { diagnostic.severity == .warning ? .warning : .error }

  var text: String {
    var lines = [
      paint("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", role)
        + paint(": \(diagnostic.headline)", .strong)
    ]
    var sources = [diagnostic.source]
    for label in diagnostic.labels where !sources.contains(where: { $0 === label.source }) {
      sources.append(label.source)
    }
    for source in sources { lines += excerpt(of: source) }
    for note in diagnostic.notes { lines += prose(note, first: "", rest: "") }
    for help in diagnostic.help {
      lines += prose(help.text, first: "help: ", rest: "      ")
      lines += corrected(help)
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Source

  private func excerpt(of source: Source) -> [String] {
    var marks = diagnostic.labels.filter { $0.source === source }.map {
      MarkedSpan(span: $0.span, text: $0.text, isPrimary: false)
    }
    if source === diagnostic.source {
      marks.insert(
        MarkedSpan(span: diagnostic.span, text: diagnostic.label, isPrimary: true), at: 0)
    }
    let first = source.position(of: marks.first?.span.start ?? 0)
    var lines = [
      spaces(gutter) + paint("┌─ ", .line) + "\(source.name):\(first.line):\(first.column)"
    ]
    let byLine = Dictionary(grouping: marks) { source.position(of: $0.span.start).line }
    var previous: Int?
    for (number, marks) in byLine.sorted(by: { $0.key < $1.key }) {
      if let previous, number > previous + 1 {
        lines.append(spaces(gutter) + paint("⋮", .line))
      }
      previous = number
      let line = MarkedLine(source, marks, width: width - gutter - 2)
      let shown = String(number)
      lines.append(
        paint(shown + spaces(gutter - shown.count) + "│", .line) + line.leading + line.text)
      let below = line.below(paint: paint, role: role)
      lines += below.map { spaces(gutter) + paint("│", .line) + line.leading + $0 }
      if below.count > 1 { lines.append(spaces(gutter) + paint("│", .line)) }
    }
    return lines.map(\.trimmedAtEnd)
  }

  // MARK: Prose

  private func prose(_ text: String, first: String, rest: String) -> [String] {
    let lines = wrapped(text, width: width - gutter - columns(of: first))
    return lines.enumerated().map { index, line in
      spaces(gutter) + (index == 0 ? paint(first, .good) : rest) + line
    }
  }

  private func corrected(_ help: Diagnostic.Help) -> [String] {
    guard let corrected = help.correctedLine else { return [] }
    let start = help.edit.map { diagnostic.source.line(at: $0.span.start).start } ?? 0
    let edited = (help.edit?.span.start ?? 0) - start
    let prefix = spaces(gutter + 4) + paint("│", .line) + " "
    return corrected.split(separator: "\n", omittingEmptySubsequences: false).prefix(4).enumerated()
      .map { index, line in
        let window = ScreenLine(
          Array(line.utf8), around: index == 0 ? edited..<(edited + 1) : 0..<1,
          width: width - gutter - 6)
        return prefix + window.text
      }
  }
}

/// A span to be underlined, with what is said of it.
struct MarkedSpan {
  var span: Span
  var text: String
  var isPrimary: Bool
}

/// One line of source with its underlines.
struct MarkedLine {
  let text: String
  let leading = " "
  private let screen: ScreenLine
  private let marks: [(columns: Range<Int>, mark: MarkedSpan)]

  init(_ source: Source, _ marks: [MarkedSpan], width: Int) {
    let (line, start) = source.line(at: marks.first?.span.start ?? 0)
    let bytes = Array(line.utf8)
    let inLine = marks.map { mark -> Range<Int> in
      let first = min(max(0, mark.span.start - start), bytes.count)
      return first..<max(first, min(mark.span.end - start, bytes.count))
    }
    let from = inLine.map(\.lowerBound).min() ?? 0
    let focus = inLine.first ?? 0..<0
    let to = inLine.map(\.upperBound).max() ?? 0
    // All marks when they fit beside each other, else the first.
    screen = ScreenLine(bytes, around: to - from < width / 2 ? from..<to : focus, width: width)
    text = screen.text
    let screen = screen
    self.marks = zip(inLine, marks).map { range, mark in
      let first = screen.column(of: range.lowerBound)
      return (first..<max(first + 1, screen.column(of: range.upperBound)), mark)
    }
  }

  /// The underlines, then the texts that found no room behind them.
  func below(paint: Paint, role: Paint.Role) -> [String] {
    var cells: [(character: Character, isPrimary: Bool)] = []
    for (columns, mark) in marks.sorted(by: { !$0.mark.isPrimary && $1.mark.isPrimary }) {
      while cells.count < columns.upperBound { cells.append((" ", false)) }
      for column in columns { cells[column] = (mark.isPrimary ? "^" : "─", mark.isPrimary) }
    }
    var underline = ""
    for cell in cells {
      underline += cell.isPrimary ? paint(String(cell.character), role) : String(cell.character)
    }
    var texts = marks.filter { !$0.mark.text.isEmpty }
      .sorted { $0.columns.lowerBound > $1.columns.lowerBound }
    if let last = texts.first, last.columns.upperBound == cells.count {
      underline += " " + last.mark.text
      texts.removeFirst()
    }
    return [underline] + texts.map { spaces($0.columns.lowerBound) + $0.mark.text }
  }
}

/// A line as it stands on the screen: tabs as spaces, control characters as `·`, cut to a width.
struct ScreenLine {
  let text: String
  /// The column at which each byte of the line begins; bytes outside the cut lie at its ends.
  private let firstByte: Int
  private let columnOfByte: [Int]
  private let endColumn: Int

  /// - Parameter focus: the bytes that must be seen when the line is cut.
  init(_ line: [UInt8], around focus: Range<Int>, width: Int) {
    let (start, end) = Self.window(line, around: focus, width: width)
    var shown = start > 0 ? "…" : ""
    var column = start > 0 ? 1 : 0
    var columnOfByte: [Int] = []
    for character in String(decoding: line[start..<end], as: UTF8.self) {
      let piece = Self.shown(character, at: column)
      let taken = columns(of: piece)
      guard column + taken < width else { break }  // one column is left for `…`
      for _ in character.utf8 { columnOfByte.append(column) }
      shown += piece
      column += taken
    }
    if columnOfByte.count < line.count - start { shown += "…" }
    text = shown
    firstByte = start
    self.columnOfByte = columnOfByte
    endColumn = column
  }

  /// The column of a byte of the line, pulled to the ends of what is seen.
  func column(of byte: Int) -> Int {
    let index = byte - firstByte
    if index < 0 { return 0 }
    return index < columnOfByte.count ? columnOfByte[index] : endColumn
  }

  /// Bytes worth looking at: a character takes at most a few columns less than its bytes.
  private static func window(
    _ line: [UInt8], around focus: Range<Int>, width: Int
  ) -> (start: Int, end: Int) {
    guard line.count > width else { return (0, line.count) }
    var start = 0
    if focus.upperBound > width - 8 {
      let lead = min(width / 3, max(8, width - 8 - focus.count))
      start = max(0, focus.lowerBound - lead)
    }
    while start > 0, start < line.count, line[start] & 0xC0 == 0x80 { start -= 1 }
    var end = min(line.count, start + 4 * width)
    while end < line.count, line[end] & 0xC0 == 0x80 { end += 1 }
    return (start, end)
  }

  private static func shown(_ character: Character, at column: Int) -> String {
    if character == "\t" { return spaces(4 - column % 4) }
    guard let scalar = character.unicodeScalars.first, scalar.value < 0x20 || scalar.value == 0x7F
    else { return String(character) }
    return "·"
  }
}
