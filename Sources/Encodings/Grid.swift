/// The numbers that quantized values lie on, with the code of each value.
///
///     value = scale · (level(code) − zero point)
///
/// One scale serves the whole tensor, each slice of an axis, or each group of a row; zero points
/// belong to integers, whose level of a code is the code.
public struct Grid: Sendable, Hashable {
  /// Where scale and zero point come from, so that further training can find them again.
  public enum Rule: UInt8, Sendable, CaseIterable {
    /// scale = max|w| / the largest level: 2^(b−1) − 1 for integers.
    case symmetric
    /// scale = (max − min) / (2^b − 1), the range widened to hold 0.
    case affine
    /// Given by the user, and kept through training.
    case given
    /// As the format itself says: a mean, a power of two, or always 1.
    case own
  }

  /// Whose arithmetic finds scales and codes of integers; the values mean the same in all.
  public enum Convention: UInt8, Sendable, CaseIterable { case onnx, torch, tflite }

  /// The numbers of the grid before they are scaled.
  public var format: NumberFormat
  /// How scale and zero point are found.
  public var rule: Rule
  /// One a part, in order; positive and finite.
  public var scales: [Float]
  /// How scales are stored; they are numbers that this coding has.
  public var scaleCoding: ScaleCoding
  /// The second level of two-level scales, one a group of scales; else empty.
  public var outerScales: [Float]
  /// The code of 0, one a part, each a code of the integers; empty for other formats.
  public var zeroPoints: [Int32]
  /// Which elements share a scale.
  public var partition: Partition
  /// The code of every element, row-major.
  public var codes: CodeArray
  /// Floats on the grid: nothing is stored as codes and no size is claimed.
  public var isSimulated: Bool
  /// How further training finds scales and codes again.
  public var convention = Convention.onnx

  public init(
    format: NumberFormat, rule: Rule, scales: [Float], scaleCoding: ScaleCoding = .float32,
    outerScales: [Float] = [], zeroPoints: [Int32] = [], partition: Partition = .tensor,
    codes: [Int32], isSimulated: Bool = false
  ) {
    self.format = format
    self.rule = rule
    self.scales = scales
    self.scaleCoding = scaleCoding
    self.outerScales = outerScales
    self.zeroPoints = zeroPoints
    self.partition = partition
    self.codes = CodeArray(codes)
    self.isSimulated = isSimulated
  }

  /// The name in the language: `int8`, `nf4`, `fixed(4, 4)`, `mxfp4`.
  public var formatName: String {
    switch (format, scaleCoding, rule) {
    case (.integer(let integers), .implied(let exponent), _) where integers.isSigned:
      "fixed(\(integers.bits + exponent), \(-exponent))"
    case (.minifloat(.e2m1), .powerOfTwo, .own): "mxfp4"
    default: format.description
    }
  }

  /// What marks values of this grid wherever they are shown: `int8 weights`, `simulated int8`.
  public var badge: String { isSimulated ? "simulated \(formatName)" : "\(formatName) weights" }

  /// The code of 0 in a part, or `nil` when the format has none.
  public func zeroCode(part: Int) -> Int32? {
    zeroPoints.isEmpty ? format.zeroCode : zeroPoints[part]
  }
}
