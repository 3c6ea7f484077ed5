/// How many columns of a terminal a text takes, and text brought to a number of columns.
///
/// Escape sequences take none, combining marks none, East Asian wide characters and emoji two.
public func columns(of text: some StringProtocol) -> Int {
  var count = 0
  var isEscape = false
  for scalar in text.unicodeScalars {
    if isEscape {
      isEscape = !(scalar.properties.isAlphabetic)
    } else if scalar == "\u{1B}" {
      isEscape = true
    } else {
      count += columns(of: scalar)
    }
  }
  return count
}

private func columns(of scalar: Unicode.Scalar) -> Int {
  if scalar.value < 0x300 { return scalar.value < 0x20 ? 0 : 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

extension String {
  /// The text with spaces behind it up to a width.
  func padded(to width: Int) -> String {
    self + spaces(width - columns(of: self))
  }

  /// The text with spaces before it up to a width.
  func rightAligned(to width: Int) -> String {
    spaces(width - columns(of: self)) + self
  }

  /// The text without the spaces at its end.
  var trimmedAtEnd: String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last])
  }

  /// The first columns of the text, ending in `…` where something was cut.
  func cut(to width: Int) -> String {
    guard columns(of: self) > width else { return self }
    var kept = ""
    var used = 0
    for character in self {
      let next = columns(of: String(character))
      if used + next > width - 1 { break }
      kept.append(character)
      used += next
    }
    return kept + "…"
  }
}

func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

/// Words set in lines of at most `width` columns; line ends in the text are kept.
public func wrapped(_ text: String, width: Int) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
    var lines: [String] = []
    var line = ""
    for word in paragraph.split(separator: " ") {
      if !line.isEmpty, columns(of: line) + 1 + columns(of: word) > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return lines + [line]
  }
}
