import Tensors
import Testing

/// Rows made codes at once, held against one row at a time.
@Suite struct ByteRowsTests {
  @Test(arguments: [(1, 1), (3, 17), (64, 784), (5, 4099), (700, 100)])
  func rowsHaveTheirOwnGrids(rows: Int, width: Int) throws {
    var random = Random(seed: 3)
    var numbers = (0..<rows * width).map { _ in Float(random.normal()) }
    numbers[0] = .nan
    numbers[rows * width - 1] = .infinity
    let x = try Tensor([rows, width], numbers)
    let scales = (0..<rows).map { 0.01 + Float($0) / 100 }
    let zeros = (0..<rows).map { Int32($0 % 256) }
    let all = try ByteTensor(x, scales: scales, zeros: zeros)
    for row in 0..<rows {
      let numbers = Array(numbers[row * width..<(row + 1) * width])
      let one = try ByteTensor(Tensor(numbers), scale: scales[row], zero: zeros[row])
      #expect(all.bytes[row * width..<(row + 1) * width].elementsEqual(one.bytes))
    }
  }

  @Test func scalesForOtherRowsAreRefused() throws {
    #expect(throws: TensorError.self) {
      try ByteTensor(Tensor.ones([3, 2]), scales: [1, 1], zeros: [0, 0, 0])
    }
  }

  @Test(arguments: [1, 63, 2_000_003]) func leastBytesAreThoseOfATable(count: Int) throws {
    let bytes = try ByteTensor([count], (0..<count).map { UInt8($0 * 7 & 255) })
    #expect(
      try bytes.atLeast(100).bytes == bytes.lookedUp((0..<256).map { max(100, UInt8($0)) }).bytes)
  }

  @Test(arguments: [(1, 1), (3, 33), (130, 784)])
  func rangesOfSlicesAreThoseOfRows(rows: Int, width: Int) throws {
    var random = Random(seed: 5)
    let x = try Tensor.normal([rows, width], mean: 0, deviation: 1, &random)
    for (row, range) in try x.sliceRanges().enumerated() {
      let numbers = x.scalars[row * width..<(row + 1) * width]
      #expect(range.least == numbers.min() && range.most == numbers.max())
    }
    let spoiled = try Tensor([2, 2], [1, .nan, 3, 4]).sliceRanges()
    #expect(spoiled[0].least.isNaN && spoiled[0].most.isNaN && spoiled[1].most == 4)
  }
}
