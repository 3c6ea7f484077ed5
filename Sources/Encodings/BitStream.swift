import CKernels
import Tensors

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

  /// Whether bytes begin with the bits written so far and have so many behind them.
  func isStart(of payload: ArraySlice<UInt8>, with bits: Int) -> Bool {
    guard payload.count >= (bitCount + bits + 7) / 8, payload.starts(with: bytes) else {
      return false
    }
    guard pendingCount > 0 else { return true }
    let mask = UInt8(1) << UInt8(pendingCount) - 1
    return payload[payload.startIndex + bytes.count] & mask == UInt8(truncatingIfNeeded: pending)
  }

  /// Appends bits that a closure writes.
  ///
  /// - Parameter fill: gets all bytes so far, those of the new bits, and the first of these; bits
  ///   behind the last one must be zeros.
  mutating func append(
    bits count: Int, fill: (_ bytes: UnsafeMutableBufferPointer<UInt8>, _ start: Int) -> Void
  ) {
    let start = bitCount
    let size = (start + count + 7) / 8
    let old = bytes
    bytes = [UInt8](large: size) { raw in
      let target = raw.bindMemory(to: UInt8.self)
      _ = target.update(fromContentsOf: old)
      if pendingCount > 0, size > old.count {
        target[old.count] = UInt8(truncatingIfNeeded: pending)
      }
      fill(target, start)
      return size
    }
    pendingCount = (start + count) % 8
    pending = 0
    if pendingCount > 0 { pending = UInt64(bytes.removeLast()) }
  }

  /// Appends whole bytes, or all bits of them but some of the last.
  mutating func append(_ more: [UInt8], bits: Int) {
    guard pendingCount == 0, bits % 8 == 0 else {
      for (place, byte) in more.enumerated() {
        write(UInt32(byte), width: Swift.min(8, bits - 8 * place))
      }
      return
    }
    append(bits: bits) { target, start in
      guard let base = target.baseAddress else { return }
      espalier_copy_bytes(more, base + start / 8, more.count)
    }
  }

  /// Fills the last byte with zeros, and gives the bytes away; nothing is written any more.
  mutating func finish() -> [UInt8] {
    if pendingCount > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    // Nobody else holds them, so that more can be appended without a copy.
    defer { self = BitWriter() }
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

  /// The next codes of a complete prefix code of byte symbols.
  ///
  /// - Parameter lengths: of each of 256 symbols.
  /// - Returns: a byte a symbol.
  /// - Throws: `EncodingError.damaged` where the bytes end before; `LimitError`, `Cancelled`.
  mutating func symbols(_ count: Int, lengths: [UInt8]) throws -> ByteStore {
    let symbols = try ByteStore(count: count, isHeld: false)
    guard let reader = espalier_prefix_reader(lengths) else {
      throw LimitError.tooLarge(bytes: count, live: Work.current.memory.live, limit: count)
    }
    defer { espalier_prefix_reader_free(reader) }
    let first = (next - bytes.startIndex) * 8 - pendingCount
    var place = first
    var done = 0
    try bytes.withUnsafeBytes { source in
      try symbols.withMutableBytes { target in
        guard let from = source.baseAddress?.assumingMemoryBound(to: UInt8.self),
          let to = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return }
        // A checkpoint every 16 MB.
        let end = 8 * source.count
        while done < count, place < end {
          try Work.current.checkpoint()
          let stop = Swift.min(end, place + 1 << 27)
          done += espalier_prefix_decode(
            reader, from, source.count, &place, stop, to + done, count - done)
        }
      }
    }
    guard done == count, place <= 8 * bytes.count else {
      throw EncodingError.damaged("the codes end early")
    }
    next = bytes.startIndex + (place + 7) / 8
    pendingCount = (8 - place % 8) % 8
    pending = pendingCount == 0 ? 0 : UInt64(bytes[next - 1] >> UInt8(8 - pendingCount))
    return symbols
  }

  /// The next whole bytes; `nil` where bits of one wait, or there are fewer.
  mutating func wholeBytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard pendingCount == 0, count <= bytes.endIndex - next else { return nil }
    defer { next += count }
    return bytes[next..<next + count]
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

  /// All bytes, from the first.
  var all: ArraySlice<UInt8> { bytes }

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
