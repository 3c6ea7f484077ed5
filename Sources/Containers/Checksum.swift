import CKernels

/// CRC-32 as gzip and PNG use it: polynomial 0x04C11DB7, reflected, start and end inverted.
///
/// - Source: ISO 3309; RFC 1952, §8. `"123456789"` gives `0xCBF43926`.
struct Checksum {
  private var state: UInt32 = .max

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    state = espalier_checksum(state, base.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  mutating func add(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { add($0) } }

  var value: UInt32 { ~state }
}
