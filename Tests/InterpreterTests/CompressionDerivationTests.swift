import Catalog
import Compression
import Encodings
import Interpreter
import Tensors
import Testing

/// Every derivation of pruning and quantization, evaluated step by step as `explain` does it.
@Suite struct CompressionDerivationTests {
  private static func samples() throws -> [Tensor] {
    var random = Random(seed: 30)
    let shapes: [Shape] = [[9], [3, 5], [2, 3, 4], [2, 1, 2, 3], [1], [4, 1]]
    return try shapes.map { try Tensor.normal($0, &random) } + [
      Tensor([6], [0.42, -1.30, 0.07, 0.91, -0.55, 0]), Tensor.zeros([2, 3]),
      Tensor.full([2, 2], -1), Tensor([2, 3], [1, -1, 1, 0, 0, 0]), Tensor([3], [1, 2, 3]),
    ]
  }

  /// Runs the steps; `nil` when the result is the operator's own.
  private func failure(_ worked: WorkedDerivation, _ own: EncodedTensor) throws -> String? {
    var lines = worked.inputs.map { "let \($0.name) = \(source($0.value))" }
    for step in worked.derivation.steps { lines.append("let \(step.symbol) = \(step.expression)") }
    lines.append("print(all(\(worked.derivation.result) == \(source(try own.values))))")
    if worked.derivation.steps.contains(where: { $0.symbol == "bits" }) {
      lines.append("print(bits == \(own.footprint.payloadBits), dense == \(own.count * 32))")
    } else {
      lines.append("print(true, true)")
    }
    let output = Lab.output(lines.joined(separator: "\n"))
    return output == "true\ntrue true" ? nil : output + "\n" + lines.joined(separator: "\n")
  }

  private func source(_ tensor: Tensor) -> String {
    let numbers = tensor.scalars.map { "\(Double($0))" }.joined(separator: ", ")
    let lengths = tensor.shape.dimensions.map(String.init).joined(separator: ", ")
    return "reshape(tensor([\(numbers)]), \(lengths))"
  }

  @Test func quantizationArrivesAtItsResult() throws {
    for bits in [2, 4, 8, 13] {
      for isSigned in [true, false] {
        let format = try IntegerFormat(bits: bits, isSigned: isSigned)
        for per in [nil, .channel, .groups(of: 2)] as [Partition?] {
          for rule in [nil, true, false] as [Bool?] {
            let quantize = Quantize(format, per: per, isSymmetric: rule)
            for sample in try Self.samples() {
              let x = try EncodedTensor(sample)
              #expect(try failure(quantize.derivation(x), quantize(x)) == nil)
            }
          }
        }
      }
    }
  }

  private static func option(_ name: String, _ settings: [String: Setting] = [:]) -> Setting {
    .option(name, Settings(settings))
  }

  @Test(arguments: [
    option("fixed", ["i": .number(3), "f": .number(4)]),
    option("powerOfTwo", ["bits": .number(4)]), option("ternary"), option("binary"),
    option("fp8"), option("e5m2"), option("float16"), option("bfloat16"), option("nf4"),
    option("mxfp4"), option("grid", ["levels": .numbers([-1, 0, 0.5, 2])]),
    option("places", ["b": .number(1), "scale": .number(3), "shift": .number(-0.3)]),
    option("places", ["b": .number(5), "intended": .boolean(true)]), option("standardized"),
    option("divided", ["size": .number(0.1)]), option("divided", ["size": option("magnitude")]),
  ])
  func everyFormatArrivesAtItsResult(format: Setting) throws {
    let group = Self.option("group", ["n": .number(2)])
    let ways: [[String: Setting]] = [
      [:], ["per": Self.option("tensor")], ["per": Self.option("channel")], ["per": group],
      ["per": group, "scales": Self.option("e8m0")],
      ["per": Self.option("channel"), "scales": Self.option("float16")],
      ["scale": .number(0.3)],
    ]
    for way in ways {
      var settings = Settings(way)
      settings["format"] = format
      guard let quantize = try? Quantize(settings) else { continue }
      for sample in try Self.samples() {
        for kept in [nil, Bitmap(count: sample.count) { $0 % 3 != 1 }] {
          let x = try EncodedTensor(sample, kept: kept)
          guard let own = try? quantize(x) else { continue }
          #expect(try failure(quantize.derivation(x), own) == nil, "\(way)")
        }
      }
    }
  }

