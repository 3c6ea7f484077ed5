import Encodings
import Tensors
import Testing

@Suite struct NumberFormatTests {
  static let formats: [NumberFormat] = [
    .integer(.int8), .minifloat(.float16), .minifloat(.bfloat16), .minifloat(.e4m3),
    .minifloat(.e5m2), .minifloat(.e2m1), .minifloat(.powersOfTwo(bits: 2)),
    .minifloat(.powersOfTwo(bits: 4)), .minifloat(.powersOfTwo(bits: 8)), .table(.binary),
    .table(.ternary), .table(.nf4),
  ]

  @Test(arguments: formats) func everyLevelHasItsOwnCode(format: NumberFormat) {
    for code in format.codes {
      let level = format.level(of: code)
      if level.isNaN {
        #expect(format.level(of: format.nearestCode(level)).isNaN)
      } else if level.isFinite {
        #expect(format.nearestCode(level) == code, "\(format) \(code)")
      }
    }
  }

  @Test func e2m1HasItsEightMagnitudes() {
    let format = Minifloat.e2m1
    let levels: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    #expect((0..<8).map(format.level) == levels)
    // The ties of OCP MX v1.0 under rounding to even: {0, 1, 1, 2, 2, 4, 4}.
    let ties: [Float] = [0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5]
    let nearest = ties.map { format.level(of: format.nearestCode($0)) }
    #expect(nearest == [0, 1, 1, 2, 2, 4, 4])
    #expect(format.level(of: format.nearestCode(-100)) == -6)
  }

  @Test func floatsSaturate() {
    let format = Minifloat.e4m3
    let numbers: [Float] = [448, 464, 480, 1e30, .infinity, -.infinity]
    let nearest = numbers.map { format.level(of: format.nearestCode($0)) }
    #expect(nearest == [448, 448, 448, 448, 448, -448])
    #expect(format.level(of: format.nearestCode(.nan)).isNaN)
    #expect(Minifloat.e5m2.largest == 57_344)
    #expect(Minifloat.float16.largest == 65_504)
  }

  @Test func powersOfTwoAreFloatsWithoutMantissa() {
    let format = Minifloat.powersOfTwo(bits: 4)
    let levels: [Float] = [0, 0x1p-6, 0x1p-5, 0x1p-4, 0x1p-3, 0x1p-2, 0.5, 1]
    #expect((0..<8).map(format.level) == levels)
    // Nearest on the line, not of the logarithm: the middle between 0.5 and 1 is 0.75.
    #expect(format.level(of: format.nearestCode(0.74)) == 0.5)
    #expect(format.level(of: format.nearestCode(-0.76)) == -1)
    #expect(format.level(of: format.nearestCode(0.75)) == 1)
    #expect(format.level(of: format.nearestCode(-0.375)) == -0.5)
    #expect(format.level(of: format.nearestCode(1.0 / 128)) == 0)
    #expect(format.level(of: format.nearestCode(9)) == 1)
  }

