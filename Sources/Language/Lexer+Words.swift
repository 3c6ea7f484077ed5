extension Lexer {
  /// A name, a reserved word, or a blank.
  mutating func scanWord() {
    let start = position
    position = endOfWord(from: position)
    let length = position - start
    if length >= 4, text[start..<position].allSatisfy({ $0 == UInt8(ascii: "_") }) {
      return append(.blank, from: start, to: position)
    }
    guard length <= 8, let kind = reservedKinds[word(start, position)] else {
      return append(.name, from: start, to: position)
    }
    let end = position
    position = start
    closeBrackets(for: kind)
    position = end
    append(kind, from: start, to: end)
  }

  func word(_ start: Int, _ end: Int) -> String {
    String(decoding: text[start..<end], as: UTF8.self)
  }

  /// The whole word at an offset, or the one character there.
  func word(at offset: Int) -> String {
    let end = endOfWord(from: offset)
    return word(offset, end > offset ? end : min(offset + 1, text.count))
  }

  /// Letters of any script, marks on them, digits and `_`.
  func endOfWord(from start: Int) -> Int {
    var end = start
    while end < text.count {
      let next = text[end]
      if next >= 0x80 {
        let (scalar, length) = scalar(at: end)
        guard isLetter(scalar) || isMark(scalar) else { return end }
        end += length
      } else if isWordByte(next) {
        end += 1
      } else {
        return end
      }
    }
    return end
  }

  func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  func startsWord(at offset: Int) -> Bool {
    let first = byte(offset)
    if first >= 0x80 { return isLetter(scalar(at: offset).scalar) }
    return isWordByte(first) && !isDigit(first)
  }

  func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  /// The scalar at an offset of valid UTF-8 and its length in bytes.
  func scalar(at offset: Int) -> (scalar: UnicodeScalar, length: Int) {
    let first = text[offset]
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var iterator = text[offset..<min(offset + length, text.count)].makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return ("\u{FFFD}", 1) }
    return (scalar, length)
  }

  private func isLetter(_ scalar: UnicodeScalar) -> Bool { scalar.properties.isAlphabetic }

  private func isMark(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber: true
    default: false
    }
  }

  /// Everything outside ASCII: letters, our printed minus, spaces, and what word processors make.
  mutating func scanBeyondASCII() {
    let (scalar, length) = scalar(at: position)
    if isLetter(scalar) { return scanWord() }
    if scalar == "−" { return take(.minus, length) }
    if scalar.properties.isWhitespace || scalar == "\u{FEFF}" {
      position += length
      return
    }
    let span = Span(position, position + length)
    if "“”„‟«»".unicodeScalars.contains(scalar) { return scanTypographicString(length) }
    guard let meant = lookalikes[scalar] else {
      findings.add(
        "E0003", "\(shown(scalar)) means nothing here", at: wholeCharacter(at: position))
      position = wholeCharacter(at: position).end
      return append(.broken, from: span.start, to: position, isRepaired: true)
    }
    findings.add(
      "E0003", "`\(scalar)` is not a sign of the language", at: span,
      help: [.replace(span, with: meant.text, "write `\(meant.text)`")])
    append(meant.kind, from: span.start, to: span.end, isRepaired: true)
    position += length
  }

  /// A sign as a message shows it: by its number when it cannot be seen, or would move the text.
  private func shown(_ scalar: UnicodeScalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .unassigned, .surrogate, .lineSeparator,
      .paragraphSeparator, .nonspacingMark, .enclosingMark, .spacingMark:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    default: return "`\(scalar)`"
    }
  }

  /// The grapheme cluster at an offset, so that one emoji is one complaint.
  private func wholeCharacter(at offset: Int) -> Span {
    let window = String(decoding: text[offset..<min(offset + 64, text.count)], as: UTF8.self)
    return Span(offset, min(text.count, offset + (window.first?.utf8.count ?? 1)))
  }

  /// `“text”`: taken as a string, so that its words are not read as code.
  private mutating func scanTypographicString(_ length: Int) {
    let start = position
    var end = position + length
    while end < text.count, text[end] != UInt8(ascii: "\n") {
      if text[end] >= 0x80 {
        let (scalar, length) = scalar(at: end)
        end += length
        if "“”„‟«»".unicodeScalars.contains(scalar) {
          return takeForeignString(from: start, to: end, inside: Span(start + 3, end - length))
        }
      } else {
        end += 1
        if text[end - 1] == UInt8(ascii: "\"") {
          return takeForeignString(from: start, to: end, inside: Span(start + 3, end - 1))
        }
      }
    }
    takeForeignString(from: start, to: end, inside: Span(start + length, end))
  }

  /// A string in somebody else's quotes: reported, then read as the string it is.
  mutating func takeForeignString(from start: Int, to end: Int, inside: Span) {
    let content = word(min(inside.start, inside.end), inside.end)
    let span = Span(start, end)
    findings.add(
      "E0003", "a string stands between two `\"`", at: Span(start, end),
      help: content.contains("\"") || content.contains("\\")
        ? [] : [.replace(span, with: "\"\(content)\"", "write `\"\(content)\"`")])
    append(.stringStart, from: start, to: start, isRepaired: true)
    append(.stringText, from: start, to: end, link: strings.count)
    strings.append(content)
    append(.stringEnd, from: end, to: end)
    position = end
  }
}

/// Signs that word processors and formulas put in place of ours, with what was meant.
private let lookalikes: [UnicodeScalar: (text: String, kind: TokenKind)] = [
  "×": ("*", .star), "·": ("*", .star), "⋅": ("*", .star), "∗": ("*", .star), "÷": ("/", .slash),
  "–": ("-", .minus), "—": ("-", .minus), "‐": ("-", .minus), "－": ("-", .minus),
  "≤": ("<=", .lessOrEqual), "≥": (">=", .greaterOrEqual), "≠": ("!=", .notEqual),
  "…": ("...", .closedRange), "⋯": ("...", .closedRange), "→": ("=>", .closureArrow),
  "⇒": ("=>", .closureArrow), "，": (",", .comma), "：": (":", .colon), "；": (";", .semicolon),
  "＝": ("=", .assign), "＋": ("+", .plus), "∧": (" and ", .andWord), "∨": (" or ", .orWord),
  "¬": ("not ", .notWord),
]
