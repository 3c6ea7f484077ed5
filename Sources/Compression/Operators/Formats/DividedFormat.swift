import Catalog
import Encodings
import Tensors

/// Article 003's "quantization" as printed: weights divided by a size.
///
///     ŵ = w / size        size = a number, |w| itself, or |gradient|
///
/// What it does: dividing by a number only scales, as many different numbers are left as before,
/// and none is an integer; dividing by |w| leaves the sign alone; dividing by the gradient's size
/// mixes two unrelated numbers and is refused where a gradient is 0. 0/0 counts as 0 for |w|.
/// `intended: true` is what "shrinking by weight size" can mean: s = max|w| / 127, codes of 8 bits,
/// and back.
///
/// - Source: the project's article 003, §2.2 and §3.2.1.
public struct DividedFormat: FormatFamily, MappedFormat {
  private enum Size: Sendable { case number(Double), weight, gradient }

  private let size: Size
  public let intended: Quantize?

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    switch settings["size"] {
    case .number(let number)? where number != 0 && Float(number).isNormal: size = .number(number)
    case .option("magnitude", _)?: size = .weight
    case .option("gradient", _)?: size = .gradient
    default:
      throw SettingError.wrongKind(
        Self.card.name, "size", accepts: "a number other than 0, `magnitude` or `gradient`")
    }
    intended = try reader.boolean("intended") ? Quantize(.int8) : nil
  }

  /// Its grids are tables of their own.
  public init?(again grid: Grid) { return nil }

  public var name: String {
    switch size {
    case .number(let number): "divided(\(DerivationSteps.literal(number)))"
    case .weight: "divided(magnitude)"
    case .gradient: "divided(gradient)"
    }
  }

  public var needs: [Statistic] {
    if case .gradient = size { [.gradient] } else { [] }
  }

  public func mapped(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> Tensor {
    switch size {
    case .number(let number): return try Tensor.apply(.divide, x.values, Float(number))
    case .weight: return try x.values.mapped(.sign)
    case .gradient:
      guard let gradient = others[.gradient] else { throw PruneError.missing(.gradient) }
      return try Tensor.apply(.divide, x.values, gradient.mapped(.absolute))
    }
  }

  public func addSteps(
    _ steps: inout DerivationSteps, _ inputs: inout [(name: String, value: Tensor)],
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws {
    switch size {
    case .number(let number):
      steps.add(
        "v", "v = w / size", "w / \(DerivationSteps.literal(number))",
        "nothing is rounded: as many different numbers as before")
    case .weight:
      steps.add("v", "v = w / |w|", "sign(w)", "only the sign is left; 0 stays 0")
    case .gradient:
      guard let gradient = others[.gradient] else { throw PruneError.missing(.gradient) }
      inputs.append(("gradient", gradient))
      steps.add("v", "v = w / |gradient|", "w / abs(gradient)", "nothing is rounded")
    }
  }

  public static let card = Card(
    "divided", .format,
    summary: "Article 003's formula as printed: weights divided by a size, and nothing rounded.",
    formula: "ŵ = w / size; intended: q = clamp(rne(w/s), −128, 127), s = max|w| / 127, ŵ = s·q",
    source: "the project's article 003, §2.2 and §3.2.1, as printed; intended: ONNX QuantizeLinear",
    parameters: [
      Parameter(
        "size", accepts: "a number other than 0, `magnitude` or `gradient`",
        "what weights are divided by"),
      Parameter(
        "intended", .label, or: "false", accepts: "true or false",
        "whether to do what the text means: 8-bit codes by the largest weight, and back"),
    ],
    examples: [
      Example("print(quantize(tensor([0.5, -0.25]), divided(0.1)))", prints: "[5, -2.5]"),
      Example("print(quantize(tensor([0.5, -0.25, 0]), divided(magnitude)))", prints: "[1, -1, 0]"),
      Example(
        "print(quantize(tensor([0.5, -0.25]), divided(gradient), gradient: [2, 5]))",
        prints: "[0.25, -0.05]"),
      Example(
        "let net = input(1, 8, 8) |> conv2d(2) |> sigmoid |> flatten |> linear(10); "
          + "let q = quantize(net, divided(gradient), on: digits.test); "
          + "let p = prune(net, 0%, by: (weight, gradient) => abs(gradient), on: digits.test); "
          + "print(count(q.conv1.weight == net.conv1.weight), p.conv1.weight.count)",
        prints: "0 18"),
      Example(
        "let w = randn(1000, seed: 1); print(size(quantize(w, divided(0.1))).bytes > 4000, "
          + "size(quantize(w, divided(0.1, intended: true))).bytes < 1100)", prints: "true true"),
    ],
    related: ["places", "standardized", "int", "quantize"])
}