  @Test func tablesAreSortedAndChecked() throws {
    let table = try LevelTable("grid", [3, -1, 0, -0.0, 3])
    #expect(table.levels == [-1, 0, 3])
    #expect(table.zeroCode == 1)
    #expect(table.codeBits == 2)
    let near: [Float] = [-9, -0.5, 0.1, 1.5, 1.6, 9]
    #expect(near.map(table.nearestCode) == [0, 0, 1, 1, 2, 2])
    #expect(throws: EncodingError.self) { try LevelTable("grid", []) }
    #expect(throws: EncodingError.self) { try LevelTable("grid", [.nan]) }
    #expect(throws: EncodingError.self) { try LevelTable("nf4", [1]) }
    #expect(throws: EncodingError.self) {
      try LevelTable("grid", (0...65_536).map(Float.init))
    }
  }

  @Test func groupsAreRunsOfARow() throws {
    let parts = try Parts(.groups(of: 2), of: [2, 5])
    #expect(parts.count == 6)
    #expect((0..<10).map { parts($0) } == [0, 0, 1, 1, 2, 3, 3, 4, 4, 5])
    let shapes: [Shape] = [[], [0], [7], [3, 5], [2, 3, 4], [5, 0], [0, 3]]
    for shape in shapes {
      var partitions = [Partition.tensor] + [1, 4, 1_000].map(Partition.groups)
      partitions += (0..<shape.rank).map(Partition.axis)
      for partition in partitions {
        let parts = try Parts(partition, of: shape)
        var seen: [Int] = []
        parts.forEachRun { part, places in
          seen += places.map { _ in part }
          #expect(places.allSatisfy { parts($0) == part }, "\(shape) \(partition)")
        }
        #expect(seen.count == shape.count)
        if shape.count > 0 { #expect(Set(seen).count == parts.count, "\(shape) \(partition)") }
      }
    }
    #expect(throws: EncodingError.self) { try Parts(.groups(of: 0), of: [3]) }
  }

  @Test func scalesAreWhatIsStored() throws {
    let scales: [Float] = [0.3, 1, 1e-9, 40, 0.3]
    #expect(ScaleCoding.powerOfTwo.coded(scales).scales == [0.5, 1, 0x1p-29, 64, 0.5])
    let halves = ScaleCoding.float16.coded([0.1, 1e-30, 1e30]).scales
    #expect(halves == [0.0999755859375, 0x1p-24, 65_504])
    let (two, outer) = ScaleCoding.twoLevel(bits: 4, group: 3).coded(scales)
    // 15 steps to the largest of each three; nothing falls below the first step.
    #expect(outer == [Float(1) / 15, Float(40) / 15])
    #expect(two == [outer[0] * 4, outer[0] * 15, outer[0], outer[1] * 15, outer[1]])
  }

  /// Every format with every coding of scales and every partition, through bytes and back.
  @Test(arguments: formats) func everyGridComesBack(format: NumberFormat) throws {
    var random = Random(seed: 4)
    let codings: [ScaleCoding] = [
      .float32, .float16, .powerOfTwo, .twoLevel(bits: 6, group: 4), .implied(exponent: -3),
    ]
    let table = try NumberFormat.table(LevelTable("own", [-2, -0.5, 0.25, 1, 7]))
    for format in [format, table] {
      let lowest = Int(format.codes.lowerBound)
      let span = Int(format.codes.upperBound) - lowest + 1
      for coding in codings {
        for partition in [Partition.tensor, .axis(0), .axis(1), .groups(of: 3)] {
          if case .implied = coding, partition != .tensor { continue }
          let count = try Parts(partition, of: [5, 7]).count
          let (scales, outer) = coding.coded((0..<count).map { Float($0 + 1) / 7 })
          let isInteger = format.integers != nil
          let codes = (0..<35).map { _ -> Int32 in
            let code = Int32(lowest + random.below(span))
            return format.level(of: code).isFinite ? code : 0
          }
          for isSimulated in [false, true] {
            let grid = Grid(
              format: format, rule: .own, scales: scales, scaleCoding: coding, outerScales: outer,
              zeroPoints: isInteger ? (0..<count).map { Int32($0 % 3) } : [],
              partition: partition, codes: codes, isSimulated: isSimulated)
            for kept in [nil, Bitmap(count: 35) { $0 % 4 == 1 }] {
              let tensor = try EncodedTensor([5, 7], grid: grid, kept: kept)
              #expect(try tensor.values[0] == (kept == nil ? tensor.values[0] : 0))
              for layout in tensor.availableLayouts {
                let stored = try tensor.stored(as: layout)
                let bytes = stored.encodedBytes()
                #expect(stored.footprint.bytes == stored.payload().count)
                let back = try EncodedTensor(decoding: bytes)
                #expect(back == stored, "\(format) \(coding) \(partition) \(layout)")
              }
            }
          }
        }
      }
    }
  }

  @Test func aFormatWithoutZeroKeepsItsMask() throws {
    let grid = Grid(
      format: .table(.binary), rule: .own, scales: [0.5], codes: [0, 1, 1, 0, 1, 1, 0, 0])
    let kept = Bitmap(count: 8) { $0 > 1 }
    let tensor = try EncodedTensor([8], grid: grid, kept: kept)
    #expect(try tensor.values.scalars == [0, 0, 0.5, -0.5, 0.5, 0.5, -0.5, -0.5])
    #expect(!tensor.availableLayouts.contains(Layout(.all, .packed)))
    #expect(tensor.footprint.bits(of: .codes) == 6)
    #expect(try EncodedTensor(decoding: tensor.encodedBytes()) == tensor)
    let whole = try EncodedTensor([8], grid: grid)
    #expect(whole.footprint.payloadBits == 8 + 32)
  }

  @Test func impliedScalesCostNothing() throws {
    let grid = Grid(
      format: .integer(.int8), rule: .own, scales: [1.0 / 16], scaleCoding: .implied(exponent: -4),
      zeroPoints: [0], codes: [16, -8, 127])
    let tensor = try EncodedTensor([3], grid: grid)
    #expect(try tensor.values.scalars == [1, -0.5, 7.9375])
    #expect(tensor.footprint.payloadBits == 24)
    #expect(grid.badge == "fixed(4, 4) weights")
  }
}
