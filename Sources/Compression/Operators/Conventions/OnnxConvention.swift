import Catalog
import Encodings

/// The arithmetic of ONNX, which is the default.
///
///     symmetric   s = max|w| / (2^(b−1) − 1)          z = 0
///     affine      s = (hi − lo) / (q_max − q_min)     z = clamp(rne(q_min − lo/s))
///     code        q = clamp(rne(w/s) + z, q_min, q_max)
///
/// float32 throughout; a range of 0, or one whose s underflows, has s = 1 and z = 0.
///
/// - Source: ONNX QuantizeLinear, opset 21; onnxruntime's `compute_scale_zp`.
public struct OnnxConvention: GridConvention {
  public init() {}

  public let convention = Grid.Convention.onnx

  public func symmetric(_ range: GridRange, _ format: IntegerFormat) throws -> GridPoint {
    GridPoint(
      scale: try range.symmetricScale(format), zeroPoint: format.symmetricZeroPoint)
  }

  public func affine(_ range: GridRange, _ format: IntegerFormat) throws -> GridPoint {
    let (scale, zero) = try range.affinePoint(format)
    return GridPoint(scale: scale, zeroPoint: zero)
  }

  public func code(
    of value: Float, _ point: GridPoint, _ format: IntegerFormat, isSymmetric: Bool
  ) -> Int32 {
    clamped((value / point.scale).rounded(.toNearestOrEven), point, format)
  }

  public func addSymmetric(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat,
    _ ranges: [GridRange]
  ) {
    steps.add("m", "m = 2^(b−1) − 1", "2^(\(format.bits) - 1) - 1", "b = \(format.bits) bits")
    rows.addQuotient(&steps, by: "m", worth: Float((1 << (format.bits - 1)) - 1))
    addMiddle(&steps, format)
  }

  public func addAffine(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat,
    _ ranges: [GridRange]
  ) {
    let (bottom, top) = (format.lowest, format.highest)
    let span = "(hi - lo) / \(Int(top) - Int(bottom))"
    let zero = "clamp(round(\(bottom) - lo / s), \(bottom), \(top))"
    let isFlat = ranges.contains { ($0.highest - $0.lowest) / Float(top - bottom) == 0 }
    let formulas = (
      "s = (hi − lo) / (q_max − q_min)", "z = clamp(rne(q_min − lo/s), q_min, q_max)"
    )
    guard isFlat else {
      steps.add("s", formulas.0, span, "the spacing of the grid")
      steps.add("z", formulas.1, zero, "the code of 0")
      return
    }
    steps.add("s", formulas.0 + ", or 1 where that is 0", "where(\(span) == 0, 1, \(span))")
    steps.add("z", formulas.1 + ", or 0", "where(\(span) == 0, 0, \(zero))", "the code of 0")
  }

  public func addCodes(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat, hasZero: Bool,
    isSymmetric: Bool
  ) {
    let (bottom, top) = (format.lowest, format.highest)
    let plus = hasZero ? " + z" : ""
    steps.add("t", "t = w / s", "\(rows.name) / s", "in steps of the grid")
    steps.add(
      "q", "q = clamp(rne(t)\(plus), \(bottom), \(top))",
      "clamp(round(t)\(plus), \(bottom), \(top))",
      "half to even" + (hasZero ? ", rounded before z is added" : ""))
  }

  public static let card = Card(
    "onnx", .option,
    summary: "Finds scales and codes as ONNX has it: symmetric s = max|w| / (2^(b−1) − 1), w / s.",
    formula: "q = clamp(rne(w/s) + z, q_min, q_max)",
    source: "ONNX QuantizeLinear, opset 21; onnxruntime's compute_scale_zp",
    examples: [
      Example("print(quantize(tensor([3, -1]), int8, like: onnx).scale)", prints: "0.02362205"),
      Example(
        "print(quantize(tensor([0.15, 0.45]), int8, scale: 0.3, like: onnx).codes)",
        prints: "[0, 1]"),
    ],
    related: ["torch", "tflite", "quantize"])
}
