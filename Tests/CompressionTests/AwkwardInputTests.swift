import Catalog
import Encodings
import TestSupport
import Tensors
import Testing

@testable import Compression

/// Every criterion, structure, format, range, rounding, start and layout on what nobody expects: random,
/// empty, all zero, all equal, one element, tied, huge, denormal, NaN and ∞.
///
/// Each gives what its card says, or an error that describes itself; nothing traps, and nothing that was
/// finite becomes NaN.
@Suite struct AwkwardInputTests {
  private static let least: Float = .leastNonzeroMagnitude
  private static let most: Float = .greatestFiniteMagnitude

  /// Rows and columns, so that every structure has units.
  static let samples: [(name: String, shape: Shape, scalars: [Float])] = [
    ("random", [3, 4], [0.4, -1.3, 0.1, 0.9, -0.5, 2.2, -0.7, 0.3, 1.1, -2.4, 0.6, -0.2]),
    ("empty", [0, 4], []), ("no columns", [4, 0], []), ("one", [1, 1], [-0.75]),
    ("all zero", [2, 4], .init(repeating: 0, count: 8)),
    ("all equal", [2, 4], .init(repeating: -2.5, count: 8)),
    ("tied", [2, 4], [1, -1, 1, -1, -1, 1, -1, 1]),
    ("signed zeros", [2, 2], [-0.0, 0, -0.0, 1]),
    ("huge", [2, 2], [most, -most, most / 2, 1]),
    ("denormal", [2, 2], [least, -least, 3 * least, .leastNormalMagnitude]),
    ("huge and denormal", [2, 2], [most, least, -least, 0]),
    ("NaN", [2, 2], [1, .nan, 2, -3]), ("∞", [2, 2], [.infinity, 1, -2, 0.5]),
    ("∞ and −∞", [2, 2], [.infinity, -.infinity, 0, 1]),
    ("four axes", [2, 2, 2, 2], (0..<16).map { Float($0 * 7 % 16) - 8 }),
  ]

  /// Runs it; `nil` for an error that describes itself.
  private func attempt<Result>(
    _ remark: String, _ body: () throws -> Result
  ) -> Result? {
    do {
      return try body()
    } catch let error as any DescribedError {
      #expect(!error.headline.isEmpty && error.code.hasPrefix("E"), "\(remark)")
    } catch {
      Issue.record("\(remark): \(error) does not describe itself")
    }
    return nil
  }

  /// Statistics as awkward as the weights: the sample itself, and its magnitudes where none is negative.
  private func statistics(
    of x: Tensor, _ criterion: any CatalogedCriterion.Type
  ) throws -> [Statistic: Tensor] {
    var others: [Statistic: Tensor] = [:]
    for statistic in Statistic.allCases.dropFirst() {
      let isSigned = statistic == .gradient || statistic == .gradientMean
      others[statistic] = isSigned ? x : try x.mapped(.absolute)
    }
    if criterion == SparseGPTCriterion.self {
      let columns = x.shape.matrix.columns
      let rows = try x.reshaped([x.shape.matrix.rows, columns])
      others[.hessian] = try rows.matrixProduct(rows, transposingLeft: true)
    }
    return others
  }

  private static let structures: [any Structure] =
    (try? [
      SingleWeights(Settings()), Rows(Settings()), Kernels(Settings()), Channels(Settings()),
      Neurons(Settings()), NOfM(1, of: 3),
      Blocks(Settings(["height": .number(2), "width": .number(3)])),
    ]) ?? []

  @Test(arguments: criterionCatalog.map { $0.card.name })
  func criteriaAndStructures(_ name: String) throws {
    let type = try #require(criterionCatalog.first { $0.card.name == name })
    #expect(Self.structures.count == structureCatalog.count)
    for (sample, shape, scalars) in Self.samples {
      let x = try EncodedTensor(Tensor(shape, scalars))
      let others = try statistics(of: x.values, type)
      for structure in Self.structures {
        let remark = "\(name), \(structure.text), \(sample)"
        let share = structure.takesAmount ? 0.4 : nil
        let pruned = attempt(remark) { () -> EncodedTensor in
          var random = Random(seed: 0)
          return try Prune(share, by: type.init(Settings()), structure: structure)(
            x, others, random: &random)
        }
        guard let pruned else { continue }
        #expect(pruned.shape == shape, "\(remark)")
        let isFinite = scalars.allSatisfy(\.isFinite)
        #expect(try !isFinite || pruned.values.scalars.allSatisfy { !$0.isNaN }, "\(remark)")
        let comparesRows = try type.init(Settings()).comparesRows
        let isWhole = structure is SingleWeights && !comparesRows
        if isWhole {
          let wanted = scalars.count - rounded(0.4 * Double(scalars.count))
          #expect(pruned.keptCount == wanted, "\(remark)")
        }
        #expect(pruned.footprint.totalBits == 8 * pruned.payload().count, "\(remark)")
      }
    }
  }

