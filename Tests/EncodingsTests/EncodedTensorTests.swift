import Encodings
import Tensors
import Testing

@Suite struct EncodedTensorTests {
  let int4: IntegerFormat

  init() throws { int4 = try IntegerFormat(bits: 4, isSigned: true) }

  /// 25 numbers of which 10 are kept, as the 5×5 tensor of MIT 6.5940, lab 1.
  private func lab(_ bits: IntegerFormat?) throws -> EncodedTensor {
    let kept = Bitmap(count: 25) { [0, 1, 2, 4, 6, 12, 16, 20, 22, 24].contains($0) }
    guard let bits else {
      return try EncodedTensor(Tensor([5, 5], (0..<25).map { Float($0) / 32 + 1 }), kept: kept)
    }
    return try EncodedTensor(
      [5, 5],
      grid: Grid(
        format: .integer(bits), rule: .symmetric, scales: [0.25], zeroPoints: [0],
        codes: (0..<25).map { Int32($0 % 7) + 1 }), kept: kept)
  }

  @Test func tenOfTwentyFiveFloatsCostAMaskAndTenWords() throws {
    let tensor = try lab(nil)
    #expect(tensor.layout == Layout(.bitmask, .float32))
    #expect(tensor.footprint.bits(of: .mask) == 25)
    #expect(tensor.footprint.bits(of: .values) == 320)
    #expect(tensor.footprint.payloadBits == 345)
    #expect(tensor.footprint.bytes == 44)
    #expect(tensor.textbookBits == 320)
  }

  @Test func tenOfTwentyFiveCodesCostThirteenBytes() throws {
    // codes 10×4 = 40 · mask 25 · scale 32 · padding 7 → 104 bits
    let tensor = try lab(int4)
    #expect(tensor.layout == Layout(.bitmask, .packed))
    #expect(tensor.footprint.bits(of: .codes) == 40)
    #expect(tensor.footprint.bits(of: .scales) == 32)
    #expect(tensor.footprint.bits(of: .padding) == 7)
    #expect(tensor.footprint.totalBits == 104)
    #expect(tensor.payload().count == 13)
  }

  @Test func fourBitCodesFillBytesFromTheLowHalf() throws {
    // scale: float32 1.3, which is 1.29999995, over 7 = 0x3e3e2be2; then 2 −7 | 0 5 | −3 0
    let grid = Grid(
      format: .integer(int4), rule: .symmetric, scales: [Float(1.3) / 7], zeroPoints: [0],
      codes: [2, -7, 0, 5, -3, 0])
    let tensor = try EncodedTensor([6], grid: grid)
    #expect(tensor.payload() == [0xe2, 0x2b, 0x3e, 0x3e, 0x92, 0x50, 0x0d])
  }

