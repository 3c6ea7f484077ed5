import Catalog
import Encodings
import Tensors

/// Article 000's formula as printed: round to b places behind the point, then s·w′ + z.
///
///     w′ = rne(w · 10^b) / 10^b        w″ = s · w′ + z
///
/// What it does: b counts decimal places, not bits, so the numbers of different values depends on
/// the weights' range, and they are no integers of b bits; with s ≠ 1 or z ≠ 0 the weights are not
/// those of the network any more (z moves even pruned-like zeros). `intended: true` is what the
/// text describes: integers of b bits and back, q = clamp(rne(w/s) + z), ŵ = s·(q − z), with s and
/// z from the range.
///
/// - Source: the project's article 000, §3.2.
public struct PlacesFormat: FormatFamily, MappedFormat {
  private let places: Int
  private let scale: Double
  private let shift: Double
  public let intended: Quantize?

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    let isIntended = try reader.boolean("intended")
    places = try reader.whole("b", in: isIntended ? 2...16 : 0...16)
    scale = try reader.number("scale", in: -1e6...1e6)
    shift = try reader.number("shift", in: -1e6...1e6)
    intended =
      isIntended
      ? Quantize(try IntegerFormat(bits: places, isSigned: false), isSymmetric: false) : nil
  }

  /// Its grids are tables of their own.
  public init?(again grid: Grid) { return nil }

  public var name: String { "places(\(places))" }

  public func mapped(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> Tensor {
    let (ten, scale, shift) = (power, Float(scale), Float(shift))
    let values = try x.values
    return try Tensor(unsafeUninitialized: x.shape) { target in
      values.withScalars { scalars in
        for index in target.indices {
          target[index] = scale * ((scalars[index] * ten).rounded(.toNearestOrEven) / ten) + shift
        }
      }
    }
  }

  private var power: Float { (0..<places).reduce(1) { power, _ in power * 10 } }

  public func addSteps(
    _ steps: inout DerivationSteps, _ inputs: inout [(name: String, value: Tensor)],
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws {
    let ten = DerivationSteps.literal(Double(power))
    steps.add(
      "p", "w′ = rne(w · 10^b) / 10^b", "round(w * \(ten)) / \(ten)",
      "b = \(places) places, not bits")
    steps.add(
      "v", "w″ = s · w′ + z",
      "\(DerivationSteps.literal(scale)) * p + \(DerivationSteps.literal(shift))",
      scale == 1 && shift == 0 ? "" : "these are other weights than before")
  }

  public static let card = Card(
    "places", .format,
    summary: "Article 000's rounding as printed: b decimal places, then s·w′ + z.",
    formula: "w″ = s·(rne(w·10^b)/10^b) + z; intended: q = clamp(rne(w/s) + z), ŵ = s·(q − z)",
    source: "the project's article 000, §3.2, as printed; intended: ONNX QuantizeLinear",
    parameters: [
      Parameter("b", accepts: "a whole number, 0…16", "decimal places; bits when intended"),
      Parameter("scale", .label, or: "1", accepts: "a number", "s of s·w′ + z"),
      Parameter("shift", .label, or: "0", accepts: "a number", "z of s·w′ + z"),
      Parameter(
        "intended", .label, or: "false", accepts: "true or false",
        "whether to do what the text means: integers of b bits, and back"),
    ],
    examples: [
      Example("print(quantize(tensor([0.42, -1.3, 0.07]), places(1)))", prints: "[0.4, -1.3, 0.1]"),
      Example(
        "print(quantize(tensor([0.42, -1.3, 0.07]), places(1, scale: 2, shift: 1)))",
        prints: "[1.8, -1.6, 1.2]"),
      Example(
        "let w = randn(1000, seed: 1); print(quantize(w, places(2)).levels.count, "
          + "max(quantize(w, places(2, intended: true)).codes))", prints: "375 3"),
    ],
    related: ["uint", "grid", "standardized", "divided", "quantize"])
}
