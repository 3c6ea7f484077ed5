import CKernels
import Tensors

/// Whole numbers in as few bytes as they need: seven bits a byte, lowest first.
///
///     byte  | 7        | 6 … 0     |
///           | 1: more  | 7 bits    |
extension Array where Element == UInt8 {
  /// Appends a number that is not negative.
  package mutating func appendVarint(_ value: Int) {
    var left = UInt(bitPattern: value)
    while left >= 0x80 {
      append(UInt8(truncatingIfNeeded: left) | 0x80)
      left >>= 7
    }
    append(UInt8(left))
  }

  /// Appends a number of four bytes, lowest first.
  package mutating func appendWord(_ value: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

/// Reads bytes front to back, each read checked against what is left.
package struct ByteReader {
  /// What is at hand and has not been read.
  private var rest: ArraySlice<UInt8>
  /// Where the bytes behind those come from.
  private let source: (any ByteSource)?

  /// Bytes that are fetched together when one is asked for.
  private static let window = 1 << 14

  /// - Parameter source: has more behind these bytes; nobody else reads it meanwhile.
  package init(_ bytes: ArraySlice<UInt8>, before source: (any ByteSource)? = nil) {
    rest = bytes
    self.source = source
  }

  /// How many bytes have not been read.
  package var left: Int { rest.count + (source?.left ?? 0) }

  package mutating func byte() throws -> UInt8 {
    if rest.isEmpty, let source { rest = try source.next(Self.window)[...] }
    guard let byte = rest.popFirst() else { throw EncodingError.truncated(needed: 1, available: 0) }
    return byte
  }

  package mutating func bytes(_ count: Int) throws -> ArraySlice<UInt8> {
    try check(count)
    guard count > rest.count, let source else {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    guard !rest.isEmpty else { return try source.next(count)[...] }
    let bytes = try Array(rest) + source.next(count - rest.count)
    rest = []
    return bytes[...]
  }

  /// Fills a target, without anything between it and the source.
  package mutating func read(into target: UnsafeMutableRawBufferPointer) throws {
    try check(target.count)
    let here = min(rest.count, target.count)
    rest.withUnsafeBytes { bytes in
      guard here > 0, let from = bytes.baseAddress, let to = target.baseAddress else { return }
      espalier_copy_bytes(from, to, here)
    }
    rest = rest.dropFirst(here)
    if here < target.count { try source?.read(into: .init(rebasing: target[here...])) }
  }

  private func check(_ count: Int) throws {
    guard count >= 0, count <= left else {
      throw EncodingError.truncated(needed: max(count, 0), available: left)
    }
  }

  /// A number as `appendVarint` writes it, below 2^62.
  package mutating func varint() throws -> Int {
    var value = 0
    for shift in stride(from: 0, to: 63, by: 7) {
      let next = try byte()
      let part = Int(next & 0x7f)
      guard shift < 56 || part < 64 else { break }
      value |= part << shift
      if next & 0x80 == 0 {
        // One number, one spelling: no zero byte at the end.
        guard next != 0 || shift == 0 else { throw EncodingError.damaged("a number is padded") }
        return value
      }
    }
    throw EncodingError.damaged("a number has no end")
  }

  /// How many things follow, each of which takes at least `bytesEach` of the bytes left.
  package mutating func count(bytesEach: Int = 1) throws -> Int {
    let count = try varint()
    guard count <= left / max(bytesEach, 1) else {
      throw EncodingError.truncated(needed: count, available: left)
    }
    return count
  }

  package mutating func word() throws -> UInt32 {
    try bytes(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
