import Catalog
import Encodings
import Foundation
import Tensors
import Testing

@testable import Compression

/// Which range each rule takes, beside PyTorch 1.13's observers and ONNX Runtime 1.31's calibrators.
@Suite struct RangeRuleTests {
  private let int4: IntegerFormat
  private let uint8: IntegerFormat

  init() throws {
    int4 = try IntegerFormat(bits: 4, isSigned: true)
    uint8 = try IntegerFormat(bits: 8, isSigned: false)
  }

  private func observed(_ rule: any RangeRule, _ batches: [[Float]]) throws -> any RangeObserver {
    var observer = rule.observer()
    for batch in batches { try batch.withUnsafeBufferPointer { try observer.observe($0) } }
    return observer
  }

  private var everyRule: [any RangeRule] {
    get throws { try rangeCatalog.map { try $0.init(Settings()) } }
  }

  private func normal(_ seed: UInt64, _ count: Int) throws -> [Float] {
    var random = Random(seed: seed)
    return try Tensor.normal([count], &random).scalars
  }

  // MARK: PyTorch

  private struct Torch: Decodable {
    struct Averages: Decodable {
      var name: String
      var batches: [[Float]]
      var average: [Float]
      var whole: [Float]
    }
    var averages: [Averages]
  }

  @Test func averagesAndExtremesAreTorchsToTheBit() throws {
    let cases = try Fixture.decode(Torch.self, "calibration-torch").averages
    #expect(cases.count == 5)
    for torch in cases {
      let average = try observed(MovingAverageRange(Settings()), torch.batches)
        .range(for: uint8, symmetric: false)
      // Torch widens when it makes the scale; here the range says it.
      #expect(average.lowest == min(0, torch.average[0]), "\(torch.name)")
      #expect(average.highest == max(0, torch.average[1]), "\(torch.name)")
      let whole = try observed(MinMaxRange(), torch.batches).range(for: uint8, symmetric: false)
      #expect(whole == GridRange(lowest: min(0, torch.whole[0]), highest: max(0, torch.whole[1])))
    }
  }

  @Test func theContractsMovingAverage() throws {
    // operators.md row 13: [−1, 1] then [−3, 5] → (−1.02, 1.04), s = 0.00807843, z = 126.
    let range = try observed(MovingAverageRange(Settings()), [[-1, 1], [-3, 5]])
      .range(for: uint8, symmetric: false)
    let point = try range.affinePoint(uint8)
    #expect(abs(point.scale - 0.00807843) < 1e-8)
    #expect(point.zero == 126)
  }

  // MARK: ONNX Runtime

  private struct Runtime: Decodable {
    struct Case: Decodable {
      var name: String
      var levels: Int
      var counts: [Int]
      var edge: Double
      var observed: [Double]
      var entropy: [Double]
      var percentiles: [[Double]]
    }
    var cases: [Case]
  }

  @Test func entropyClipsWhereONNXRuntimeClips() throws {
    let cases = try Fixture.decode(Runtime.self, "calibration-onnx").cases
    #expect(cases.count == 7)
    for runtime in cases {
      let candidates = try EntropyThreshold(levels: runtime.levels).candidates(runtime.counts)
      // Candidates beyond the numbers themselves all clip nothing.
      let theirs = candidates.filter {
        abs(max(runtime.observed[0], edge($0.start, runtime)) - runtime.entropy[0]) < 1e-5
          && abs(min(runtime.observed[1], edge($0.end, runtime)) - runtime.entropy[1]) < 1e-5
      }
      let best = try #require(try EntropyThreshold(levels: runtime.levels).best(runtime.counts))
      // Theirs are float32 sums, which cannot tell divergences apart that differ by 10⁻⁷.
      let least = theirs.map(\.divergence).min() ?? .infinity
      #expect(least - best.divergence < 1e-7, "\(runtime.name)")
      #expect(best.divergence == candidates.map(\.divergence).min())
      // The whole range is no match for the best where there is a choice.
      if candidates.count > 50, let whole = candidates.last, runtime.name.hasPrefix("normal") {
        #expect(whole.divergence > best.divergence + 1e-3)
      }
    }
  }

