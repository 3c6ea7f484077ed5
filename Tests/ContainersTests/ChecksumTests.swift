import CKernels
import Tensors
import TestSupport
import Testing

@testable import Containers

/// The checksum of pieces, on any number of threads, is that of the bytes one after the other.
@Suite(.serialized, .ownKernels) struct ChecksumTests {
  /// CRC-32 bit by bit, as ISO 3309 has it.
  private func plain(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { state, byte in
      (0..<8).reduce(state ^ UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1
      }
    }
  }

  @Test func knownSum() {
    var sum = Checksum()
    sum.add(Array("123456789".utf8)[...])
    #expect(sum.value == 0xCBF4_3926)
    #expect(Checksum().value == 0)
  }

  @Test func lengthsThreadsAndInstructionSets() {
    defer {
      espalier_kernels_cap(3)
      espalier_kernels_set_threads(0)
    }
    var random = Random(seed: 4)
    let bytes = (0..<700_001).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for count in [0, 1, 7, 8, 63, 64, 65, 79, 80, 127, 1000, 524_287, 524_288, 700_001] {
      let expected = plain(Array(bytes.prefix(count)))
      for (threads, cap) in [(1, 0), (1, 3), (2, 0), (3, 3)] as [(Int32, Int32)] {
        espalier_kernels_set_threads(threads)
        espalier_kernels_cap(cap)
        var (whole, pieces) = (Checksum(), Checksum())
        whole.add(bytes.prefix(count))
        pieces.add(bytes.prefix(min(count, 13)))
        pieces.add(bytes.prefix(count).dropFirst(13))
        #expect(whole.value == expected, "\(count)")
        #expect(pieces.value == expected, "\(count)")
      }
    }
  }
}
