import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

/// Rounding by what flows into a layer, beside NumPy programs written from the definitions.
@Suite struct RoundingMethodTests {
  private struct Known: Decodable {
    struct Columns: Decodable {
      var name: String
      var bits: Int
      var rows: Int
      var columns: Int
      var groups: Int
      var actorder: Bool
      var `static`: Bool
      var damping: Double
      var weights: [Float]
      var inputs: [Float]
      var codes: [Int32]
      var scales: [Float]
    }
    struct Zero: Decodable {
      var bits: Int
      var weights: [Double]
      var scale: Double
      var zero: Double
      var found: Double
    }
    struct Powers: Decodable {
      var bits: Int
      var weights: [Float]
      var inputs: [Float]
      var step: Int
      var scales: [Float]
    }
    struct Factor: Decodable {
      var matrix: [Double]
      var upper: [Double]
    }
    var gptq: [Columns]
    var hqq: [Zero]
    var awq: [Powers]
    var cholesky: [Factor]
  }

  private func known() throws -> Known { try Fixture.decode(Known.self, "rounding") }

  private func calibration(_ inputs: [Float], _ columns: Int) throws -> LayerCalibration {
    var calibration = try LayerCalibration(columns: columns)
    // In two batches: the sums must not care.
    let rows = inputs.count / columns
    let all = try Tensor([rows, columns], inputs)
    for range in [0..<rows / 3, rows / 3..<rows] {
      try calibration.observe(
        Tensor(
          [range.count, columns],
          Array(all.scalars[range.lowerBound * columns..<range.upperBound * columns])))
    }
    return calibration
  }

  private func quantize(_ bits: Int, _ groups: Int = 0) throws -> Quantize {
    let format = try IntegerFormat(bits: bits, isSigned: true)
    guard groups > 0 else { return Quantize(format, per: .channel) }
    return try Quantize(
      Settings([
        "format": .option("int\(bits)", Settings()),
        "per": .option("group", Settings(["n": .number(Double(groups))])),
      ]))
  }

  private func error(
    _ encoded: EncodedTensor, _ weight: Tensor, _ calibration: LayerCalibration
  ) throws -> Double {
    try outputError(encoded.values.subtracting(weight), calibration.meanMoments())
  }

  @Test func factorsAreNumPys() throws {
    let cases = try known().cholesky
    #expect(cases.count == 4)
    for known in cases {
      let order = Int(Double(known.matrix.count).squareRoot())
      let factor = try TriangularFactor(inverseOf: known.matrix, order: order)
      for (own, other) in zip(factor.values, known.upper) {
        #expect(abs(own - other) < 1e-8 * max(1, abs(other)))
      }
    }
  }