  /// Each format of the catalog with settings it can have.
  private static let formatTrials: [(String, Settings)] = formatCatalog.flatMap { family in
    let given: [String: [String: Setting]] = [
      "int": ["bits": .number(5)], "uint": ["bits": .number(3)],
      "fixed": ["i": .number(3), "f": .number(4)], "powerOfTwo": ["bits": .number(4)],
      "grid": ["levels": .numbers([-1, 0, 0.5])], "places": ["b": .number(2)],
      "divided": ["size": .option("magnitude", Settings())],
    ]
    return [(family.card.name, Settings(given[family.card.name] ?? [:]))]
      + family.named.map { ($0.card.name, Settings()) }
  }

  /// Formats with codes for NaN and ∞, or that ask for the sign alone.
  private static let holdsAnything: Set = [
    "e4m3", "e5m2", "fp8", "float16", "bfloat16", "divided",
  ]

  @Test(arguments: formatTrials.map(\.0)) func formats(_ name: String) throws {
    let settings = try #require(Self.formatTrials.first { $0.0 == name }).1
    for (sample, shape, scalars) in Self.samples {
      for per in [nil, "channel", "group"] {
        let remark = "\(name) per \(per ?? "tensor"), \(sample)"
        var call: [String: Setting] = ["format": .option(name, settings)]
        if let per {
          call["per"] = .option(per, Settings(per == "group" ? ["n": .number(3)] : [:]))
        }
        let found = attempt(remark) {
          try Quantize(Settings(call))(EncodedTensor(Tensor(shape, scalars)))
        }
        guard let q = found else { continue }
        let wasFinite = scalars.allSatisfy(\.isFinite)
        #expect(wasFinite || Self.holdsAnything.contains(name), "\(remark) has no code")
        // What is finite saturates; NaN comes of NaN alone.
        let isKept = try zip(q.values.scalars, scalars).allSatisfy { value, was in
          value.isFinite || (value.isNaN ? was.isNaN : was == value)
        }
        #expect(q.shape == shape && isKept, "\(remark)")
        #expect(q.footprint.totalBits == 8 * q.payload().count, "\(remark)")
        let again = try EncodedTensor(decoding: q.encodedBytes())
        #expect(again == q, "\(remark)")
      }
    }
  }

  @Test(arguments: rangeCatalog.map { $0.card.name }) func ranges(_ name: String) throws {
    try expectFinite("range", name)
  }

  /// Without inputs those that need some say so; the others round every sample.
  @Test(arguments: roundingCatalog.map { $0.card.name }) func roundings(_ name: String) throws {
    try expectFinite("method", name, inputs: [1, 0, -2, 3, 0.5, 0.25, -1, 4, 1, 1, 2, -3])
  }

  private func expectFinite(_ option: String, _ name: String, inputs: [Double]? = nil) throws {
    for (sample, shape, scalars) in Self.samples {
      for format in ["int4", "uint8"] {
        let remark = "\(option): \(name), \(format), \(sample)"
        let settings: [String: Setting] =
          name == "adaround" ? ["steps": .number(20)] : [:]
        var call: [String: Setting] = [
          "format": .option(format, Settings()), option: .option(name, Settings(settings)),
        ]
        let columns = shape.count == 0 ? 0 : shape.count / shape[0]
        if let inputs, columns > 0, columns <= inputs.count {
          call["inputs"] = .numbers(Array(inputs.prefix(inputs.count / columns * columns)))
        }
        let found = attempt(remark) { () -> EncodedTensor in
          var random = Random(seed: 0)
          return try Quantize(Settings(call))(
            EncodedTensor(Tensor(shape, scalars)), [:], random: &random)
        }
        guard let q = found else { continue }
        let isFinite = try q.values.scalars.allSatisfy(\.isFinite)
        #expect(q.shape == shape && isFinite, "\(remark)")
        #expect(q.footprint.totalBits == 8 * q.payload().count, "\(remark)")
      }
    }
  }

  @Test(arguments: ["share", "factorize", "encode"]) func otherVerbs(_ name: String) throws {
    let verb = try #require(
      compressionCatalog.compactMap { $0 as? any WeightVerb.Type }.first { $0.card.name == name })
    for (sample, shape, scalars) in Self.samples {
      for settings in verb.trials {
        let remark = "\(name) \(settings), \(sample)"
        let found = attempt(remark) { () -> EncodedTensor in
          var random = Random(seed: 0)
          return try verb.init(settings)(
            EncodedTensor(Tensor(shape, scalars)), [:], random: &random)
        }
        guard let result = found else { continue }
        #expect(result.footprint.totalBits == 8 * result.payload().count, "\(remark)")
        let again = try EncodedTensor(decoding: result.encodedBytes())
        #expect(again == result, "\(remark)")
        let isFinite = scalars.allSatisfy(\.isFinite)
        #expect(try !isFinite || result.values.scalars.allSatisfy { !$0.isNaN }, "\(remark)")
      }
    }
  }

  /// Grids of activations: the range is widened to hold 0, numbers that are not finite do not count.
  @Test func grids() throws {
    for (sample, shape, scalars) in Self.samples {
      for text in ["int8", "uint8"] {
        let format = try IntegerFormat(bits: 8, isSigned: text == "int8")
        let grid = try ActivationGrid.of(Tensor(shape, scalars), format)
        #expect(grid.scale > 0 && grid.scale.isFinite, "\(sample)")
        #expect(grid.zeroPoint >= format.lowest && grid.zeroPoint <= format.highest, "\(sample)")
      }
    }
  }
}
