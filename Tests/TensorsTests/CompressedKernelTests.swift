import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Products of bytes, packed and sparse weights against sums written out, on every instruction set.
@Suite(.serialized, .ownKernels) struct CompressedKernelTests {
  private static let sets: [Int32] = [0, 1, 2, 3]

  /// The same result on every instruction set that this machine has.
  private func everywhere<Result: Equatable>(_ body: () throws -> Result) throws -> Result {
    defer { espalier_kernels_cap(3) }
    espalier_kernels_cap(0)
    let expected = try body()
    for isa in Self.sets.dropFirst() {
      espalier_kernels_cap(isa)
      #expect(try body() == expected, "instruction set \(isa)")
    }
    return expected
  }

  private func bytes(_ count: Int, seed: UInt64, extremes: Bool) -> [UInt8] {
    var random = Random(seed: seed)
    return (0..<count).map { _ in
      extremes ? (random.below(2) == 0 ? 255 : 254) : UInt8(random.below(256))
    }
  }

  /// Rows, outputs and inputs around every edge of tiles, blocks and groups of four.
  @Test(arguments: [
    (1, 1, 1), (1, 16, 4), (3, 17, 5), (4, 64, 8), (5, 65, 7), (9, 130, 33), (2, 300, 131),
  ])
  func linearSumsAreExact(_ rows: Int, _ outputs: Int, _ inputs: Int) throws {
    for extremes in [false, true] {
      let x = bytes(rows * inputs, seed: 1, extremes: extremes)
      // At the extremes two neighbouring products pass 16 bits, where pmaddubsw would saturate.
      let codes = bytes(outputs * inputs, seed: 2, extremes: false).map {
        extremes ? 127 : Int8(bitPattern: $0)
      }
      let weights = ByteWeights(codes, outputs: outputs, inputs: inputs)
      let input = try ByteTensor([rows, inputs], x)
      let sums = try everywhere { try weights.linearSums(input, Rescaling()) }
      for row in 0..<rows {
        for output in 0..<outputs {
          var sum: Int32 = 0
          for k in 0..<inputs {
            sum += Int32(x[row * inputs + k]) * Int32(codes[output * inputs + k])
          }
          #expect(sums[row * outputs + output] == sum)
        }
      }
    }
  }

  private struct Sparse {
    var codes: [Int8]
    var bytes: [UInt8]
    var rescaling: Rescaling
    var weightZeros: [Int32]
  }

  /// A share of the weights, every product at hand, and zero points of all kinds.
  private func sparse(_ rows: Int, _ outputs: Int, _ inputs: Int, keeping share: Int) -> Sparse {
    var random = Random(seed: 8)
    let codes = (0..<outputs * inputs).map { _ in
      random.below(100) < share ? Int8(truncatingIfNeeded: random.below(255)) : 0
    }
    return Sparse(
      codes: codes, bytes: bytes(rows * inputs, seed: 9, extremes: false),
      rescaling: Rescaling(
        offsets: (0..<outputs).map { Int32($0 * 7 - 50) },
        rowZeros: (0..<rows).map { Int32($0 % 256) },
        multipliers: outputs == 0 ? [] : (0..<outputs).map { 0.001 + Float($0) / 65536 }, zero: 11),
      weightZeros: (0..<outputs).map { Int32($0 % 5) - 2 })
  }

  @Test(arguments: [
    (1, 1, 1), (16, 3, 4), (17, 20, 5), (64, 16, 8), (65, 65, 7), (130, 33, 131), (200, 7, 3),
  ])
  func productsWithoutZerosAreTheSame(_ rows: Int, _ outputs: Int, _ inputs: Int) throws {
    for share in [0, 8, 60, 100] {
      let given = sparse(rows, outputs, inputs, keeping: share)
      for zeros in [[], given.weightZeros] {
        let weights = ByteWeights(
          given.codes, outputs: outputs, inputs: inputs, zeroPoints: zeros, sparseUpTo: 1)
        let x = try ByteTensor([rows, inputs], given.bytes)
        let dense = try weights.linearSums(x, given.rescaling)
        let same = try everywhere {
          try weights.linearSums(x, given.rescaling, skipsZeros: true)
        }
        #expect(same == dense, "\(share) % kept")
        let codes = try [false, true].map {
          try weights.linearCodes(x, given.rescaling, skipsZeros: $0).bytes
        }
        #expect(codes[0] == codes[1])
      }
    }
  }

