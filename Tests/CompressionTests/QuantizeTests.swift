import Compression
import Encodings
import Tensors
import Testing

@Suite struct QuantizeTests {
  private func format(_ bits: Int, signed: Bool = true) throws -> IntegerFormat {
    try IntegerFormat(bits: bits, isSigned: signed)
  }

  private func quantize(_ scalars: [Float], _ quantize: Quantize) throws -> Grid {
    let q = try quantize(EncodedTensor(Tensor([scalars.count], scalars)))
    return try #require(q.grid)
  }

  @Test func theLessonsSixNumbersHaveTheseCodes() throws {
    let w: [Float] = [0.42, -1.30, 0.07, 0.91, -0.55, 0.00]
    let grid = try quantize(w, Quantize(format(4)))
    #expect(grid.codes == [2, -7, 0, 5, -3, 0])
    #expect(grid.scales == [Float(1.3) / 7])
    #expect(grid.badge == "int4 weights")
  }

  @Test func symmetricScalesReachTheLargestCode() throws {
    // max|x| = 3: ORT symmetric and torch with qmax 127 give 3/127 = 0.0236220472 (torch's
    // default gives 3/127.5); 4 bits 3/7, as AWQ.
    #expect(try quantize([3, -1], Quantize(.int8)).scales == [0.0236220472])
    #expect(try quantize([3, -1], Quantize(format(4))).scales == [3.0 / 7])
    let grid = try quantize([3, -3], Quantize(format(8, signed: false), isSymmetric: true))
    #expect(grid.zeroPoints == [128])
    #expect(grid.codes == [255, 1])
  }

  @Test func affineRangesAreOnnxs() throws {
    // x ∈ [−1, 3]: uint8 s = 4/255 = 0.0156862754, z = 64; int8 z = −64; 4 bits s = 0.266666681,
    // z = 4 (onnxruntime 1.x compute_scale_zp)
    let x: [Float] = [-1, 3]
    var grid = try quantize(x, Quantize(format(8, signed: false)))
    #expect(grid.scales == [0.0156862754])
    #expect(grid.zeroPoints == [64])
    grid = try quantize(x, Quantize(.int8, isSymmetric: false))
    #expect(grid.zeroPoints == [-64])
    grid = try quantize(x, Quantize(format(4, signed: false)))
    #expect(grid.scales == [0.266666681])
    #expect(grid.zeroPoints == [4])
    // [1, 3] is widened to hold 0: s = 3/255, z = 0
    grid = try quantize([1, 3], Quantize(format(8, signed: false)))
    #expect(grid.scales == [Float(3) / 255])
    #expect(grid.zeroPoints == [0])
  }

  @Test func codesAreThoseOfDynamicQuantizeLinear() throws {
    // The example of the ONNX operator's specification.
    let grid = try quantize([0, 2, -3, -2.5, 1.34, 0.5], Quantize(format(8, signed: false)))
    #expect(grid.scales == [0.0196078438])
    #expect(grid.zeroPoints == [153])
    #expect(grid.codes == [153, 255, 0, 26, 221, 179])
  }

  @Test func roundingComesBeforeTheZeroPoint() throws {
    // z = 3: x/s = 0.5 → 3, 1.5 → 5, 2.5 → 5, 3.5 → 7 (torch, ORT and ONNX alike)
    let grid = try quantize(
      [0.5, 1.5, 2.5, 3.5], Quantize(.int8, scales: [1], zeroPoints: [3]))
    #expect(grid.codes == [3, 5, 5, 7])
  }

  @Test func weightsAreDividedNotMultipliedByAReciprocal() throws {
    // Of the 256 ties (k + ½)·s in float32, w·(1/s) gives another code at 34 for s = 0.3, 8 for
    // 0.7, 50 for 0.013, none for 0.1 (torch 1.13 against onnxruntime).
    for (s, count) in [(0.3, 34), (0.7, 8), (0.013, 50), (0.1, 0)] as [(Float, Int)] {
      let ties = (-128..<128).map { (Float($0) + 0.5) * s }
      let divided = try quantize(ties, Quantize(format(9), scales: [Double(s)])).codes
      let multiplied = ties.map { Int32(($0 * (1 / s)).rounded(.toNearestOrEven)) }
      #expect(zip(divided, multiplied).count { $0 != $1 } == count, "s = \(s)")
    }
  }

