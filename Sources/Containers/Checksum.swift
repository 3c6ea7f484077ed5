/// CRC-32 as gzip and PNG use it: polynomial 0x04C11DB7, reflected, start and end inverted.
///
/// - Source: ISO 3309; the table method of RFC 1952, §8, on eight bytes at a time. `"123456789"` gives `0xCBF43926`.
struct Checksum {
  /// Eight tables one behind the other: what a byte does to the sum that has 0…7 bytes behind it.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1
      }
    }
    for index in 256..<2048 {
      let before: UInt32 = tables[index - 256]
      let low = Int(before & 255)
      tables.append(tables[low] ^ (before >> 8))
    }
    return tables
  }()

  private var state: UInt32 = .max

  mutating func add(_ bytes: some Sequence<UInt8>) {
    let start = state
    if let end = bytes.withContiguousStorageIfAvailable({ Self.sum(start, $0) }) {
      state = end
    } else {
      state = Array(bytes).withUnsafeBufferPointer { Self.sum(start, $0) }
    }
  }

  /// Eight bytes at a time, which need not wait for one another.
  private static func sum(_ start: UInt32, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      let raw = UnsafeRawBufferPointer(bytes)
      var state = start
      var place = 0
      while place + 8 <= raw.count {
        let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        let eight = UInt64(littleEndian: word) ^ UInt64(state)
        state = 0
        for byte in 0..<8 {
          let value = Int(truncatingIfNeeded: eight >> UInt64(8 * byte)) & 255
          state ^= table[(7 - byte) * 256 + value]
        }
        place += 8
      }
      while place < raw.count {
        state = table[Int(UInt8(truncatingIfNeeded: state) ^ raw[place])] ^ (state >> 8)
        place += 1
      }
      return state
    }
  }

  var value: UInt32 { ~state }
}
