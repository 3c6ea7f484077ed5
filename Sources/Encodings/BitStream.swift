/// Writes fields of any width one behind the other, lowest bit first.
///
/// So two 4-bit codes share a byte as
///
///     byte  | 7 6 5 4 | 3 2 1 0 |
///     code  |  2i+1   |   2i    |
///
/// and codes of three bits run over the edge of a byte:
///
///     byte  |        0        |        1        |
///     bit   | 7 6 5 4 3 2 1 0 | 7 6 5 4 3 2 1 0 |
///     code  | 2 2 1 1 1 0 0 0 | 5 4 4 4 3 3 3 2 |
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingCount = 0

  /// The bits written so far.
  var bitCount: Int { bytes.count * 8 + pendingCount }

  mutating func reserve(bytes count: Int) { bytes.reserveCapacity(count) }

  /// Appends the low `width` bits of a number, `width` in `0...32`.
  mutating func write(_ value: UInt32, width: Int) {
    guard width > 0 else { return }
    let mask = UInt64.max >> UInt64(64 - width)
    pending |= (UInt64(value) & mask) << UInt64(pendingCount)
    pendingCount += width
    while pendingCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
  }

  /// Appends the bits of floats, 32 each.
  mutating func write(_ floats: UnsafeBufferPointer<Float>) {
    guard pendingCount == 0, UInt32(1).littleEndian == 1 else {
      for float in floats { write(float.bitPattern, width: 32) }
      return
    }
    bytes.append(contentsOf: UnsafeRawBufferPointer(floats))
  }

  /// Fills the last byte with zeros.
  mutating func finish() -> [UInt8] {
    if pendingCount > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    pending = 0
    pendingCount = 0
    return bytes
  }
}

/// Reads what `BitWriter` wrote; past the end it reads zeros, so the length is checked before.
struct BitReader {
  private let bytes: ArraySlice<UInt8>
  private var next: Int
  private var pending: UInt64 = 0
  private var pendingCount = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  /// The next `width` bits, `width` in `0...32`.
  mutating func read(width: Int) -> UInt32 {
    guard width > 0 else { return 0 }
    let value = peek(width: width)
    skip(width: width)
    return value
  }

  /// The next floats, 32 bits each.
  mutating func floats(_ count: Int) -> [Float] {
    guard pendingCount == 0, UInt32(1).littleEndian == 1, count <= (bytes.endIndex - next) / 4
    else {
      return (0..<count).map { _ in Float(bitPattern: read(width: 32)) }
    }
    let start = next - bytes.startIndex
    next += 4 * count
    return bytes.withUnsafeBytes { source in
      [Float](unsafeUninitializedCapacity: count) { target, written in
        UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[start..<start + 4 * count]))
        written = count
      }
    }
  }

  /// The next `width` bits, `width` in `0...32`, which stay to be read.
  mutating func peek(width: Int) -> UInt32 {
    fill(width)
    return UInt32(truncatingIfNeeded: pending & (UInt64.max >> UInt64(64 - max(width, 1))))
  }

  /// Passes over bits that were looked at.
  mutating func skip(width: Int) {
    pending >>= UInt64(width)
    pendingCount -= width
  }

  private mutating func fill(_ width: Int) {
    while pendingCount < width {
      let byte = next < bytes.endIndex ? bytes[next] : 0
      next += 1
      pending |= UInt64(byte) << UInt64(pendingCount)
      pendingCount += 8
    }
  }

  /// Whether more bits were read than there are.
  var isPastEnd: Bool { (next - bytes.startIndex) * 8 - pendingCount > bytes.count * 8 }

  /// The bytes behind the one that was read last.
  var rest: ArraySlice<UInt8> {
    bytes[min(next - pendingCount / 8, bytes.endIndex)...]
  }

  /// Whether the bits left in the last byte read are zero, as padding must be.
  var paddingIsZero: Bool {
    pending & (UInt64(1) << UInt64(pendingCount % 8) - 1) == 0
  }

  /// Whether only zero bits are left, as padding must be.
  var restIsZero: Bool {
    pending == 0 && bytes[min(next, bytes.endIndex)...].allSatisfy { $0 == 0 }
  }
}
