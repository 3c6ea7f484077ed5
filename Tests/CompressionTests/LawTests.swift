import Catalog
import Compression
import Encodings
import Tensors
import Testing

/// The laws that cards claim, on tensors of every rank and kind.
@Suite struct LawTests {
  /// Ranks 1 to 4, empty, one element, all zero, all equal, ties, huge, denormal.
  static func samples() throws -> [Tensor] {
    var random = Random(seed: 20)
    let shapes: [Shape] = [[7], [3, 5], [2, 3, 4], [2, 3, 2, 3], [0], [3, 0], [1]]
    return try shapes.map { try Tensor.normal($0, &random) } + [
      Tensor.zeros([2, 3]), Tensor.full([3, 2], -2.5), Tensor([6], [1, -1, 1, 0, -1, 0]),
      Tensor([3], [3e38, -1, 0]), Tensor([3], [.leastNonzeroMagnitude, -.leastNormalMagnitude, 0]),
      Tensor([2], [-0.0, 5]),
    ]
  }

  /// A tensor with statistics of the right shapes, none of them negative that cannot be.
  private static func statistics(
    of x: Tensor, _ criterion: any CatalogedCriterion.Type
  ) throws -> Statistics {
    var random = Random(seed: 3)
    var others: [Statistic: Tensor] = [:]
    for statistic in Statistic.allCases.dropFirst() {
      let values = try Tensor.normal(x.shape, &random)
      others[statistic] =
        [.gradient, .gradientMean].contains(statistic) ? values : try values.mapped(.absolute)
    }
    if criterion == SparseGPTCriterion.self {
      let columns = x.count == 0 ? 0 : x.shape.rank < 2 ? x.count : x.count / x.shape[0]
      let inputs = try Tensor.normal([2 * columns, columns], &random)
      others[.hessian] = try inputs.matrixProduct(inputs, transposingLeft: true)
    }
    return Statistics(weight: x, others)
  }

  /// An operator of the catalog as a function of one tensor.
  private struct Subject {
    var name: String
    var laws: [Law]
    var apply: (Tensor) throws -> Tensor
  }

  private func subjects() throws -> [Subject] {
    try compressionCatalog.flatMap { type -> [Subject] in
      switch type {
      case let verb as any WeightVerb.Type:
        #expect(!verb.trials.isEmpty, "\(verb.card.name) has nothing its laws are tried on")
        return try verb.trials.map { settings in
          let applied = try verb.init(settings)
          return Subject(name: "\(verb.card.name) \(settings)", laws: verb.card.laws) { x in
            var random = Random(seed: 1)
            return try applied(EncodedTensor(x), [:], random: &random).values
          }
        }
      case let criterion as any CatalogedCriterion.Type:
        return [
          Subject(name: criterion.card.name, laws: criterion.card.laws) { x in
            switch try criterion.init(Settings()).judge(Self.statistics(of: x, criterion)) {
            case .scores(let scores): scores
            case .magnitudes: try x.mapped(.absolute)
            case .pruned(let mask): mask
            case .revised(_, let values): values
            }
          }
        ]
      default:
        #expect(type.card.laws == [], "\(type.card.name) has laws but no test of them")
        return []
      }
    }
  }

  @Test func lawsHold() throws {
    for subject in try subjects() {
      for sample in try Self.samples() {
        let once = try subject.apply(sample)
        let remark = Comment(rawValue: "\(subject.name) of \(sample.shape) \(sample.scalars)")
        for law in subject.laws {
          switch law {
          case .keepsShape: #expect(once.shape == sample.shape, remark)
          case .idempotent: #expect(try subject.apply(once) == once, remark)
          case .keepsZeros:
            #expect(zip(sample.scalars, once.scalars).allSatisfy { $0 != 0 || $1 == 0 }, remark)
          case .deterministic: #expect(try subject.apply(sample) == once, remark)
          case .nonNegative: #expect(once.scalars.allSatisfy { $0 >= 0 }, remark)
          }
        }
      }
    }
  }

  @Test func everyFormatHoldsEverySample() throws {
    for bits in IntegerFormat.widths {
      for isSigned in [true, false] {
        let format = try IntegerFormat(bits: bits, isSigned: isSigned)
        for sample in try Self.samples() {
          for isSymmetric in [true, false] {
            for per in [nil, .channel, .groups(of: 4)] as [Partition?] {
              let q = try Quantize(format, per: per, isSymmetric: isSymmetric)(
                EncodedTensor(sample))
              #expect(q.footprint.totalBits == 8 * q.payload().count)
              #expect(try EncodedTensor(decoding: q.encodedBytes()) == q)
              #expect(try near(q, sample), "\(format) \(sample.scalars)")
            }
          }
        }
      }
    }
  }

  /// Every value within half a step (and a little rounding) of its weight.
  private func near(_ q: EncodedTensor, _ sample: Tensor) throws -> Bool {
    guard let grid = q.grid, let largest = grid.scales.max() else { return true }
    // A denormal scale is off by up to half the smallest float, times the number of steps.
    let coarse = Float(65_536) * .leastNonzeroMagnitude
    let margin = largest / 2 * 1.01 + (sample.scalars.map(abs).max() ?? 0) * 1e-6 + coarse
    return try zip(q.values.scalars, sample.scalars).allSatisfy { abs($0 - $1) <= margin }
  }

  @Test func notANumberIsRefusedWithItsPlace() throws {
    let bad = try EncodedTensor(Tensor([4], [1, 2, .nan, .nan]))
    var random = Random(seed: 0)
    #expect(
      throws: PruneError.scoreNotANumber(count: 2, first: 2, criterion: "magnitude")
    ) { try Prune(0.5)(bad, random: &random) }
    let error = #expect(throws: QuantizeError.self) { try Quantize(.int8)(bad) }
    #expect(error?.headline == "2 of these numbers are not finite: the first, at 2, is NaN")
    #expect(throws: QuantizeError.self) {
      try Quantize(.int8)(EncodedTensor(Tensor([1], [.infinity])))
    }
  }
}
