import Catalog
import Compression
import Encodings
import Networks
import Tensors
import Testing

/// What every number format promises, on tensors of every rank and kind.
@Suite struct FormatTests {
  private static func option(_ name: String, _ settings: [String: Setting] = [:]) -> Setting {
    .option(name, Settings(settings))
  }

  /// Every family of the catalog with settings it can be called with.
  static let formats: [Setting] = [
    option("int4"), option("uint8"), option("fixed", ["i": .number(3), "f": .number(4)]),
    option("powerOfTwo", ["bits": .number(4)]), option("ternary"), option("binary"),
    option("fp8"), option("e5m2"), option("float16"), option("bfloat16"), option("nf4"),
    option("mxfp4"), option("grid", ["levels": .numbers([-1, 0, 0.5, 2])]),
    option("grid", ["levels": .numbers([-1, 0.5])]), option("places", ["b": .number(1)]),
    option("standardized"), option("divided", ["size": .number(0.1)]),
    option("divided", ["size": option("magnitude")]),
  ]

  private func quantize(_ format: Setting, _ others: [String: Setting] = [:]) throws -> Quantize {
    var settings = Settings(others)
    settings["format"] = format
    return try Quantize(settings)
  }

  /// Ways to divide and store scales, by the settings of the call.
  private static let ways: [[String: Setting]] = [
    [:], ["per": option("tensor")], ["per": option("channel")],
    ["per": option("group", ["n": .number(4)])],
    ["per": option("group", ["n": .number(4)]), "scales": option("float16")],
    ["per": option("channel"), "scales": option("e8m0")],
    [
      "per": option("group", ["n": .number(2)]), "scales": option("twoLevel", ["bits": .number(4)]),
    ],
  ]

  @Test(arguments: formats) func everySampleIsHeldAndComesBack(format: Setting) throws {
    for way in Self.ways {
      for sample in try LawTests.samples() {
        for kept in [nil, Bitmap(count: sample.count) { $0 % 3 != 1 }] {
          let q: EncodedTensor
          do {
            q = try quantize(format, way)(EncodedTensor(sample, kept: kept))
          } catch let error as QuantizeError {
            // A range whose last level overflows, or an option that means nothing here.
            #expect(["E0312", "E0320"].contains(error.code), "\(error.headline)")
            continue
          }
          #expect(q.shape == sample.shape)
          #expect(try q.values.scalars.allSatisfy { $0.isFinite })
          if let kept {
            let values = try q.values
            #expect((0..<values.count).allSatisfy { kept[$0] || values[$0] == 0 })
          }
          #expect(q.footprint.totalBits == 8 * q.payload().count)
          #expect(try EncodedTensor(decoding: q.encodedBytes()) == q, "\(format) \(way)")
          // Layouts without a mask store each code in its width, and nothing else.
          if let grid = q.grid, q.layout == Layout(.all, .packed) {
            #expect(q.footprint.bits(of: .codes) == q.count * grid.format.codeBits)
            #expect(q.footprint.bits(of: .scales) == grid.scales.count * grid.scaleCoding.bits)
          }
        }
      }
    }
  }

  /// Quantizing what is quantized changes nothing, where the largest number keeps its place: an
  /// affine grid is found anew from the rounded ends.
  @Test(arguments: [formats[0]] + formats[2...11] + [formats[14]]) func onTheGridNothingMoves(
    format: Setting
  ) throws {
    for way in Self.ways.prefix(4) {
      for sample in try LawTests.samples() {
        guard let quantize = try? quantize(format, way),
          let once = try? quantize(EncodedTensor(sample))
        else { continue }
        #expect(try quantize(EncodedTensor(once.values)).values == once.values, "\(format) \(way)")
      }
    }
  }