  @Test(arguments: ["torch", "tflite"]) func everyConventionArrives(name: String) throws {
    for bits in [3, 8] {
      for isSigned in [true, false] {
        for isSymmetric in [true, false] {
          for per in [nil, .channel, .groups(of: 2)] as [Partition?] {
            var quantize = try Quantize(
              Settings([
                "format": Self.option((isSigned ? "int" : "uint") + "\(bits)"),
                "like": Self.option(name), "symmetric": .boolean(isSymmetric),
              ]))
            quantize.per = per
            for sample in try Self.samples() {
              let x = try EncodedTensor(sample)
              #expect(try failure(quantize.derivation(x), quantize(x)) == nil)
            }
          }
        }
      }
    }
  }

  @Test func aGivenGridArrivesToo() throws {
    let int2 = try IntegerFormat(bits: 2, isSigned: true)
    for sample in try Self.samples() {
      let x = try EncodedTensor(sample)
      let quantize = Quantize(int2, scales: [1.0 / 3], zeroPoints: [-1])
      #expect(try failure(quantize.derivation(x), quantize(x)) == nil)
      let rows = Quantize(
        int2, per: .channel, scales: (1...sample.shape[0]).map { Double($0) / 3 })
      #expect(try failure(rows.derivation(x), rows(x)) == nil)
    }
  }

  @Test func aCriterionThatDecidesIsNotSaidToCount() throws {
    let x = try EncodedTensor(Tensor([2], [1, 2]))
    func title(_ prune: Prune) throws -> String {
      try prune.derivation(x, random: Random(seed: 0)).derivation.title
    }
    let below = try ThresholdCriterion(Settings(["below": .number(1.5)]))
    #expect(try title(Prune(nil, by: below)) == "by threshold(below: 1.5), as many as it says")
    #expect(
      try title(Prune(0.5, by: MagnitudeCriterion()))
        == "by magnitude, exact count, ties to the lowest index")
  }

  @Test func pruningArrivesAtItsResult() throws {
    let cube = UserCriterion(needs: [.weight], text: "weight => weight^3") {
      .scores(try Tensor.apply(.power, $0.weight, 3))
    }
    let negative = UserCriterion(needs: [.weight], text: "weight => weight < 0") {
      .pruned(try Tensor.apply(.less, $0.weight, 0))
    }
    let criteria: [any Criterion] = [MagnitudeCriterion(), RandomCriterion(), cube, negative]
    for sample in try Self.samples() {
      let fresh = try EncodedTensor(sample)
      let masked = try EncodedTensor(sample, kept: Bitmap(count: sample.count) { $0 % 3 != 1 })
      for x in [fresh, masked, try Quantize(.int8)(masked)] {
        for criterion in criteria {
          for share in [0, 0.2, 0.5, 0.8, 1] {
            let isMask = criterion.text == negative.text
            let prune = Prune(isMask ? nil : share, by: criterion)
            let before = Random(seed: 4)
            var random = before
            let own = try prune(x, random: &random)
            #expect(try failure(prune.derivation(x, random: before), own) == nil)
          }
        }
      }
    }
  }

  @Test func everyCriterionArrivesAtItsResult() throws {
    for type in criterionCatalog {
      let printed = type.card.parameters?.contains { $0.name == "printed" } ?? false
      let meant = type.card.parameters?.contains { $0.name == "meant" } ?? false
      let variants =
        [Settings()] + (printed ? [Settings(["printed": .boolean(true)])] : [])
        + (meant ? [Settings(["meant": .boolean(true)])] : [])
      for settings in variants { try arrives(type.init(settings)) }
    }
  }

  private func arrives(_ criterion: any CatalogedCriterion) throws {
    var random = Random(seed: 8)
    for shape: Shape in [[9], [3, 5], [2, 1, 2, 3], [1]] {
      let weights = try Tensor.normal(shape, &random)
      var others: [Statistic: Tensor] = [:]
      for statistic in Statistic.allCases.dropFirst() {
        others[statistic] = try Tensor.normal(shape, &random).mapped(
          statistic == .gradient ? .negate : .absolute)
      }
      if criterion is SparseGPTCriterion {
        let columns = shape.rank < 2 ? shape.count : shape.count / shape[0]
        let inputs = try Tensor.normal([2 * columns, columns], &random)
        others[.hessian] = try inputs.matrixProduct(inputs, transposingLeft: true)
      }
      let fresh = try EncodedTensor(weights)
      let masked = try EncodedTensor(weights, kept: Bitmap(count: shape.count) { $0 % 4 != 1 })
      for x in [fresh, masked] {
        let judgement = try criterion.judge(Statistics(weight: x.values, others, share: 0.5))
        let isMask = if case .pruned = judgement { true } else { false }
        let prune = Prune(isMask ? nil : 0.5, by: criterion, scope: criterion.scope)
        let before = Random(seed: 4)
        var stream = before
        let own = try prune(x, others, random: &stream)
        #expect(
          try failure(prune.derivation(x, others, random: before), own) == nil, "\(criterion.text)")
      }
    }
  }
}