  @Test(arguments: [(1, 1, 3, 5), (2, 3, 9, 4), (3, 2, 12, 17)])
  func windowsWithoutZerosAreTheSame(
    _ batch: Int, _ channels: Int, _ size: Int, _ outputs: Int
  ) throws {
    let (kernel, inputs) = (3, channels * 9)
    for share in [0, 10, 100] {
      let given = sparse(batch, outputs, inputs, keeping: share)
      let weights = ByteWeights(
        given.codes, outputs: outputs, inputs: inputs, zeroPoints: given.weightZeros,
        isForWindows: true, sparseUpTo: 1)
      let x = try ByteTensor(
        [batch, channels, size, size],
        bytes(batch * channels * size * size, seed: 5, extremes: false))
      let codes = try [false, true].map { skips in
        try everywhere {
          try weights.windowCodes(
            x, Convolution(stride: 1, padding: 1), kernel: kernel,
            zeros: (0..<batch).map { Int32($0) }, given.rescaling, skipsZeros: skips
          ).bytes
        }
      }
      #expect(codes[0] == codes[1], "\(share) % kept")
    }
  }

  @Test func weightsWithoutZerosAreLaidOutOnlyWhereTheyAreFew() throws {
    let few = sparse(1, 20, 40, keeping: 5)
    let weights = ByteWeights(few.codes, outputs: 20, inputs: 40)
    #expect(weights.groupShare > 0.1 && weights.groupShare < 0.3)
    #expect(ByteWeights([1, 0, 0, 0, 0], outputs: 1, inputs: 5).groupShare == 0.5)
    #expect(ByteWeights([], outputs: 0, inputs: 5).groupShare == 1)
  }

  @Test func zeroPointsOfRowsAndWeightsAreTakenOff() throws {
    let (rows, outputs, inputs) = (5, 19, 10)
    let x = bytes(rows * inputs, seed: 3, extremes: false)
    let codes = bytes(outputs * inputs, seed: 4, extremes: false).map { Int8(bitPattern: $0) }
    let weightZeros = (0..<outputs).map { Int32($0) - 9 }
    let rowZeros = (0..<rows).map { Int32($0 * 40) }
    let weights = ByteWeights(
      codes, outputs: outputs, inputs: inputs, zeroPoints: weightZeros)
    let input = try ByteTensor([rows, inputs], x)
    let sums = try everywhere {
      try weights.linearSums(input, Rescaling(rowZeros: rowZeros))
    }
    for row in 0..<rows {
      for output in 0..<outputs {
        var sum: Int32 = 0
        for k in 0..<inputs {
          sum +=
            (Int32(x[row * inputs + k]) - rowZeros[row])
            * (Int32(codes[output * inputs + k]) - weightZeros[output])
        }
        #expect(sums[row * outputs + output] == sum)
      }
    }
  }

  @Test func codesAreRoundedHalfToEvenAndClamped() throws {
    // One input, so that the sums are the weights: multiplied by 0.5, both kinds of ties.
    let codes: [Int8] = [1, 3, 5, -1, -3, 2, 127, -128]
    let weights = ByteWeights(codes, outputs: 8, inputs: 1)
    let x = try ByteTensor([1, 1], [1])
    let result = try everywhere {
      try weights.linearCodes(
        x,
        Rescaling(multipliers: [Float](repeating: 0.5, count: 8), zero: 10, highest: 60)
      ).bytes
    }
    // 0.5 → 0, 1.5 → 2, 2.5 → 2, −0.5 → 0, −1.5 → −2, 1, 63.5 → 50 (clamped), −64 → −10.
    #expect(result == [10, 12, 12, 10, 8, 11, 60, 0])
  }