  /// What training computes with is what is stored, and a grid says itself how to find its like.
  @Test(arguments: formats) func trainingSeesTheStoredValues(format: Setting) throws {
    for way in Self.ways {
      for sample in try LawTests.samples() {
        for kept in [nil, Bitmap(count: sample.count) { $0 % 3 != 1 }] {
          let x = try EncodedTensor(sample, kept: kept)
          guard let quantize = try? quantize(format, way), let q = try? quantize(x) else {
            continue
          }
          #expect(try quantize.rounded(x.values, kept: q.kept) == q.values, "\(format) \(way)")
          let constraint = try #require(q.constraint)
          let trained = try #require(try constraint.finish(x.values).encodedTensor)
          if quantize.format is any MappedFormat {
            #expect(trained.grid?.format == q.grid?.format)
          } else {
            #expect(trained == q, "\(format) \(way) \(sample.scalars)")
            #expect(try constraint.forward(x.values) == q.values)
          }
        }
      }
    }
  }

  @Test func ternaryIsTheArticlesAndThePapers() throws {
    // TWN: Δ = 0.7 · mean|w| = 0.854; α = mean(3, 1, 2) = 2.
    let q = try quantize(Self.option("ternary"))(
      EncodedTensor(Tensor([5], [0.1, -3, 1, 0, 2])))
    #expect(try q.values.scalars == [0, -2, 2, 0, 2])
    #expect(q.grid?.scales == [2])
    #expect(q.footprint.payloadBits == 5 * 2 + 32)
  }

  @Test func aPrunedBinaryTensorCountsOnlyWhatIsKept() throws {
    let kept = Bitmap(count: 4) { $0 < 2 }
    let q = try quantize(Self.option("binary"))(
      EncodedTensor(Tensor([4], [1, -3, 9, 9]), kept: kept))
    #expect(try q.values.scalars == [2, -2, 0, 0])
  }

  @Test func doubleQuantizationCostsWhatTheArticleSays() throws {
    // QLoRA, §3: from 32/64 = 0.5 to 8/64 + 32/(64·256) = 0.127 bits a weight.
    var random = Random(seed: 1)
    let w = try EncodedTensor(Tensor.normal([256, 64], &random))
    let plain = try quantize(Self.option("nf4"))(w)
    let double = try quantize(Self.option("nf4"), ["scales": Self.option("twoLevel")])(w)
    let weights = Double(w.count)
    #expect(Double(plain.footprint.payloadBits) / weights == 4.5)
    #expect(Double(double.footprint.payloadBits) / weights == 4.126953125)
  }

  @Test func optionsThatMeanNothingAreRefused() throws {
    #expect(throws: QuantizeError.notForThisFormat("like", "nf4")) {
      try quantize(Self.option("nf4"), ["like": Self.option("torch")])
    }
    #expect(throws: QuantizeError.notForThisFormat("symmetric", "e4m3")) {
      try quantize(Self.option("fp8"), ["symmetric": .boolean(true)])
    }
    let fixed = Self.option("fixed", ["i": .number(3), "f": .number(4)])
    #expect(throws: QuantizeError.fixedScale("per", "fixed(3, 4)")) {
      try quantize(fixed, ["per": Self.option("channel")])(EncodedTensor(Tensor([2], [1, 2])))
    }
    #expect(throws: QuantizeError.self) {
      try quantize(Self.option("mxfp4"))(EncodedTensor(Tensor([2], [1, .nan])))
    }
  }

  @Test func castsKeepNaNAndSaturateInfinities() throws {
    let x = try EncodedTensor(Tensor([4], [.nan, .infinity, -.infinity, 1]))
    for (name, largest) in [("e4m3", 448), ("e5m2", 57_344), ("float16", 65_504)]
      as [(String, Float)]
    {
      let q = try quantize(Self.option(name))(x)
      #expect(try q.values[0].isNaN)
      #expect(try Array(q.values.scalars[1...]) == [largest, -largest, 1])
      #expect(try EncodedTensor(decoding: q.encodedBytes()).encodedBytes() == q.encodedBytes())
    }
  }
}

extension ParameterValue {
  fileprivate var encodedTensor: EncodedTensor? {
    if case .encoded(let tensor) = self { tensor } else { nil }
  }
}
