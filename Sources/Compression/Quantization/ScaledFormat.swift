import Encodings
import Tensors

/// A format whose numbers are scaled to the weights, or taken as they are.
///
///     t = w / s        ŵ = s · (nearest level to t)
public protocol ScaledFormat: WeightFormat {
  /// The numbers before scaling.
  var numbers: NumberFormat { get }

  /// Which weights share a scale when the call does not say.
  var ownPartition: Partition { get }

  /// How scales are stored when the call does not say; `.implied` where there is nothing to scale.
  var ownCoding: ScaleCoding { get }

  /// Whether the scale is part of the format, so that a call cannot give or divide it.
  var hasFixedScale: Bool { get }

  /// Whether the format's own parts and scales follow a rule of its own, not max|w| / largest.
  var isOwnRule: Bool { get }

  /// Scale, zero point and threshold of each part.
  func points(_ parts: WeightParts, with quantize: Quantize) throws -> [GridPoint]

  /// Steps that find `s` (and `z`, `d`) from the rows of parts.
  func addScales(_ steps: inout DerivationSteps, _ rows: PartRows, with quantize: Quantize) throws
}

/// How the weights of one part find their codes.
public struct GridPoint: Sendable, Equatable {
  /// Positive and finite.
  public var scale: Float
  /// The code of 0, of integers.
  public var zeroPoint: Int32
  /// Weights whose magnitude is not above it become 0, the others ±1 (`ternary`).
  public var threshold: Float?

  public init(scale: Float, zeroPoint: Int32 = 0, threshold: Float? = nil) {
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.threshold = threshold
  }
}

extension ScaledFormat {
  public var ownPartition: Partition { .tensor }
  public var ownCoding: ScaleCoding { .float32 }
  public var hasFixedScale: Bool { false }
  public var isOwnRule: Bool { true }

  /// max|w| / the largest level, or 1 where that is 0.
  public func points(_ parts: WeightParts, with quantize: Quantize) throws -> [GridPoint] {
    let top = numbers.largestLevel
    guard top > 0 else { return [GridPoint](repeating: GridPoint(scale: 1), count: parts.count) }
    return try parts.largest.map { GridPoint(scale: try usable($0 / top, steps: top)) }
  }

  public func addScales(
    _ steps: inout DerivationSteps, _ rows: PartRows, with quantize: Quantize
  ) throws {
    rows.addLargest(&steps)
    let largest = numbers.largestLevel
    rows.addQuotient(&steps, by: DerivationSteps.literal(Double(largest)), worth: largest)
  }

  /// A scale, or 1 in place of 0.
  ///
  /// - Throws: `QuantizeError.rangeTooLarge` when the last level lies beyond the largest float.
  func usable(_ scale: Float, steps: Float) throws -> Float {
    guard scale != 0 else { return 1 }
    guard (scale * steps).isFinite else { throw QuantizeError.rangeTooLarge(scale) }
    return scale
  }

  public func quantized(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> EncodedTensor {
    let values = try x.values
    if let grid = try NearCodes(values, self, with: quantize)?.grid(of: self) {
      return try EncodedTensor(x.shape, grid: grid, kept: x.kept)
    }
    var placed = try PlacedGrid(values, kept: x.kept, self, with: quantize)
    try placed.takeCodes(of: values)
    return try EncodedTensor(x.shape, grid: placed.grid, kept: x.kept)
  }

  public func rounded(_ weights: Tensor, kept: Bitmap?, with quantize: Quantize) throws -> Tensor {
    let placed = try PlacedGrid(weights, kept: kept, self, with: quantize)
    return try placed.values(of: weights, kept: kept)
  }
}