  @Test(arguments: [(1, 0, 3), (1, 1, 3), (2, 1, 3), (3, 2, 5), (1, 0, 1)])
  func windowsEqualTheLinearProductOfTheirColumns(
    _ stride: Int, _ padding: Int, _ kernel: Int
  ) throws {
    let (batch, channels, size, outputs) = (3, 2, 11, 6)
    let x = bytes(batch * channels * size * size, seed: 5, extremes: false)
    let inputs = channels * kernel * kernel
    let codes = bytes(outputs * inputs, seed: 6, extremes: false).map { Int8(bitPattern: $0) }
    let convolution = try Convolution(stride: stride, padding: padding)
    let weights = ByteWeights(
      codes, outputs: outputs, inputs: inputs, zeroPoints: [0, 1, -2, 3, 4, 5], isForWindows: true)
    let input = try ByteTensor([batch, channels, size, size], x)
    let zeros: [Int32] = [7, 0, 200]
    let rescaling = Rescaling(
      rowZeros: zeros, rowScales: [1, 1, 1], multipliers: [Float](repeating: 1, count: outputs))
    let values = try everywhere {
      try weights.windowValues(input, convolution, kernel: kernel, zeros: zeros, rescaling)
        .scalars
    }
    // The same with whole numbers in double, from the definition.
    let height = (size + 2 * padding - kernel) / stride + 1
    var expected: [Float] = []
    for n in 0..<batch {
      for o in 0..<outputs {
        for i in 0..<height {
          for j in 0..<height {
            var sum = 0
            for c in 0..<channels {
              for u in 0..<kernel {
                for v in 0..<kernel {
                  let (y, z) = (i * stride + u - padding, j * stride + v - padding)
                  guard (0..<size).contains(y), (0..<size).contains(z) else { continue }
                  let code = Int(x[((n * channels + c) * size + y) * size + z]) - Int(zeros[n])
                  let weight = Int(codes[((o * channels + c) * kernel + u) * kernel + v])
                  sum += code * (weight - [0, 1, -2, 3, 4, 5][o])
                }
              }
            }
            expected.append(Float(sum))
          }
        }
      }
    }
    #expect(values == expected)
  }

  @Test(arguments: [1, 2, 8, 9, 15, 40])
  func packedWeightsGiveTheirDecodedProduct(_ rows: Int) throws {
    let (outputs, inputs) = (37, 45)
    var random = Random(seed: 7)
    for (levels, group, perOutput) in [
      (16, 45, false), (16, 8, true), (3, 45, true), (200, 16, true),
    ] {
      let table = (0..<levels).map { Float($0) * 0.25 - 1 }
      let groups = (inputs + group - 1) / group
      let codes = (0..<outputs * inputs).map { _ in UInt8(random.below(levels)) }
      let scales = (0..<(perOutput ? outputs * groups : 1)).map { 0.5 + Float($0 % 7) }
      let weights = PackedWeights(
        codes: codes, outputs: outputs, inputs: inputs, levels: table, scales: scales,
        group: group)
      let x = try normalTensor([rows, inputs], seed: 8)
      let bias = try normalTensor([outputs], seed: 9)
      let decoded = try Tensor(
        [outputs, inputs],
        codes.enumerated().map { place, code in
          let part = place / inputs * groups + place % inputs / group
          return scales[scales.count == 1 ? 0 : part] * table[Int(code)]
        })
      let expected = try x.matrixProduct(decoded, transposingRight: true).addingBias(bias)
      let result =
        rows < PackedWeights.manyRows
        ? try everywhere { try weights.linear(x, bias: bias) } : try weights.linear(x, bias: bias)
      #expect(isClose(result, expected, absolute: 1e-4, relative: 1e-4))
    }
  }

  @Test func signedBytesAreTheirOwnLevels() throws {
    let weights = PackedWeights(
      codes: [0x80, 0x7f, 0xff, 1], outputs: 2, inputs: 2, levels: [], scales: [0.5, 2],
      zeros: [1, 0])
    let x = try Tensor([1, 2], [1, 10])
    // 0.5 · (−128 − 1) + 0.5 · 10 · (127 − 1), 2 · −1 + 2 · 10 · 1, and the bias.
    #expect(try weights.linear(x, bias: Tensor([1, 2])).scalars == [566.5, 20])
  }

