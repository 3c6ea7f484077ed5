/// The evenly spaced numbers that quantized values lie on, with the code of each value.
///
///     value = scale · (code − zero point)
///
/// One scale and zero point serve the whole tensor, or each slice of one axis has its own.
public struct Grid: Sendable, Hashable {
  /// Where scale and zero point come from, so that further training can find them again.
  public enum Rule: UInt8, Sendable, CaseIterable {
    /// scale = max|w| / (2^(b−1) − 1).
    case symmetric
    /// scale = (max − min) / (2^b − 1), the range widened to hold 0.
    case affine
    /// Given by the user, and kept through training.
    case given
  }

  /// The integers of the grid.
  public var format: IntegerFormat
  /// How scale and zero point are found.
  public var rule: Rule
  /// The spacing, one a slice; positive and finite.
  public var scales: [Float]
  /// The code of 0, one a slice, each a code of the format.
  public var zeroPoints: [Int32]
  /// The axis whose slices have their own scale, or `nil` for one scale in all.
  public var axis: Int?
  /// The code of every element, row-major.
  public var codes: [Int32]
  /// Floats on the grid: nothing is stored as integers and no size is claimed.
  public var isSimulated: Bool

  public init(
    format: IntegerFormat, rule: Rule, scales: [Float], zeroPoints: [Int32], axis: Int? = nil,
    codes: [Int32], isSimulated: Bool = false
  ) {
    self.format = format
    self.rule = rule
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.axis = axis
    self.codes = codes
    self.isSimulated = isSimulated
  }

  /// What marks values of this grid wherever they are shown: `int8 weights`, `simulated int8`.
  public var badge: String { isSimulated ? "simulated \(format)" : "\(format) weights" }
}