  @Test func percentilesCutWhereONNXRuntimeCuts() throws {
    for runtime in try Fixture.decode(Runtime.self, "calibration-onnx").cases {
      for known in runtime.percentiles {
        let cut = (100 - known[0]) / 200
        let left = edge(PercentileRange.place(reaching: cut, runtime.counts), runtime)
        let right = edge(PercentileRange.place(reaching: 1 - cut, runtime.counts), runtime)
        #expect(abs(max(left, runtime.observed[0]) - known[1]) < 1e-5, "\(runtime.name) \(known)")
        #expect(abs(min(right, runtime.observed[1]) - known[2]) < 1e-5, "\(runtime.name) \(known)")
      }
    }
  }

  private func edge(_ place: Int, _ runtime: Runtime.Case) -> Double {
    runtime.edge * (2 * Double(place) / Double(runtime.counts.count) - 1)
  }

  // MARK: The histogram

  @Test func batchesDoNotMatterToHistograms() throws {
    var numbers = try normal(1, 9000)
    numbers[4500] = -40
    numbers[8999] = 200
    for rule in try everyRule where !(rule is MovingAverageRange) {
      let whole = try observed(rule, [numbers])
      let cut = try observed(
        rule, stride(from: 0, to: 9000, by: 77).map { Array(numbers[$0..<min($0 + 77, 9000)]) })
      for symmetric in [true, false] {
        #expect(
          try whole.range(for: int4, symmetric: symmetric)
            == cut.range(for: int4, symmetric: symmetric), "\(type(of: rule))")
      }
      #expect(cut.seen.count == 9000)
      #expect(cut.seen.batches == 117)
    }
  }

  @Test func binsDoubleWithoutLosingACount() throws {
    var histogram = NumberHistogram()
    let first = try normal(2, 5000)
    try first.withUnsafeBufferPointer { try histogram.observe($0) }
    let narrow = histogram.bins()
    #expect(narrow.counts.reduce(0, +) == 5000)
    try [Float(-1e6), 1e-6].withUnsafeBufferPointer { try histogram.observe($0) }
    let wide = histogram.bins()
    #expect(wide.counts.reduce(0, +) == 5002)
    // 10⁶ has the bin of 2²⁰/2048: 1,954 bins on each side hold it.
    #expect(wide.width == 512)
    #expect(wide.counts.count == 2 * 1954)
    #expect(wide.counts[0] == 1)
    #expect(histogram.numbers == nil)
    // Every number lies in the bin that its edges say.
    #expect(
      narrow.counts.indices.allSatisfy { place in
        narrow.counts[place]
          == first.count {
            narrow.edge(place) <= Double($0) && Double($0) < narrow.edge(place + 1)
          }
      })
  }

  @Test func clippedNumbersAreCounted() throws {
    let range = GridRange(lowest: -1, highest: 1)
    let few = try observed(PercentileRange(Settings()), [[-2, -1, 0, 1, 1.5, 3]])
    #expect(few.clipped(by: range) == 3)
    let numbers = try normal(3, 20_000)
    let many = try observed(EntropyRange(Settings()), [numbers])
    let exact = numbers.count { $0 < -1 || $0 > 1 }
    // Bins are 2⁻⁹ wide here, so at most the two bins at ±1 are in doubt.
    #expect(abs((many.clipped(by: range) ?? 0) - exact) < 60)
    #expect(try observed(MinMaxRange(), [[-2, 3]]).clipped(by: range) == nil)
  }

  // MARK: What each rule is for

  @Test func leastErrorBeatsEveryOtherRange() throws {
    for (numbers, tolerance) in [(try normal(4, 1000), 1.0), (try normal(5, 30_000), 1.001)] {
      let best = try observed(LeastErrorRange(), [numbers]).range(for: int4, symmetric: true)
      func error(_ size: Float) throws -> Double {
        let scale = Double(try GridRange(lowest: -size, highest: size).symmetricScale(int4))
        return try quantized(numbers, scale)
      }
      let least = try error(max(-best.lowest, best.highest))
      let peak = numbers.reduce(0) { max($0, abs($1)) }
      for step in 0..<80 {
        let other = try error(peak * Float(1 - Double(step) / 100))
        #expect(least <= other * tolerance)
      }
    }
  }

  private func quantized(_ numbers: [Float], _ scale: Double) throws -> Double {
    let quantize = Quantize(int4, scales: [scale])
    let values = try quantize(EncodedTensor(Tensor(numbers))).values.scalars
    return zip(values, numbers).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
  }

  @Test func binsEstimateTheErrorOfTheirNumbers() throws {
    let numbers = try normal(6, 30_000)
    var histogram = NumberHistogram()
    try numbers.withUnsafeBufferPointer { try histogram.observe($0) }
    for (bits, tolerance) in [(2, 0.01), (4, 0.01), (8, 0.02), (12, 0.02), (16, 0.02)] {
      let format = try IntegerFormat(bits: bits, isSigned: true)
      let range = GridRange(lowest: -3, highest: 3)
      let estimate = try ClipError(norm: 2, format: format, isSymmetric: true)
        .total(histogram, range)
      let scale = Double(try range.symmetricScale(format))
      let values = try Quantize(format, scales: [scale])(EncodedTensor(Tensor(numbers))).values
      let exact = zip(values.scalars, numbers).reduce(0.0) {
        $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
      }
      #expect(abs(estimate / exact - 1) < tolerance, "\(bits) bits: \(estimate) \(exact)")
    }
  }

  @Test func analyticFactorsAreThePapers() {
    // Banner et al.'s published code, alpha_laplas and alpha_gaus.
    for (bits, laplace, gauss) in [
      (2, 2.83068299, 1.71063519), (3, 3.89722946, 2.15159277), (4, 5.02864014, 2.55913646),
      (8, 9.89675982, 3.92403714),
    ] {
      #expect(abs(AnalyticRange.laplace(bits: bits) - laplace) < 1e-4)
      #expect(abs(AnalyticRange.gauss(bits: bits) - gauss) < 1e-3)
    }
  }

  // MARK: Awkward numbers

  @Test func everyRuleTakesAwkwardNumbers() throws {
    let samples: [[Float]] = [
      [], [0], [0, 0, 0], [-0.0], [5], [-5], [2, 2, 2, 2], [3e38, -3e38, 1],
      [.leastNonzeroMagnitude], [.leastNonzeroMagnitude, -.leastNormalMagnitude, 0],
      [1, 1, -1, -1], Array(repeating: 2, count: 5000), Array(repeating: 0, count: 5000),
      Array(repeating: -3e38, count: 5000) + [.leastNonzeroMagnitude],
    ]
    for rule in try everyRule {
      for sample in samples {
        for format in [int4, uint8, try IntegerFormat(bits: 16, isSigned: true)] {
          for symmetric in [true, false] {
            let observer = try observed(rule, [sample])
            let range = try observer.range(for: format, symmetric: symmetric)
            #expect(range.lowest <= 0 && range.highest >= 0)
            #expect(range.lowest >= min(0, sample.min() ?? 0) || symmetric)
            #expect(range.highest <= max(0, sample.max() ?? 0) || symmetric)
            #expect(observer.seen.count == sample.count)
            #expect(sample.contains { $0 != 0 } || range == GridRange(lowest: 0, highest: 0))
          }
        }
      }
    }
  }

  /// Numbers that are all one leave nothing to clip: no rule may end nearer to 0 than they are.
  @Test func aRangeOfOneNumberHoldsIt() throws {
    for rule in try everyRule {
      for count in [1, 3, 5000] {
        for format in [int4, uint8] {
          let observer = try observed(rule, [Array(repeating: 3, count: count)])
          let range = try observer.range(for: format, symmetric: format.isSigned)
          // In bins the edge of the one that holds it.
          #expect(range.highest > 2.99 && range.highest <= 3, "\(rule)")
        }
      }
    }
  }

  @Test func numbersThatAreNotFiniteAreRefusedAndNotCounted() throws {
    for rule in try everyRule {
      var observer = try observed(rule, [[1, 2]])
      for bad in [Float.nan, .infinity, -.infinity] {
        #expect(throws: QuantizeError.self) {
          try [3, bad].withUnsafeBufferPointer { try observer.observe($0) }
        }
      }
      #expect(observer.seen.count == 2)
      #expect(observer.seen.highest == 2)
    }
  }

  @Test func entropyKeepsAllWhereThereAreFewerBinsThanLevels() throws {
    let range = try observed(EntropyRange(Settings()), [normal(7, 100)])
      .range(for: IntegerFormat(bits: 12, isSigned: true), symmetric: true)
    let numbers = try normal(7, 100)
    #expect(range.lowest == numbers.min() && range.highest == numbers.max())
  }
}

/// Frozen JSON beside the program that made it.
enum Fixture {
  static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }
}