  /// Outputs and inputs around the edges of groups, strips and blocks; rows around those of vectors.
  @Test(arguments: [(23, 50), (1, 1), (130, 256), (300, 531), (4, 0)])
  func sparseRowsAddProductsInOrder(_ outputs: Int, _ inputs: Int) throws {
    var random = Random(seed: 10)
    // Some outputs keep all, some none, and the others a fifth.
    let dense = try Tensor(
      [outputs, inputs],
      (0..<outputs * inputs).map { place in
        switch place / max(1, inputs) % 29 {
        case 3: 0
        case 4: Float(random.normal())
        default: random.below(5) > 0 ? 0 : Float(random.normal())
        }
      })
    let sparse = try #require(SparseWeights(dense))
    let weights = dense.scalars
    #expect(sparse.count == weights.count { $0 != 0 })
    let bias = try normalTensor([outputs], seed: 12)
    let all = try normalTensor([131, inputs], seed: 11)
    let head = { rows in
      try Tensor([rows, inputs], Array(all.scalars[..<(rows * inputs)]))
    }
    let (x, biases) = (all.scalars, bias.scalars)
    let expected = (0..<131 * outputs).map { place in
      let (row, output) = place.quotientAndRemainder(dividingBy: outputs)
      var sum: Float = 0
      for k in 0..<inputs where weights[output * inputs + k] != 0 {
        sum += x[row * inputs + k] * weights[output * inputs + k]
      }
      return sum + biases[output]
    }
    defer { espalier_kernels_set_threads(0) }
    for threads in [1, 2] {
      espalier_kernels_set_threads(Int32(threads))
      for rows in [1, 2, 16, 17, 48, 49, 64, 65, 131] {
        let result = try everywhere { try sparse.linear(head(rows), bias: bias).scalars }
        #expect(result == Array(expected[..<(rows * outputs)]), "\(rows) rows")
      }
    }
  }

  /// What is 0 is not multiplied, so that it makes no NaN of infinity; not where groups are filled
  /// up either.
  @Test(arguments: [1, 3]) func sparseRowsKeepInfinityWhereItIs(_ rows: Int) throws {
    let weights = try Tensor([2, 3], [0, 1, 0, 2, -1, 3])
    let x = try Tensor([rows, 3], (0..<rows).flatMap { _ in [Float.infinity, 1, 1] })
    let sparse = try #require(SparseWeights(weights))
    let result = try everywhere { try sparse.linear(x, bias: Tensor([0, 0])).scalars }
    #expect(result == (0..<rows).flatMap { _ in [1, Float.infinity] })
  }

  /// 130 outputs are decoded in three parts; two images, so that the parts interleave in the result.
  @Test func packedWindowsInPartsGiveTheConvolution() throws {
    var random = Random(seed: 13)
    let table: [Float] = [-1, -0.5, 0, 0, 0, 0, 0.5, 1]
    let codes = (0..<130 * 18).map { _ in UInt8(random.below(8)) }
    let scales = (0..<130).map { 0.25 + Float($0 % 9) / 8 }
    let weights = try Tensor(
      [130, 2, 3, 3], codes.enumerated().map { scales[$0 / 18] * table[Int($1)] })
    let x = try normalTensor([2, 2, 6, 5], seed: 14)
    let bias = try normalTensor([130], seed: 15)
    let packed = PackedWeights(
      codes: codes, outputs: 130, inputs: 18, levels: table, scales: scales)
    let result = try packed.windows(x, Convolution(), kernel: 3, bias: bias)
    let expected = try Convolution().forward(x, weights: weights, bias: bias)
    #expect(result.shape == expected.shape)
    #expect(isClose(result, expected, absolute: 1e-5))
  }

  @Test func sparseAndPackedWindowsGiveTheConvolution() throws {
    var random = Random(seed: 13)
    let table: [Float] = [-1, -0.5, 0, 0, 0, 0, 0.5, 1]
    let codes = (0..<5 * 18).map { _ in UInt8(random.below(8)) }
    let weights = try Tensor([5, 2, 3, 3], codes.map { table[Int($0)] })
    let x = try normalTensor([2, 2, 9, 9], seed: 14)
    let bias = try normalTensor([5], seed: 15)
    let convolution = try Convolution(stride: 2, padding: 1)
    let expected = try convolution.forward(x, weights: weights, bias: bias)
    let sparse = try #require(SparseWeights(weights))
    let packed = PackedWeights(
      codes: codes, outputs: 5, inputs: 18, levels: table, scales: [1])
    #expect(
      isClose(
        try everywhere { try sparse.windows(x, convolution, kernel: 3, bias: bias) }, expected,
        absolute: 1e-5))
    #expect(
      isClose(
        try packed.windows(x, convolution, kernel: 3, bias: bias), expected,
        absolute: 1e-5))
  }
}
