/// CRC-32 as gzip and PNG use it: polynomial 0x04C11DB7, reflected, start and end inverted.
///
/// - Source: ISO 3309; the table method of RFC 1952, §8. `"123456789"` gives `0xCBF43926`.
struct Checksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in
      crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1
    }
  }

  private var state: UInt32 = .max

  mutating func add(_ bytes: some Sequence<UInt8>) {
    let table = Self.table
    for byte in bytes { state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8) }
  }

  var value: UInt32 { ~state }
}
