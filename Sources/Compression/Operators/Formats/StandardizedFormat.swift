import Catalog
import Encodings
import Tensors

/// Article 001's formula as printed: standardise, scale, add a bias, divide by 2^b, round.
///
///     x = (w − mean w) / std w        ŵ = rne((x · scale + bias) / 2^b)
///
/// What it does: with the article's scale 255, bias 127.5 and b = 8 the quotient is about x + ½, so
/// a few whole numbers are left, −2 … 3 for normal weights, whatever b promises; and nothing
/// brings them back to the weights' range, so the network computes with other weights. The mean
/// and the (population's) standard deviation are rounded to float32; equal weights have std 1.
/// `intended: true` takes codes of b bits over the same standardised range and goes back:
/// q = clamp(rne(x·scale + bias), 0, 2^b − 1) with scale and bias from the range, which is the
/// affine grid of `uint(b)`: the mean and the standard deviation cancel.
///
/// - Source: the project's article 001, §3.1.
public struct StandardizedFormat: FormatFamily, MappedFormat {
  private let bits: Int
  private let scale: Double
  private let bias: Double
  public let intended: Quantize?

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    bits = try reader.whole("b", in: 2...16)
    scale = try reader.number("scale", in: -1e6...1e6)
    bias = try reader.number("bias", in: -1e6...1e6)
    intended =
      try reader.boolean("intended")
      ? Quantize(try IntegerFormat(bits: bits, isSigned: false), isSymmetric: false) : nil
  }

  /// Its grids are tables of their own.
  public init?(again grid: Grid) { return nil }

  public var name: String { "standardized(\(bits))" }

  public func mapped(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> Tensor {
    let values = try x.values
    guard values.count > 0 else { return values }
    let mean = Float(try values.folded(.mean))
    let deviation = Float(try values.folded(.standardDeviation))
    let (scale, bias, power) = (Float(scale), Float(bias), Float(1 << bits))
    return try Tensor(unsafeUninitialized: x.shape) { target in
      values.withScalars { scalars in
        for index in target.indices {
          let standard = (scalars[index] - mean) / (deviation == 0 ? 1 : deviation)
          target[index] = ((standard * scale + bias) / power).rounded(.toNearestOrEven)
        }
      }
    }
  }

  public func addSteps(
    _ steps: inout DerivationSteps, _ inputs: inout [(name: String, value: Tensor)],
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws {
    steps.add("m", "m = mean w", "mean(w)")
    steps.add(
      "d", "d = std w, or 1 where that is 0", "max(where(std(w) + zeros(1) == 0, 1, std(w)))")
    steps.add("x", "x = (w − m) / d", "(w - m) / d", "mean 0, standard deviation 1")
    steps.add(
      "y", "y = (x · scale + bias) / 2^b",
      "(x * \(DerivationSteps.literal(scale)) + \(DerivationSteps.literal(bias))) / 2^\(bits)",
      "scale / 2^b = \(DerivationSteps.literal(scale / Double(1 << bits))): about x again")
    steps.add("v", "v = rne(y)", "round(y)", "not brought back to the range of w")
  }

  public static let card = Card(
    "standardized", .format,
    summary: "Article 001's formula as printed: standardised weights, scaled, rounded, not undone.",
    formula: "ŵ = rne(((w − mean)/std·scale + bias)/2^b); intended: the affine grid of uint(b)",
    source: "the project's article 001, §3.1, as printed; intended: ONNX QuantizeLinear",
    parameters: [
      Parameter("b", or: "8", accepts: "a whole number, 2…16", "the width in the formula"),
      Parameter("scale", .label, or: "255", accepts: "a number", "the article's scale"),
      Parameter("bias", .label, or: "127.5", accepts: "a number", "the article's bias"),
      Parameter(
        "intended", .label, or: "false", accepts: "true or false",
        "whether to do what the text means: codes of b bits, and back to the range"),
    ],
    examples: [
      Example(
        "print(quantize(tensor([0.1, 0.2, 0.3, 0.4]), standardized(8)))", prints: "[-1, 0, 1, 2]"),
      Example(
        "print(quantize(tensor([0.1, 0.2, 0.3, 0.4]), standardized(8, intended: true)))",
        prints: "[0.1003922, 0.2007843, 0.2996078, 0.4]"),
      Example(
        "print(quantize(tensor([0.1, 0.4]), standardized(4, scale: 16, bias: 0)))",
        prints: "[-1, 1]"),
    ],
    related: ["places", "divided", "uint", "quantize"])
}
