import Tensors
import Testing

@testable import Encodings

/// Tensors in the layouts that take a coder: exact, itemised, and safe against any bytes.
@Suite struct CodedLayoutTests {
  static let layouts: [Layout] = {
    var layouts: [Layout] = []
    let places: [(Layout.Positions, Layout.IndexCoding)] =
      [
        (.all, .plain), (.bitmask, .plain), (.rows, .plain), (.bitmask, .range),
      ]
      + [1, 3, 12].flatMap { bits in
        Layout.IndexCoding.allCases.map { (.relative(bits: bits), $0) }
      }
    for (positions, indices) in places {
      for coding in Layout.Coding.allCases {
        layouts.append(Layout(positions, coding, indices: indices))
      }
    }
    return layouts
  }()

  /// Floats, integers with and without a zero point, and a codebook; dense, sparse and empty.
  private func samples() throws -> [EncodedTensor] {
    var random = Random(seed: 31)
    var samples: [EncodedTensor] = []
    for shape in [[], [0], [1], [5, 0], [17], [6, 11], [2, 3, 2, 4]] as [Shape] {
      let values = try Tensor.normal(shape, &random)
      let count = shape.count
      let kept = Bitmap(count: count) { _ in random.below(4) == 0 }
      let int3 = Grid(
        format: .integer(try IntegerFormat(bits: 3, isSigned: true)), rule: .affine, scales: [0.5],
        zeroPoints: [1], codes: (0..<count).map { Int32($0 * $0 % 8) - 4 })
      let table = try LevelTable("codebook", [-2, -0.5, 0.25, 1, 3])
      let codebook = Grid(
        format: .table(table), rule: .given, scales: [1], scaleCoding: .implied(exponent: 0),
        zeroPoints: [], codes: (0..<count).map { Int32($0 * 7 % 5) })
      for kept in [nil, kept, Bitmap(repeating: false, count: count)] {
        samples.append(try EncodedTensor(values, kept: kept))
        samples.append(try EncodedTensor(shape, grid: int3, kept: kept))
        samples.append(try EncodedTensor(shape, grid: codebook, kept: kept))
      }
    }
    return samples
  }

  @Test func everyTensorComesBackFromEveryLayoutThatHoldsIt() throws {
    var held = Set<String>()
    for tensor in try samples() {
      for layout in Self.layouts {
        guard let stored = try? tensor.stored(as: layout) else { continue }
        held.insert(layout.description)
        let bytes = stored.encodedBytes()
        #expect(stored.footprint.totalBits == 8 * stored.payload().count, "\(layout)")
        let back = try EncodedTensor(decoding: bytes)
        #expect(back == stored, "\(layout) \(tensor.shape)")
        #expect(back.encodedBytes() == bytes, "\(layout)")
      }
    }
    let possible = Set(Self.layouts.map(\.description))
    #expect(held == possible)
  }

