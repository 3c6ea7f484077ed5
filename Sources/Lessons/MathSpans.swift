import Rendering

/// Markdown with its formulas taken out, so that no star or underscore in them is read as emphasis.
///
/// `$…$` in a line and `$$…$$` around lines of their own are formulas in LaTeX. A dollar opens one
/// when no blank follows it, and closes it when no blank stands before and no digit behind it; code
/// is left alone. In the text a formula is a mark, a number between two private characters.
struct MathSpans {
  struct Span: Equatable {
    var latex: String
    var isDisplayed: Bool
  }
  private(set) var text = ""
  private(set) var spans: [Span] = []

  private static let opening: Character = "\u{E000}"
  private static let closing: Character = "\u{E001}"

  init(_ markdown: String) {
    var fence: Substring?
    var display: [Substring]?
    var lines: [String] = []
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      let bare = line.drop { $0 == " " }
      if let open = fence {
        if bare.hasPrefix(open) { fence = nil }
        lines.append(String(line))
      } else if var body = display {
        if bare.hasPrefix("$$") {
          lines.append(mark(body.joined(separator: " "), isDisplayed: true))
          display = nil
        } else {
          body.append(line)
          display = body
        }
      } else if bare.hasPrefix("```") || bare.hasPrefix("~~~") {
        fence = bare.prefix(3)
        lines.append(String(line))
      } else if bare.hasPrefix("$$") {
        let inside = bare.dropFirst(2)
        if let end = inside.firstRange(of: "$$") {
          lines.append(mark(String(inside[..<end.lowerBound]), isDisplayed: true))
        } else {
          display = inside.isEmpty ? [] : [inside]
        }
      } else if line.count - bare.count >= 4 {
        lines.append(String(line))
      } else {
        lines.append(lifted(line))
      }
    }
    if let body = display { lines.append(mark(body.joined(separator: " "), isDisplayed: true)) }
    text = lines.joined(separator: "\n")
  }

  /// The text with every mark replaced.
  func filled(_ text: String, _ write: (Span) -> String) -> String {
    guard text.contains(Self.opening) else { return text }
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: Self.opening) {
      result += rest[..<start]
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: Self.closing), let number = Int(rest[..<end]),
        spans.indices.contains(number)
      else { continue }
      result += write(spans[number])
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  /// The formula that a text is, when it is nothing else and stands on lines of its own.
  func displayed(_ text: String) -> Span? {
    guard text.first == Self.opening, text.last == Self.closing,
      let number = Int(text.dropFirst().dropLast()), spans.indices.contains(number),
      spans[number].isDisplayed
    else { return nil }
    return spans[number]
  }

  private mutating func mark(_ latex: String, isDisplayed: Bool) -> String {
    spans.append(Span(latex: latex, isDisplayed: isDisplayed))
    return "\(Self.opening)\(spans.count - 1)\(Self.closing)"
  }

  private mutating func lifted(_ line: Substring) -> String {
    var result = ""
    var rest = line
    while let first = rest.first {
      if first == "`" {
        let ticks = rest.prefix { $0 == "`" }
        let behind = rest.dropFirst(ticks.count)
        if let end = behind.firstRange(of: ticks) {
          result += rest[..<end.upperBound]
          rest = rest[end.upperBound...]
        } else {
          result += ticks
          rest = behind
        }
      } else if first == "\\", rest.count > 1 {
        result += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if first == "$", let latex = formula(at: rest) {
        result += mark(String(latex), isDisplayed: false)
        rest = rest[latex.endIndex...].dropFirst()
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// What stands between this dollar and the one that closes it.
  private func formula(at text: Substring) -> Substring? {
    let inside = text.dropFirst()
    guard let first = inside.first, first != " ", first != "$" else { return nil }
    var place = inside.startIndex
    while let end = inside[place...].firstIndex(of: "$") {
      let before = inside[inside.index(before: end)]
      let behind = inside[inside.index(after: end)...].first
      if before != " ", before != "\\", !(behind?.isNumber ?? false) { return inside[..<end] }
      place = inside.index(after: end)
    }
    return nil
  }
}
