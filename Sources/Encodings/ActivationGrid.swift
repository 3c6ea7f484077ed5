/// The grid that a layer's results lie on when a model runs in integers.
///
///     value = scale · (code − zero point)        code = clamp(rne(value / scale) + zero point)
///
/// One scale and zero point for the whole layer; float32, rounded half to even, a division where a
/// division is written. NaN has the code of 0.
///
/// - Source: ONNX QuantizeLinear and DequantizeLinear, opset 21.
public struct ActivationGrid: Sendable, Hashable {
  /// Integers of at most eight bits.
  public let format: IntegerFormat
  /// Positive and finite.
  public let scale: Float
  /// The code of 0.
  public let zeroPoint: Int32

  /// - Throws: `EncodingError.damaged` when the scale is not positive and finite, the zero point is
  ///   no code, or a code has more than eight bits.
  public init(_ format: IntegerFormat, scale: Float, zeroPoint: Int32) throws {
    guard format.bits <= 8 else {
      throw EncodingError.damaged("activations of \(format.bits) bits")
    }
    guard scale > 0, scale.isFinite else {
      throw EncodingError.damaged("a scale is not positive and finite")
    }
    guard format.codes.contains(zeroPoint) else {
      throw EncodingError.damaged("a zero point lies outside \(format)")
    }
    self.format = format
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  /// The code of 0 as a byte from 0 up: kernels keep code − lowest.
  public var byteZero: Int32 { zeroPoint - format.lowest }

  /// The largest code as a byte from 0 up.
  public var byteHighest: Int32 { format.highest - format.lowest }

  /// The byte (code − lowest) of a number.
  public func byte(of value: Float) -> Int32 {
    guard !value.isNaN else { return byteZero }
    let steps = max(Float(-byteZero), min(Float(byteHighest - byteZero), value / scale))
    return Int32(steps.rounded(.toNearestOrEven)) + byteZero
  }

  /// The number that a byte (code − lowest) stands for.
  public func value(ofByte byte: Int32) -> Float { scale * Float(byte - byteZero) }

  /// The numbers of all bytes, 256 of them; those past the last code repeat it.
  public var values: [Float] { (0..<256).map { value(ofByte: min(Int32($0), byteHighest)) } }
}