  @Test func denseWinsTies() throws {
    // 32 elements, one pruned: a mask of 32 bits costs what the missing word saves.
    let kept = Bitmap(count: 32) { $0 != 3 }
    let tensor = try EncodedTensor(Tensor.full([32], 1), kept: kept)
    #expect(tensor.layout == .dense)
    #expect(try roundTrip(tensor).kept == kept)
    let half = Bitmap(count: 32) { $0 % 2 == 0 }
    #expect(
      try EncodedTensor(Tensor.full([32], 1), kept: half).layout == Layout(.bitmask, .float32))
  }

  @Test func veryFewElementsAreStoredByRow() throws {
    let kept = Bitmap(count: 10_000) { $0 == 5_050 }
    let tensor = try EncodedTensor(Tensor.full([100, 100], 2), kept: kept)
    // 100 counts of 7 bits, one column of 7, one word = 739 bits; a mask would take 10,032.
    #expect(tensor.layout == Layout(.rows, .float32))
    #expect(tensor.footprint.payloadBits == 739)
    #expect(try roundTrip(tensor) == tensor)
  }

  @Test func aKeptZeroIsNotAPrunedOne() throws {
    let tensor = try EncodedTensor(
      Tensor([4], [0, 0, -0.0, 5]), kept: Bitmap(count: 4) { $0 != 0 })
    let back = try roundTrip(tensor)
    #expect(back.kept?[0] == false)
    #expect(back.kept?[1] == true)
    #expect(try back.values[2].sign == .minus)
    #expect(throws: EncodingError.self) { try tensor.stored(as: .dense) }
  }

  @Test(arguments: IntegerFormat.widths) func everyWidthComesBack(bits: Int) throws {
    var random = Random(seed: UInt64(bits))
    for isSigned in [true, false] {
      let format = try IntegerFormat(bits: bits, isSigned: isSigned)
      let codes = (0..<91).map { _ in format.lowest + Int32(random.below(1 << bits)) }
      for (axis, slices) in [(nil, 1), (0, 7), (1, 13)] as [(Int?, Int)] {
        for isSimulated in [false, true] {
          let grid = Grid(
            format: .integer(format), rule: axis == nil ? .given : .affine,
            scales: (1...slices).map { Float($0) / 3 },
            zeroPoints: (0..<slices).map { format.lowest + Int32($0 % 3) },
            partition: axis.map(Partition.axis) ?? .tensor, codes: codes, isSimulated: isSimulated)
          for kept in [nil, Bitmap(count: 91) { $0 % 3 == 0 }, Bitmap(count: 91) { $0 == 90 }] {
            let tensor = try EncodedTensor([7, 13], grid: grid, kept: kept)
            for layout in tensor.availableLayouts {
              let stored = try tensor.stored(as: layout)
              #expect(try roundTrip(stored) == stored, "\(format) \(layout)")
            }
          }
        }
      }
    }
  }

  @Test func itemsSumToTheBytesOfEveryLayout() throws {
    var random = Random(seed: 3)
    let shapes: [Shape] = [
      [], [0], [1], [17], [3, 5], [4, 1], [2, 3, 4], [2, 3, 2, 2], [5, 0],
    ]
    for shape in shapes {
      let values = try Tensor.normal(shape, &random)
      for kept in [nil, Bitmap(count: shape.count) { $0 % 2 == 1 }] {
        let tensor = try EncodedTensor(values, kept: kept)
        for layout in tensor.availableLayouts {
          let stored = try tensor.stored(as: layout)
          #expect(stored.footprint.totalBits == 8 * stored.payload().count, "\(shape) \(layout)")
          #expect(try roundTrip(stored) == stored, "\(shape) \(layout)")
        }
      }
    }
  }

  @Test func aMaskOfAllOnesIsNoMask() throws {
    let tensor = try EncodedTensor(
      Tensor([3], [1, 2, 3]), kept: Bitmap(repeating: true, count: 3))
    #expect(tensor.kept == nil)
  }

  @Test func partsThatDoNotFitAreRefused() throws {
    #expect(throws: EncodingError.mismatch("mask bits", expected: 3, found: 2)) {
      try EncodedTensor(Tensor([3], [1, 2, 3]), kept: Bitmap(repeating: false, count: 2))
    }
    var grid = Grid(format: .integer(int4), rule: .given, scales: [1], zeroPoints: [0], codes: [8])
    #expect(throws: EncodingError.damaged("a code lies outside int4")) {
      try EncodedTensor([1], grid: grid)
    }
    grid.codes = [7]
    grid.scales = [.infinity]
    #expect(throws: EncodingError.self) { try EncodedTensor([1], grid: grid) }
    #expect(throws: EncodingError.unknownWidth(17)) {
      try IntegerFormat(bits: 17, isSigned: true)
    }
  }

  private func roundTrip(_ tensor: EncodedTensor) throws -> EncodedTensor {
    let bytes = tensor.encodedBytes()
    let back = try EncodedTensor(decoding: bytes)
    #expect(back.encodedBytes() == bytes)
    return back
  }
}
