import Catalog
import Encodings

/// The arithmetic of PyTorch's observers and `quantize_per_tensor`.
///
///     symmetric   s = max|w| / ((q_max − q_min) / 2)      z = 0, or 2^(b−1) without a sign
///     affine      s = (hi − lo) / (q_max − q_min)         z = clamp(q_min − rne(lo/s))
///     code        q = clamp(rne(w · (1/s)) + z, q_min, q_max)
///
/// float32 throughout; s is at least 2^−23, also for a range of 0. Multiplying by 1/s puts some
/// weights that lie between two codes, such as (k + ½)·s, on the other one than dividing does.
///
/// - Source: PyTorch 1.13, `observer._calculate_qparams` and `quantize_val`.
public struct TorchConvention: GridConvention {
  /// The smallest scale: float32's epsilon.
  static let least: Float = 0x1p-23

  public init() {}

  public let convention = Grid.Convention.torch

  public func symmetric(_ range: GridRange, _ format: IntegerFormat) throws -> GridPoint {
    let largest = max(-range.lowest, range.highest)
    let scale = max(largest / (Float(format.highest - format.lowest) / 2), Self.least)
    return GridPoint(scale: scale, zeroPoint: format.symmetricZeroPoint)
  }

  public func affine(_ range: GridRange, _ format: IntegerFormat) throws -> GridPoint {
    let (bottom, top) = (Float(format.lowest), Float(format.highest))
    let span = range.highest - range.lowest
    guard span.isFinite else {
      throw QuantizeError.rangeTooLarge(max(-range.lowest, range.highest))
    }
    let scale = max(span / (top - bottom), Self.least)
    let zero = bottom - (range.lowest / scale).rounded(.toNearestOrEven)
    return GridPoint(scale: scale, zeroPoint: Int32(max(bottom, min(top, zero))))
  }

  public func code(
    of value: Float, _ point: GridPoint, _ format: IntegerFormat, isSymmetric: Bool
  ) -> Int32 {
    clamped((value * (1 / point.scale)).rounded(.toNearestOrEven), point, format)
  }

  public func addSymmetric(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat,
    _ ranges: [GridRange]
  ) {
    let span = Int(format.highest) - Int(format.lowest)
    steps.add("m", "m = (q_max − q_min) / 2", "\(span) / 2", "torch counts both ends")
    steps.add("s", "s = a / m, at least 2^−23", "max(a / m, 2^-23)", "the spacing of the grid")
    addMiddle(&steps, format)
  }

  public func addAffine(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat,
    _ ranges: [GridRange]
  ) {
    let (bottom, top) = (format.lowest, format.highest)
    steps.add(
      "s", "s = (hi − lo) / (q_max − q_min), at least 2^−23",
      "max((hi - lo) / \(Int(top) - Int(bottom)), 2^-23)", "the spacing of the grid")
    steps.add(
      "z", "z = clamp(q_min − rne(lo/s), q_min, q_max)",
      "clamp(\(bottom) - round(lo / s), \(bottom), \(top))", "the code of 0")
  }

  public func addCodes(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat, hasZero: Bool,
    isSymmetric: Bool
  ) {
    let (bottom, top) = (format.lowest, format.highest)
    let plus = hasZero ? " + z" : ""
    steps.add("r", "r = 1 / s", "1 / \(rows.single("s"))", "in float32")
    steps.add("t", "t = w · r", "\(rows.name) * r", "torch multiplies by the reciprocal")
    steps.add(
      "q", "q = clamp(rne(t)\(plus), \(bottom), \(top))",
      "clamp(round(t)\(plus), \(bottom), \(top))",
      "half to even" + (hasZero ? ", rounded before z is added" : ""))
  }

  public static let card = Card(
    "torch", .option,
    summary: "Finds scales and codes as PyTorch does: symmetric s = max|w| / 127.5, w · (1/s).",
    formula: "q = clamp(rne(w·(1/s)) + z, q_min, q_max)",
    source: "PyTorch 1.13, observer._calculate_qparams and quantize_per_tensor",
    examples: [
      Example("print(quantize(tensor([3, -1]), int8, like: torch).scale)", prints: "0.02352941"),
      Example(
        "print(quantize(tensor([0, 0]), int8, like: torch).scale)", prints: "1.192093e-7"),
      Example(
        "let ties = (tensor(-128...127) + 0.5) * 0.3; print(count(quantize(ties, int(9), "
          + "scale: 0.3, like: torch).codes != quantize(ties, int(9), scale: 0.3).codes))",
        prints: "34"),
    ],
    related: ["onnx", "tflite", "quantize"])
}