  @Test func whatCannotBeIsRefusedWithItsReason() throws {
    let floats = try EncodedTensor(Tensor([4], [0, 1, 0, 2]))
    let refused: [(Layout, String)] = [
      (Layout(.all, .huffman), "its values are plain floats"),
      (Layout(.all, .float32, indices: .range), "its places are not written that way"),
      (Layout(.rows, .float32, indices: .huffman), "its places are not written that way"),
      (Layout(.relative(bits: 17), .float32), "gaps have 1 to 16 bits"),
      (Layout(.relative(bits: 0), .float32), "gaps have 1 to 16 bits"),
    ]
    for (layout, reason) in refused {
      #expect(throws: EncodingError.unavailable(layout, because: reason)) {
        try floats.stored(as: layout)
      }
    }
    let keptZero = try EncodedTensor(
      [2], grid: Grid(format: .int8, rule: .given, scales: [1], zeroPoints: [0], codes: [0, 3]),
      kept: Bitmap(count: 2) { $0 == 0 })
    #expect(throws: EncodingError.self) { try keptZero.stored(as: Layout(.all, .range)) }
  }

  @Test func automaticStaysPlain() throws {
    for tensor in try samples() {
      #expect(tensor.layout.isPlain)
      #expect(tensor.chosenLayout == nil)
    }
  }

  @Test func aRequestSurvivesNewNumbers() throws {
    let kept = Bitmap(count: 60) { $0 % 5 == 0 }
    let ones = try EncodedTensor(Tensor.ones([6, 10]), kept: kept)
    let asked = try ones.stored(as: Layout(.relative(bits: 3), .float32, indices: .huffman))
    #expect(asked.chosenLayout == asked.layout)
    let grid = Grid(
      format: .int8, rule: .given, scales: [1], zeroPoints: [0],
      codes: (0..<60).map { Int32($0) })
    let later = try EncodedTensor([6, 10], grid: grid, kept: kept).stored(like: asked)
    #expect(later.layout == Layout(.relative(bits: 3), .huffman, indices: .huffman))
    #expect(try ones.stored(like: ones).layout == ones.layout)
    // A kept zero cannot be told in a layout of every element: the plain one takes over.
    let all = try EncodedTensor([6, 10], grid: grid).stored(as: Layout(.all, .range))
    #expect(
      try EncodedTensor([6, 10], grid: grid, kept: Bitmap(count: 60) { $0 == 0 })
        .stored(like: all).layout.isPlain)
  }

  /// 1,000 kept of 16,000 at random places, 64 codes of unequal frequency.
  @Test func coderBytesAreWhatTheyShouldBe() throws {
    var random = Random(seed: 2)
    let kept = Bitmap(count: 16_000) { _ in random.below(16) == 0 }
    let codes = (0..<16_000).map { _ in Int32(random.below(8) * random.below(9)) }
    let table = try LevelTable("codebook", (0..<64).map { Float($0) + 1 })
    let tensor = try EncodedTensor(
      [160, 100],
      grid: Grid(
        format: .table(table), rule: .given, scales: [1], scaleCoding: .implied(exponent: 0),
        zeroPoints: [], codes: codes), kept: kept)
    func bytes(_ layout: Layout) throws -> Int { try tensor.stored(as: layout).payload().count }
    let plain = try bytes(Layout(.relative(bits: 5), .packed))
    let huffman = try bytes(Layout(.relative(bits: 5), .huffman, indices: .huffman))
    let gaps = try bytes(Layout(.relative(bits: 5), .range, indices: .range))
    let mask = try bytes(Layout(.bitmask, .range, indices: .range))
    #expect(huffman < plain)
    // Places and codes of pure chance leave a learning coder nothing to learn but their shares.
    #expect(Double(gaps) < Double(huffman) * 1.01)
    #expect(Double(mask) < Double(huffman) * 1.02)
    let stored = try tensor.stored(as: Layout(.relative(bits: 5), .packed))
    let fillers = RelativeIndex.counts(kept, bits: 5)[31]
    #expect(fillers > 0)
    #expect(stored.footprint.bits(of: .fillers) == 5 * fillers)
    #expect(stored.footprint.bits(of: .indices) == 5 * kept.setCount)
    #expect(stored.footprint.bits(of: .codes) == 6 * kept.setCount)
    #expect(stored.footprint.bits(of: .codebook) == 64 * 32)
  }

  @Test func everyTruncationIsAnError() throws {
    for tensor in try damageSamples() {
      let bytes = tensor.encodedBytes()
      for length in 0..<bytes.count {
        #expect(throws: (any Error).self, "\(tensor.layout) \(length)") {
          try EncodedTensor(decoding: Array(bytes[..<length]))
        }
      }
    }
  }

  @Test func everyFlippedBitIsAnErrorOrAnotherTensor() throws {
    for tensor in try damageSamples() {
      let bytes = tensor.encodedBytes()
      for bit in 0..<bytes.count * 8 {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        expectSound(damaged)
      }
    }
  }

  @Test func randomBytesNeverTrap() {
    var random = Random(seed: 15)
    for round in 0..<20_000 {
      var bytes = (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
      // Half of them begin like a tensor with a coder, 5×7 with a grid of int4.
      if round % 2 == 0 {
        let coder = UInt8(random.below(256))
        bytes = [0x87, coder, 2, 5, 7, 0x13, 0, 0, 9, UInt8(bytes.count)] + bytes
      }
      expectSound(bytes)
    }
  }

  @Test func aFewBytesCannotAskForMuch() throws {
    // A mask by the range coder for 2^39 elements in 3 bytes.
    let huge: [UInt8] = [0x81, 0x20, 1, 128, 128, 128, 128, 128, 16, 1, 3, 0, 0, 0]
    #expect(throws: EncodingError.self) { try EncodedTensor(decoding: huge) }
    // Few elements of many do fit: the payload is filled up.
    let one = try EncodedTensor(
      Tensor.ones([1000, 100]), kept: Bitmap(count: 100_000) { $0 == 70_007 })
    let stored = try one.stored(as: Layout(.bitmask, .float32, indices: .range))
    #expect(stored.payload().count == 24)
    #expect(try EncodedTensor(decoding: stored.encodedBytes()) == stored)
  }

  private func damageSamples() throws -> [EncodedTensor] {
    let kept = Bitmap(count: 54) { $0 % 11 == 3 || $0 == 7 }
    let grid = Grid(
      format: .integer(try IntegerFormat(bits: 4, isSigned: true)), rule: .symmetric, scales: [1],
      zeroPoints: [0], codes: (0..<54).map { Int32($0 * $0 % 15) - 7 })
    let tensor = try EncodedTensor([6, 9], grid: grid, kept: kept)
    // Gaps of one width stand for all of them.
    return Self.layouts.filter { layout in
      if case .relative(let bits) = layout.positions { return bits == 3 }
      return !layout.isPlain
    }.compactMap { try? tensor.stored(as: $0) }
  }

  /// What decodes is a tensor like any other: it can be written and read again.
  private func expectSound(_ bytes: [UInt8]) {
    guard let tensor = try? EncodedTensor(decoding: bytes) else { return }
    #expect(tensor.footprint.totalBits == 8 * tensor.payload().count)
    #expect(throws: Never.self) {
      let again = try EncodedTensor(decoding: tensor.encodedBytes())
      #expect(again == tensor)
    }
  }
}