  @Test func channelsHaveTheirOwnScales() throws {
    // [[1, −2], [.5, .25], [0, 0]]
    let x = try EncodedTensor(Tensor([3, 2], [1, -2, 0.5, 0.25, 0, 0]))
    let grid = try #require(try Quantize(.int8, per: .channel)(x).grid)
    #expect(grid.partition == .axis(0))
    #expect(grid.scales == [Float(2) / 127, Float(0.5) / 127, 1])
    // 63.5 is a tie and goes to the even code.
    #expect(grid.codes == [64, -127, 127, 64, 0, 0])
  }

  @Test func eachChannelIsQuantizedAsIfAlone() throws {
    var random = Random(seed: 8)
    let x = try Tensor.normal([5, 3, 4], &random)
    for quantize in [Quantize(.int8), Quantize(try format(5, signed: false))] {
      var channels = quantize
      channels.per = .channel
      let whole = try channels(EncodedTensor(x)).values.scalars
      for row in 0..<5 {
        let own = try Tensor([12], Array(x.scalars[row * 12..<row * 12 + 12]))
        let alone = try quantize(EncodedTensor(own)).values.scalars
        #expect(alone == Array(whole[row * 12..<row * 12 + 12]))
      }
    }
  }

  @Test func givenScalesAreUsedAndChecked() throws {
    let int2 = try format(2)
    let grid = try quantize([-1, 0.2, 0.6], Quantize(int2, scales: [1.0 / 3], zeroPoints: [-1]))
    #expect(grid.codes == [-2, 0, 1])
    #expect(grid.rule == .given)
    #expect(throws: QuantizeError.badScale(0)) { try quantize([1], Quantize(int2, scales: [0])) }
    #expect(throws: QuantizeError.badScale(1e-60)) {
      try quantize([1], Quantize(int2, scales: [1e-60]))
    }
    #expect(throws: QuantizeError.badZeroPoint(2, int2)) {
      try quantize([1], Quantize(int2, scales: [1], zeroPoints: [2]))
    }
    #expect(throws: QuantizeError.zeroPointWithoutScale) {
      try quantize([1], Quantize(int2, zeroPoints: [1]))
    }
    #expect(throws: QuantizeError.wrongCount("scales", found: 2, wanted: 1)) {
      try quantize([1], Quantize(int2, scales: [1, 2]))
    }
  }

  @Test func aRangeOfZeroHasStepsOfOne() throws {
    // onnxruntime compute_scale_zp: s = 1, z = 0
    for quantize in [Quantize(.int8), Quantize(.int8, isSymmetric: false)] {
      let grid = try self.quantize([0, 0], quantize)
      #expect(grid.scales == [1])
      #expect(grid.zeroPoints == [0])
      #expect(grid.codes == [0, 0])
    }
  }

  @Test func prunedWeightsStayExactlyZero() throws {
    let kept = Bitmap(count: 4) { $0 > 1 }
    let x = try EncodedTensor(Tensor([4], [0, 0, -1, 0.3]), kept: kept)
    for bits in [2, 4, 8] {
      let q = try Quantize(format(bits, signed: false))(x)
      #expect(q.kept == kept)
      #expect(try q.values.scalars[..<2] == [0, 0])
    }
  }

  @Test func simulationHasTheSameValuesAndNoSmallerBytes() throws {
    var random = Random(seed: 9)
    let x = try EncodedTensor(Tensor.normal([64], &random))
    let real = try Quantize(.int8)(x)
    let simulated = try Quantize(.int8, simulates: true)(x)
    #expect(try simulated.values == real.values)
    #expect(simulated.badge == "simulated int8")
    #expect(simulated.layout == .dense)
    #expect(simulated.footprint.bits(of: .values) == 64 * 32)
    #expect(real.footprint.payloadBits == 64 * 8 + 32)
  }
}
