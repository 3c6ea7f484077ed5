import Catalog
import Encodings
import Tensors

/// Integers that differ in their width, each with a name of its own: `int2` to `int16`.
public protocol IntegerFamily: FormatFamily, ScaledFormat {
  static var isSigned: Bool { get }
  var integers: IntegerFormat { get }
  init(_ integers: IntegerFormat)
}

extension IntegerFamily {
  public init(_ settings: Settings) throws {
    let bits = try SettingsReader(Self.card, settings).whole("bits", in: 2...16)
    self.init(try IntegerFormat(bits: bits, isSigned: Self.isSigned))
  }

  public init?(again grid: Grid) {
    guard let integers = grid.format.integers, integers.isSigned == Self.isSigned else {
      return nil
    }
    if case .implied = grid.scaleCoding { return nil }
    self.init(integers)
  }

  public var name: String { integers.description }
  public var numbers: NumberFormat { .integer(integers) }
  public var isOwnRule: Bool { false }

  public func points(_ parts: WeightParts, with quantize: Quantize) throws -> [GridPoint] {
    let convention = quantize.convention
    let isSymmetric = quantize.isSymmetric ?? integers.isSigned
    let ranges = try quantize.ranges(of: parts, for: integers, isSymmetric: isSymmetric)
    var points = try ranges.map {
      try isSymmetric ? convention.symmetric($0, integers) : convention.affine($0, integers)
    }
    if !isSymmetric, let coding = quantize.scaleCoding {
      // The zero point belongs to the scale that is stored.
      let stored = coding.coded(points.map(\.scale)).scales
      for part in points.indices where ranges[part].lowest != ranges[part].highest {
        points[part].zeroPoint = integers.zeroPoint(ranges[part].lowest / stored[part])
      }
    }
    return points
  }

  public func addScales(
    _ steps: inout DerivationSteps, _ rows: PartRows, with quantize: Quantize
  ) throws { try quantize.addIntegerScales(&steps, rows, integers) }

  public static var named: [NamedFormat] {
    IntegerFormat.widths.map { bits in
      let name = "\(card.name)\(bits)"
      let lowest = isSigned ? -(1 << (bits - 1)) : 0
      let own = Card(
        name, .format,
        summary: "Whole numbers of \(bits) bits, \(lowest) to \(lowest + (1 << bits) - 1); "
          + "the same as \(card.name)(\(bits)).",
        formula: card.formula, source: card.source,
        examples: [
          Example(
            "print(quantize(tensor([\(lowest), 0, 1]), \(name), scale: 1))",
            prints: "[\(lowest), 0, 1]")
        ],
        related: [card.name, "quantize"])
      return NamedFormat(card: own, settings: Settings(["bits": .number(Double(bits))]))
    }
  }
}

extension IntegerFormat {
  /// clamp(rne(q_min − lo/s)).
  fileprivate func zeroPoint(_ steps: Float) -> Int32 {
    let zero = (Float(lowest) - steps).rounded(.toNearestOrEven)
    return Int32(max(Float(lowest), min(Float(highest), zero)))
  }
}
