import Encodings
import Tensors

/// The range that a grid covers, widened to hold 0.
public struct GridRange: Sendable, Equatable {
  public var lowest: Float
  public var highest: Float

  public init(lowest: Float, highest: Float) {
    self.lowest = lowest
    self.highest = highest
  }

  /// max|w| / (2^(b−1) − 1), or 1 when that is 0.
  public func symmetricScale(_ format: IntegerFormat) throws -> Float {
    let steps = Float((1 << (format.bits - 1)) - 1)
    return try usable(max(-lowest, highest) / steps, steps: steps)
  }

  /// (hi − lo) / (q_max − q_min) and rne(q_min − lo/s), or 1 and 0 when the range is 0.
  public func affinePoint(_ format: IntegerFormat) throws -> (scale: Float, zero: Int32) {
    let bottom = Float(format.lowest)
    let top = Float(format.highest)
    let span = (highest - lowest) / (top - bottom)
    guard span != 0 else { return (1, 0) }
    let scale = try usable(span, steps: top - bottom)
    let zero = (bottom - lowest / scale).rounded(.toNearestOrEven)
    return (scale, Int32(max(bottom, min(top, zero))))
  }

  private func usable(_ scale: Float, steps: Float) throws -> Float {
    guard scale != 0 else { return 1 }
    guard (scale * steps).isFinite else {
      throw QuantizeError.rangeTooLarge(max(-lowest, highest))
    }
    return scale
  }
}
