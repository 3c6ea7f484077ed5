extension Findings {
  /// Refuses bytes that are no text: what is not UTF-8, and NUL.
  ///
  /// - Returns: whether the bytes can be read.
  mutating func validate(_ text: [UInt8]) -> Bool {
    if text.count > maximumSourceBytes {
      add(
        "E0608", "this input is too long", at: Span(0, 1),
        notes: ["it has \(text.count) bytes; at most \(maximumSourceBytes) are read"])
      return false
    }
    var offset = 0
    while offset < text.count, !isFull {
      let first = text[offset]
      if first == 0 {
        var end = offset + 1
        while end < text.count, text[end] == 0 { end += 1 }
        add(
          "E0002", "a NUL byte is no text", at: Span(offset, end),
          notes: ["this may be a binary file, or a text in UTF-16"])
        offset = end
      } else if first < 0x80 {
        offset += 1
      } else {
        offset = validateScalar(text, at: offset)
      }
    }
    return !hasErrors
  }

  private mutating func validateScalar(_ text: [UInt8], at offset: Int) -> Int {
    if let length = scalarLength(text, at: offset) { return offset + length }
    var end = offset + 1
    while end < text.count, text[end] >= 0x80, scalarLength(text, at: end) == nil { end += 1 }
    let bytes = text[offset..<min(end, offset + 4)].map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return "0x" + digits
    }
    let count = end - offset
    add(
      "E0001", count == 1 ? "this byte is not UTF-8" : "these bytes are not UTF-8",
      at: Span(offset, end), label: bytes.joined(separator: " ") + (count > 4 ? " …" : ""),
      notes: ["save the file as UTF-8"])
    return end
  }

  /// The bytes of one well-formed scalar (Unicode 15, table 3-7), `nil` when it is not one.
  private func scalarLength(_ text: [UInt8], at offset: Int) -> Int? {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch text[offset] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard offset + length <= text.count, second.contains(text[offset + 1]) else { return nil }
    for continuation in text[(offset + 2)..<max(offset + 2, offset + length)]
    where continuation & 0xC0 != 0x80 {
      return nil
    }
    return length
  }
}

/// A program of 16 MiB is a mistake; its tokens would fill the memory of a small machine.
let maximumSourceBytes = 16 << 20
