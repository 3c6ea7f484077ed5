/// Reads a file's bytes from front to back; going past the end is a `FileError.truncated`.
struct ByteReader {
  let path: String
  let bytes: [UInt8]
  private(set) var position: Int

  init(_ contents: FileContents, at position: Int = 0) {
    path = contents.path
    bytes = contents.bytes
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  /// Makes sure that so many bytes follow.
  ///
  /// - Parameter what: what they are, for the message: `the header`.
  func require(_ count: Int, _ what: String) throws {
    guard count >= 0, count <= remaining else {
      throw FileError.truncated(
        path: path, expected: what, needs: count, has: remaining, offset: position)
    }
  }

  /// The next bytes, without a copy.
  mutating func take(_ count: Int, _ what: String) throws -> ArraySlice<UInt8> {
    try require(count, what)
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// An unsigned whole number of 1 to 8 bytes.
  mutating func unsigned(_ count: Int, bigEndian: Bool = false, _ what: String) throws -> UInt64 {
    let slice = try take(count, what)
    var value: UInt64 = 0
    if bigEndian {
      for byte in slice { value = value << 8 | UInt64(byte) }
    } else {
      for byte in slice.reversed() { value = value << 8 | UInt64(byte) }
    }
    return value
  }

  /// An error at a place that was already passed.
  func damaged(_ expected: String, found: String, at offset: Int) -> FileError {
    .damaged(path: path, expected: expected, found: found, offset: offset)
  }
}

/// The first bytes as a message shows them: `89 50 4e 47`.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined(separator: " ")
}

/// The product of lengths, or `nil` when it does not fit in an `Int`.
func product(_ lengths: [Int]) -> Int? {
  lengths.reduce(1 as Int?) { total, length in
    guard let (product, overflow) = total?.multipliedReportingOverflow(by: length), !overflow else {
      return nil
    }
    return product
  }
}
