/// Writes decisions in as many bits as they are surprising: −log2 of the share given to each.
///
///     interval [low, low + range), 40 bits wide; a decision keeps its share of the range
///     range < 2^32:  the top byte of low is final and goes out
///
/// A carry out of `low` is added to the bytes already written. At the end the number inside the
/// interval with the most trailing zero bytes is written, and the zeros are left out: past its end
/// a reader reads zeros.
///
/// - Source: Martin, 1979, "Range encoding"; the bytewise form of Schindler, 1998.
struct RangeEncoder {
  private static let width: UInt64 = 40
  private var low: UInt64 = 0
  private var range: UInt64 = 1 << width
  private var bytes: [UInt8] = []

  /// Bits decided so far, rounded up: whole bytes and what the interval has narrowed since.
  var bitCount: Int { bytes.count * 8 + (40 - bitsNeeded(for: Int(range - 1))) }

  /// One of two: `one` has `share` of 2^16, the other the rest.
  mutating func encode(_ one: Bool, share: UInt32) {
    let bound = (range >> 16) * UInt64(share)
    if one {
      range = bound
    } else {
      low += bound
      range -= bound
    }
    normalise()
  }

  /// One of many, which has the counts `start..<start + count` of 2^bits.
  mutating func encode(start: UInt32, count: UInt32, of bits: UInt32) {
    let unit = range >> UInt64(bits)
    low += unit * UInt64(start)
    range = unit * UInt64(count)
    normalise()
  }

  private mutating func normalise() {
    if low >> Self.width != 0 {
      low &= 1 << Self.width - 1
      carry()
    }
    while range < 1 << 32 {
      bytes.append(UInt8(truncatingIfNeeded: low >> 32))
      low = low << 8 & (1 << Self.width - 1)
      range <<= 8
    }
  }

  private mutating func carry() {
    var place = bytes.count - 1
    while place >= 0 {
      bytes[place] &+= 1
      if bytes[place] != 0 { return }
      place -= 1
    }
  }

  /// Everything that was encoded; the last byte is not zero.
  mutating func finish() -> [UInt8] {
    for kept in 0...UInt64(5) {
      let unit: UInt64 = 1 << (Self.width - 8 * kept)
      let end = (low + unit - 1) & ~(unit - 1)
      guard end < low + range else { continue }
      low = end & (1 << Self.width - 1)
      if end >> Self.width != 0 { carry() }
      for byte in 0..<kept { bytes.append(UInt8(truncatingIfNeeded: low >> (32 - 8 * byte))) }
      break
    }
    while bytes.last == 0 { bytes.removeLast() }
    return bytes
  }
}

/// Reads what `RangeEncoder` wrote, given the same shares in the same order.
///
/// Bytes that nobody wrote decode to something, in the same number of steps.
struct RangeDecoder {
  private let bytes: ArraySlice<UInt8>
  private var next: Int
  private var range: UInt64 = 1 << 40
  /// How far into the interval the number lies.
  private var offset: UInt64 = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
    for _ in 0..<5 { offset = offset << 8 | nextByte() }
  }

  mutating func decode(share: UInt32) -> Bool {
    let bound = (range >> 16) * UInt64(share)
    let one = offset < bound
    if one {
      range = bound
    } else {
      offset -= bound
      range -= bound
    }
    normalise()
    return one
  }

  /// The count, below 2^bits, that the next symbol includes; `take` goes on behind it.
  func count(of bits: UInt32) -> UInt32 {
    UInt32(min(offset / (range >> UInt64(bits)), 1 << UInt64(bits) - 1))
  }

  mutating func take(start: UInt32, count: UInt32, of bits: UInt32) {
    let unit = range >> UInt64(bits)
    offset -= unit * UInt64(start)
    range = unit * UInt64(count)
    // Only a damaged stream lies outside of every symbol.
    if offset >= range { offset = range - 1 }
    normalise()
  }

  private mutating func normalise() {
    while range < 1 << 32 {
      offset = offset << 8 | nextByte()
      range <<= 8
    }
  }

  private mutating func nextByte() -> UInt64 {
    guard next < bytes.endIndex else { return 0 }
    defer { next += 1 }
    return UInt64(bytes[next])
  }
}
