import Catalog
import Containers
import Encodings
import Networks
import Tensors
import Testing

@Suite struct DamagedContainerTests {
  private func sample() throws -> [UInt8] { try Container.encode(ContainerTests.branched()) }

  @Test func everyTruncationSaysSo() throws {
    let bytes = try sample()
    for length in 0..<bytes.count {
      let error = #expect(throws: ContainerError.self) {
        try Container.decode(Array(bytes[..<length]))
      }
      if length > 12 {
        #expect(error == .truncated(promised: bytes.count, found: length))
      }
      let other = #expect(throws: ContainerError.self) {
        try Container.decode(ByteList(Array(bytes[..<length])))
      }
      #expect(other == error)
    }
    #expect(throws: ContainerError.trailing(promised: bytes.count, found: bytes.count + 1)) {
      try Container.decode(bytes + [0])
    }
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let bytes = try sample()
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let error = #expect(throws: ContainerError.self) { try Container.decode(damaged) }
      let other = #expect(throws: ContainerError.self) {
        try Container.decode(ByteList(damaged))
      }
      #expect(other == error, "bit \(bit)")
    }
  }

  @Test func otherFilesAndVersionsAreNamed() throws {
    #expect(throws: ContainerError.notAContainer) { try Container.decode([]) }
    #expect(throws: ContainerError.notAContainer) { try Container.decode(Array("PK..".utf8)) }
    var newer = try sample()
    newer[4] = 2
    #expect(throws: ContainerError.newerVersion(2)) { try Container.decode(newer) }
  }

  /// Damage under a valid checksum, as a hostile file has it: an error or a model, never a trap.
  @Test func damageBehindAValidChecksumNeverTraps() throws {
    let bytes = try sample()
    let start = 12  // ESPM, version, kind, two bytes of length, checksum
    var random = Random(seed: 4)
    for round in 0..<6_000 {
      var body = Array(bytes[start...])
      for _ in 0...random.below(3) {
        body[random.below(min(body.count, 160))] = UInt8(random.below(256))
      }
      if round % 7 == 0 { body.removeLast(random.below(body.count)) }
      expectDescribed(sealed(body))
    }
  }

  @Test func absurdCountsAllocateNothing() throws {
    let huge: [UInt8] = [255, 255, 255, 255, 255, 255, 255, 63]
    expectDescribed(sealed(huge))
    // One layer `input` with marks that promise 2^59 parameters.
    expectDescribed(sealed([1, 10] + Array("input".utf8) + huge))
    expectDescribed(
      sealed([1, 10] + Array("input".utf8) + [4, 1, 10] + Array("shape".utf8) + [5] + huge))
  }

  /// ESPM, version 1, kind 1, length, checksum, body.
  private func sealed(_ body: [UInt8]) -> [UInt8] {
    var head: [UInt8] = Array("ESPM".utf8) + [1, 1]
    var length = body.count
    while length >= 128 {
      head.append(UInt8(length & 127) | 128)
      length >>= 7
    }
    head.append(UInt8(length))
    var crc: UInt32 = .max
    for byte in [1, 1] + body {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
    }
    for shift in [0, 8, 16, 24] as [UInt32] {
      head.append(UInt8(truncatingIfNeeded: ~crc >> shift))
    }
    return head + body
  }

  private func expectDescribed(_ bytes: [UInt8]) {
    do {
      guard case .model(let model) = try Container.decode(bytes) else { return }
      let again = try Container.encode(model)
      #expect(try Container.encode(ContainerTests.decodedModel(again)) == again)
    } catch {
      #expect(error is any DescribedError, "\(error)")
      #expect((error as? ContainerError) != .checksum)
      #expect(throws: (any Error).self) { try Container.decode(ByteList(bytes)) }
    }
  }
}
