extension Lexer {
  /// From inside a string to its end, to an interpolation, or to the end of the line.
  mutating func scanStringPart() {
    let start = position
    var content: [UInt8] = []
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\n"):
        appendText(content, from: start)
        return giveUpString()
      case UInt8(ascii: "\""):
        appendText(content, from: start)
        return closeString()
      case UInt8(ascii: "\\"):
        if byte(position + 1) == UInt8(ascii: "(") {
          appendText(content, from: start)
          return openInterpolation()
        }
        scanEscape(into: &content)
      default:
        content.append(text[position])
        position += 1
      }
    }
    appendText(content, from: start)
  }

  private mutating func appendText(_ content: [UInt8], from start: Int) {
    guard position > start else { return }
    append(.stringText, from: start, to: position, link: strings.count)
    strings.append(String(decoding: content, as: UTF8.self))
  }

  private mutating func scanEscape(into content: inout [UInt8]) {
    let start = position
    let escaped = byte(position + 1)
    let meaning: UInt8? =
      switch escaped {
      case UInt8(ascii: "n"): UInt8(ascii: "\n")
      case UInt8(ascii: "t"): UInt8(ascii: "\t")
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): escaped
      default: nil
      }
    if let meaning {
      content.append(meaning)
      position += 2
      return
    }
    position += 1
    guard position < text.count, text[position] != UInt8(ascii: "\n") else { return }
    let length = escaped < 0x80 ? 1 : scalar(at: position).length
    let shown = word(start, position + length)
    position += length
    findings.add(
      "E0011", "a string has no escape `\(shown)`", at: Span(start, position),
      notes: [#"escapes are \n \t \" \\ and \(…)"#],
      help: [.replace(Span(start, position), with: "\\" + shown, "a backslash is `\\\\`")])
  }
}