  @Test func aMatrixThatIsNotDefiniteIsRefused() {
    #expect(throws: TriangularFactor.NotDefinite(column: 0)) {
      try TriangularFactor(inverseOf: [1, 1, 1, 1], order: 2)
    }
    #expect(throws: TriangularFactor.NotDefinite(column: 1)) {
      try TriangularFactor(inverseOf: [1, 0, 0, -1], order: 2)
    }
    #expect(throws: TriangularFactor.NotDefinite(column: 0)) {
      try TriangularFactor(inverseOf: [.infinity], order: 1)
    }
  }

  @Test func gptqChoosesTheCodesOfTheReference() throws {
    let cases = try known().gptq
    #expect(cases.count == 10)
    for known in cases {
      let method = try GPTQRounding(
        Settings([
          "damping": .number(known.damping), "actorder": .boolean(known.actorder),
          "staticGroups": .boolean(known.static),
        ]))
      let result = try method.quantized(
        EncodedTensor(Tensor([known.rows, known.columns], known.weights)),
        with: quantize(known.bits, known.groups),
        calibration: calibration(known.inputs, known.columns))
      #expect(result.grid?.codes == CodeArray(known.codes), "\(known.name)")
      #expect(result.grid?.scales == known.scales, "\(known.name)")
    }
  }

  @Test func halfQuadraticZerosAreTheReferences() throws {
    let cases = try known().hqq
    #expect(cases.count == 3)
    for known in cases {
      let solver = HalfQuadratic(
        weights: known.weights, format: try IntegerFormat(bits: known.bits, isSigned: true),
        norm: 0.7, turns: 20)
      let found = solver.zeroPoint(from: .init(scale: known.scale, zero: known.zero))
      #expect(abs(found.zero - known.found) < 1e-6, "\(known.bits) bits")
      #expect(found.scale == known.scale)
    }
  }

  @Test func awqTakesTheReferencesPower() throws {
    for known in try known().awq {
      var random = Random(seed: 1)
      var model = try Model.input([6])
        .appending(Linear(Settings(["outputs": .number(6)])), random: &random)
        .appending(Linear(Settings(["outputs": .number(4)])), random: &random)
      model = try model.replacing("linear2.weight", with: Tensor([4, 6], known.weights))
      let seam = try #require(Seam.all(in: model, norms: true).first)
      let factors = try ActivationAwareRounding().factors(
        seam, model, quantize(known.bits), calibration(known.inputs, 6))
      let found = try #require(factors)
      for (own, other) in zip(found, known.scales) {
        #expect(abs(own - other) < 1e-5 * other, "\(known.bits) bits, step \(known.step)")
      }
    }
  }

  private func sample() throws -> (weight: Tensor, calibration: LayerCalibration) {
    let known = try known().gptq[0]
    return (
      try Tensor([known.rows, known.columns], known.weights),
      try calibration(known.inputs, known.columns)
    )
  }

  @Test func everyMethodStaysNearerThanTheNearest() throws {
    let (weight, calibration) = try sample()
    for bits in [2, 3, 4] {
      let nearest = try error(quantize(bits)(EncodedTensor(weight)), weight, calibration)
      for name in ["gptq", "adaround", "awq"] {
        let type = try #require(roundingCatalog.first { $0.card.name == name })
        let result = try type.init(Settings()).quantized(
          EncodedTensor(weight), with: quantize(bits), calibration: calibration)
        let own = try error(result, weight, calibration)
        #expect(own <= nearest, "\(name) \(bits) bits: \(own) \(nearest)")
      }
    }
  }

  @Test func uncorrelatedInputsOfOneSizeGiveTheNearestCodes() throws {
    let weight = try sample().weight
    let columns = weight.shape[1]
    let unit = (0..<columns * columns).map { Float($0 % (columns + 1) == 0 ? 1 : 0) }
    for type in roundingCatalog where type.card.name == "gptq" || type.card.name == "adaround" {
      let result = try type.init(Settings()).quantized(
        EncodedTensor(weight), with: quantize(3), calibration: calibration(unit, columns))
      let nearest = try quantize(3)(EncodedTensor(weight))
      #expect(result == nearest, "\(type.card.name)")
    }
  }

  @Test func prunedWeightsStayPruned() throws {
    let (weight, calibration) = try sample()
    let kept = Bitmap(count: weight.count) { $0 % 3 != 0 }
    for type in roundingCatalog {
      let result = try type.init(Settings()).quantized(
        EncodedTensor(weight, kept: kept), with: quantize(3), calibration: calibration)
      #expect(result.kept == kept, "\(type.card.name)")
      let values = try result.values
      #expect((0..<weight.count).allSatisfy { kept[$0] || values[$0] == 0 })
    }
  }

  @Test func everyMethodTakesAwkwardWeightsAndInputs() throws {
    let weights: [Tensor] = [
      try .zeros([2, 3]), try Tensor([2, 3], [0, 0, 0, 1, -2, 3]), try .full([2, 3], 5),
      try Tensor([2, 3], [1e38, -1e38, 1, 2, 3, 4]),
      try Tensor([2, 3], [.leastNonzeroMagnitude, 0, 0, -.leastNormalMagnitude, 0, 1]),
    ]
    let inputs: [[Float]] = [
      [0, 0, 0], [1, 1, 1], [1, 0, 0, 2, 0, 0], [1e18, -1e18, 1e18], [1e-30, 1e-30, 0], [],
    ]
    for type in roundingCatalog {
      for weight in weights {
        for input in inputs {
          let result = try type.init(Settings()).quantized(
            EncodedTensor(weight), with: quantize(4), calibration: calibration(input, 3))
          #expect(result.shape == weight.shape)
          #expect(
            try result.values.scalars.allSatisfy { $0.isFinite }, "\(type.card.name) \(input)")
        }
      }
      for shape in [[0, 3], [0], [3, 0]] as [Shape] {
        let columns = RowsAndColumns(shape).columns
        let result = try type.init(Settings()).quantized(
          EncodedTensor(.zeros(shape)), with: quantize(4),
          calibration: LayerCalibration(columns: columns))
        #expect(result.shape == shape)
      }
    }
  }

  @Test func dampingNoneAndFewExamplesCannotBeInverted() throws {
    let method = try GPTQRounding(Settings(["damping": .number(0)]))
    #expect(throws: RoundingError.notDefinite("gptq", column: 0)) {
      try method.quantized(
        EncodedTensor(.ones([1, 2])), with: quantize(4), calibration: calibration([1, 2], 2))
    }
  }

  @Test func methodsAskForWhatTheyNeed() throws {
    for type in roundingCatalog {
      let method = try type.init(Settings())
      guard method.needsData else { continue }
      #expect(throws: RoundingError.needsData(type.card.name)) {
        try method.quantized(EncodedTensor(.ones([1, 2])), with: quantize(4), calibration: nil)
      }
      #expect(throws: RoundingError.wrongInputs(type.card.name, weight: 2, inputs: 3)) {
        try method.quantized(
          EncodedTensor(.ones([1, 2])), with: quantize(4),
          calibration: LayerCalibration(columns: 3))
      }
    }
  }
}
