import Catalog
import Encodings

/// Eight-bit floats by their common name.
///
///     fp8 = fp8(e4m3) = e4m3        fp8(e5m2) = e5m2
///
/// Without `per:` weights are cast as they are; `per: tensor` and the like scale each part so that
/// its largest weight becomes 448 (or 57,344).
///
/// - Source: OCP 8-bit Floating Point Specification 1.0.
public struct FP8Format: FormatFamily, ScaledFormat {
  private let float: Minifloat

  public init(_ settings: Settings) throws {
    let kinds: [any FloatFamily.Type] = [E4M3Format.self, E5M2Format.self]
    let reader = SettingsReader(Self.card, settings)
    float = try reader.entry("kind", kind: "8-bit float", of: kinds, named: { $0.card.name })
      .entry.float
  }

  /// Its grids are `e4m3`'s and `e5m2`'s.
  public init?(again grid: Grid) { return nil }

  public var name: String { float.description }
  public var numbers: NumberFormat { .minifloat(float) }
  public var ownCoding: ScaleCoding { .implied(exponent: 0) }
  public var isOwnRule: Bool { false }

  public static let card = Card(
    "fp8", .format,
    summary:
      "8-bit floats: e4m3 unless asked for e5m2, cast as they are unless `per:` scales them.",
    formula: "ŵ = the nearest float to w, beyond the largest the largest; scaled s = max|w| / 448",
    source: "OCP 8-bit Floating Point Specification 1.0; ONNX QuantizeLinear with saturate = 1",
    parameters: [
      Parameter(
        "kind", or: "e4m3", accepts: "`e4m3` or `e5m2`", choices: ["e4m3", "e5m2"],
        "how the 7 bits beside the sign are divided")
    ],
    examples: [
      Example("print(quantize(tensor([1, 480]), fp8))", prints: "[1, 448]"),
      Example("print(quantize(tensor([1, 480]), fp8(e5m2)))", prints: "[1, 512]"),
      Example(
        "print(quantize(tensor([[1, 2], [100, 800]]), fp8, per: channel).scale)",
        prints: "[0.004464286, 1.785714]"),
    ],
    related: ["e4m3", "e5m2", "mxfp4", "float16", "quantize"])
}
