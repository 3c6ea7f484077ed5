import Catalog
import Encodings

/// The arithmetic of TensorFlow's fake quantization and of TFLite's weights.
///
///     symmetric   codes −(2^(b−1) − 1) … 2^(b−1) − 1      s = max|w| / (2^(b−1) − 1)    z = 0
///     affine      s = (hi − lo) / (q_max − q_min)         z = clamp(⌊q_min − lo/s + ½⌋)
///     code        q = ⌊(clamp(w, w_min, w_max) − w_min)/s + ½⌋ + q_min,  w_min = s·(q_min − z)
///
/// The range is nudged so that 0 is a code exactly. Halves go up, not to even. float32 throughout;
/// a range of 0 has s = 1 and z = 0.
///
/// - Source: TensorFlow, `fake_quant_ops_functor.h` (Nudge and the forward functor); TFLite's
///   quantization specification, which keeps weights to −127…127.
public struct TfliteConvention: GridConvention {
  public init() {}

  public let convention = Grid.Convention.tflite

  public func symmetric(_ range: GridRange, _ format: IntegerFormat) throws -> GridPoint {
    GridPoint(
      scale: try range.symmetricScale(format), zeroPoint: format.symmetricZeroPoint)
  }

  public func affine(_ range: GridRange, _ format: IntegerFormat) throws -> GridPoint {
    var point = try OnnxConvention().affine(range, format)
    guard range.highest != range.lowest else { return point }
    let (bottom, top) = (Float(format.lowest), Float(format.highest))
    let zero = (bottom - range.lowest / point.scale + 0.5).rounded(.down)
    point.zeroPoint = Int32(max(bottom, min(top, zero)))
    return point
  }

  public func code(
    of value: Float, _ point: GridPoint, _ format: IntegerFormat, isSymmetric: Bool
  ) -> Int32 {
    let (lowest, highest) = bounds(format, isSymmetric: isSymmetric)
    let from = point.scale * Float(lowest - point.zeroPoint)
    let to = point.scale * Float(highest - point.zeroPoint)
    let steps = ((max(from, min(to, value)) - from) / point.scale + 0.5).rounded(.down)
    return min(highest, Int32(steps) + lowest)
  }

  /// Symmetric grids leave the lowest code out, so that they are as long on both sides.
  private func bounds(_ format: IntegerFormat, isSymmetric: Bool) -> (Int32, Int32) {
    (format.lowest + (isSymmetric ? 1 : 0), format.highest)
  }

  public func addSymmetric(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat,
    _ ranges: [GridRange]
  ) { OnnxConvention().addSymmetric(&steps, rows, format, ranges) }

  public func addAffine(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat,
    _ ranges: [GridRange]
  ) {
    let (bottom, top) = (format.lowest, format.highest)
    let span = "(hi - lo) / \(Int(top) - Int(bottom))"
    steps.add(
      "s", "s = (hi − lo) / (q_max − q_min), or 1 where that is 0",
      "where(\(span) == 0, 1, \(span))", "the spacing of the grid")
    steps.add(
      "z", "z = clamp(⌊q_min − lo/s + ½⌋, q_min, q_max), or 0",
      "where(\(span) == 0, 0, clamp(floor(\(bottom) - lo / s + 0.5), \(bottom), \(top)))",
      "the code of 0, halves up")
  }

  public func addCodes(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat, hasZero: Bool,
    isSymmetric: Bool
  ) {
    let (bottom, top) = bounds(format, isSymmetric: isSymmetric)
    let zero = hasZero ? " - z" : ""
    // A tensor of one number keeps the arithmetic in float32, as the operator has it.
    let scale = rows.single("s")
    steps.add("from", "from = s · (q_min − z)", "\(scale) * (\(bottom)\(zero))", "the nudged range")
    steps.add("to", "to = s · (q_max − z)", "\(scale) * (\(top)\(zero))")
    steps.add(
      "t", "t = (clamp(w, from, to) − from) / s",
      "(max(min(\(rows.name), to), from) - from) / s", "steps from the lowest code")
    steps.add(
      "q", "q = ⌊t + ½⌋ + q_min", "min(floor(t + 0.5) + \(bottom), \(top))", "halves go up")
  }

  public static let card = Card(
    "tflite", .option,
    summary:
      "Finds codes as TensorFlow's fake quantization: nudged range, ⌊x + ½⌋, int8 from −127.",
    formula: "q = ⌊(clamp(w, w_min, w_max) − w_min)/s + ½⌋ + q_min",
    source: "TensorFlow, fake_quant_ops_functor.h; TFLite 8-bit quantization specification",
    examples: [
      Example(
        "print(quantize(tensor([0.5, 1.5, 2.5, -0.5]), int8, scale: 1, like: tflite).codes)",
        prints: "[1, 2, 3, 0]"),
      Example(
        "print(quantize(tensor([0.5, 1.5, 2.5, -0.5]), int8, scale: 1).codes)",
        prints: "[0, 2, 2, 0]"),
    ],
    related: ["onnx", "torch", "quantize"])
}
