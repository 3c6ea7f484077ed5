import Encodings
import Tensors
import Testing

/// Bytes that no encoder wrote: an error or a tensor that encodes to them again, never a trap.
@Suite struct DamageTests {
  private func samples() throws -> [EncodedTensor] {
    var random = Random(seed: 11)
    let values = try Tensor.normal([6, 9], &random)
    let int5 = try IntegerFormat(bits: 5, isSigned: true)
    let grid = Grid(
      format: .integer(int5), rule: .affine, scales: (1...6).map { Float($0) },
      zeroPoints: [0, 1, 2, 3, 4, 5],
      partition: .axis(0), codes: (0..<54).map { Int32($0 % 32) - 16 })
    var simulated = grid
    simulated.isSimulated = true
    let few = Bitmap(count: 54) { $0 % 11 == 0 }
    let (scales, outer) = ScaleCoding.twoLevel(bits: 5, group: 4).coded((1...18).map { Float($0) })
    let own = Grid(
      format: .table(try LevelTable("own", [-1, 0, 2, 5])), rule: .own, scales: scales,
      scaleCoding: .twoLevel(bits: 5, group: 4), outerScales: outer, partition: .groups(of: 3),
      codes: (0..<54).map { Int32($0 % 4) })
    let binary = Grid(
      format: .table(.binary), rule: .own, scales: [0.5], scaleCoding: .float16,
      codes: (0..<54).map { Int32($0 % 2) })
    let half = Grid(
      format: .minifloat(.float16), rule: .own, scales: [1], scaleCoding: .implied(exponent: 0),
      codes: (0..<54).map { Int32($0 * 700) })
    return try [
      EncodedTensor([6, 9], grid: own), EncodedTensor([6, 9], grid: own, kept: few),
      EncodedTensor([6, 9], grid: binary, kept: few), EncodedTensor([6, 9], grid: half),
      EncodedTensor(values), EncodedTensor(values, kept: few),
      EncodedTensor(values, kept: few, layout: Layout(.rows, .float32)),
      EncodedTensor([6, 9], grid: grid), EncodedTensor([6, 9], grid: grid, kept: few),
      EncodedTensor([6, 9], grid: grid, kept: few, layout: Layout(.rows, .packed)),
      EncodedTensor([6, 9], grid: simulated, kept: few),
    ]
  }

  @Test func everyTruncationIsAnError() throws {
    for tensor in try samples() {
      let bytes = tensor.encodedBytes()
      for length in 0..<bytes.count {
        #expect(throws: (any Error).self) { try EncodedTensor(decoding: Array(bytes[..<length])) }
      }
      #expect(throws: EncodingError.trailing(1)) { try EncodedTensor(decoding: bytes + [0]) }
    }
  }

  @Test func everyFlippedBitIsAnErrorOrAnotherTensor() throws {
    for tensor in try samples() {
      let bytes = tensor.encodedBytes()
      for bit in 0..<bytes.count * 8 {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        expectHonest(damaged)
      }
    }
  }

  @Test func randomBytesNeverTrap() {
    var random = Random(seed: 5)
    for _ in 0..<20_000 {
      expectHonest((0..<random.below(40)).map { _ in UInt8(random.below(256)) })
    }
  }

  @Test func absurdShapesAllocateNothing() {
    // dense, rank 4, each length 2^62 and its like
    let huge: [UInt8] =
      [0, 4]
      + Array(repeating: [255, 255, 255, 255, 255, 255, 255, 63], count: 4)
      .flatMap { $0 }
    #expect(throws: EncodingError.self) { try EncodedTensor(decoding: huge) }
    // rows of no columns: 2^39 × 0
    let empty: [UInt8] = [2, 2, 128, 128, 128, 128, 128, 16, 0, 0]
    expectHonest(empty)
  }

  /// What decodes must encode to the same bytes again.
  private func expectHonest(_ bytes: [UInt8]) {
    if let tensor = try? EncodedTensor(decoding: bytes) {
      #expect(tensor.encodedBytes() == bytes)
    }
  }
}
