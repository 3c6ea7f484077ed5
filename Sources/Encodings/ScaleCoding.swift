/// How the scales of a grid are stored; they always are exactly what is stored.
public enum ScaleCoding: Hashable, Sendable {
  /// Single precision, 32 bits each.
  case float32
  /// Half precision, 16 bits each.
  case float16
  /// E8M0: the exponent of a power of two, 2^(e − 127) with e in 0…254; 8 bits each.
  case powerOfTwo
  /// Whole numbers 1 … 2^bits − 1 times a float32 scale for each `group` of them.
  case twoLevel(bits: Int, group: Int)
  /// One scale for the whole tensor, 2^exponent, which the format says itself; nothing is stored.
  case implied(exponent: Int)

  /// The widths of the first level of two.
  public static let levelWidths = 2...16

  /// The bits of each scale.
  public var bits: Int {
    switch self {
    case .float32: 32
    case .float16: 16
    case .powerOfTwo: 8
    case .twoLevel(let bits, _): bits
    case .implied: 0
    }
  }

  /// How many second-level scales go with `count` scales.
  public func outerCount(_ count: Int) -> Int {
    guard case .twoLevel(_, let group) = self, group > 0 else { return 0 }
    return count / group + (count % group > 0 ? 1 : 0)
  }

  /// The scales nearest to some numbers that this coding has.
  ///
  /// Half precision and whole numbers round to nearest, ties to even, and at least to their
  /// smallest number; a power of two is the smallest that is not below the number, so that nothing
  /// is clipped by it. With two levels the outer scale is the group's largest / (2^bits − 1).
  ///
  /// - Parameter scales: positive and finite.
  public func coded(_ scales: [Float]) -> (scales: [Float], outer: [Float]) {
    switch self {
    case .float32: return (scales, [])
    case .float16:
      let format = Minifloat.float16
      return (scales.map { max(format.level(of: format.nearestCode($0)), format.level(of: 1)) }, [])
    case .powerOfTwo: return (scales.map(Self.powerOfTwo(notBelow:)), [])
    case .implied(let exponent):
      return (scales.map { _ in Float(sign: .plus, exponent: exponent, significand: 1) }, [])
    case .twoLevel(let bits, let group):
      let most = Float((1 << bits) - 1)
      let starts = stride(from: 0, to: scales.count, by: max(group, 1))
      let outer = starts.map { start in
        let largest = scales[start..<min(start + group, scales.count)].max() ?? 1
        let scale = largest / most
        return scale > 0 ? scale : Float.leastNonzeroMagnitude
      }
      let coded = scales.indices.map { index -> Float in
        let scale = outer[index / max(group, 1)]
        let steps = (scales[index] / scale).rounded(.toNearestOrEven)
        return scale * max(1, min(most, steps))
      }
      return (coded, outer)
    }
  }

  /// 2^⌈log2 x⌉ within 2^−127 … 2^127.
  static func powerOfTwo(notBelow value: Float) -> Float {
    let below = Int(value.exponent)
    let exponent = value.significand > 1 ? below + 1 : below
    return Float(sign: .plus, exponent: max(-127, min(127, exponent)), significand: 1)
  }

  /// The stored field of a scale, or `nil` when this coding does not have it.
  ///
  /// - Parameter outer: the second-level scale of its group, where there are two levels.
  func field(_ scale: Float, outer: Float) -> UInt32? {
    switch self {
    case .float32: return scale.bitPattern
    case .float16:
      let code = Minifloat.float16.nearestCode(scale)
      return Minifloat.float16.level(of: code) == scale ? UInt32(code) : nil
    case .powerOfTwo:
      let isPower = scale > 0 && scale.isFinite && scale.significand == 1
      return isPower && scale.exponent >= -127 ? UInt32(Int(scale.exponent) + 127) : nil
    case .twoLevel(let bits, _):
      let steps = (scale / outer).rounded(.toNearestOrEven)
      guard steps >= 1, steps <= Float((1 << bits) - 1), outer * steps == scale else { return nil }
      return UInt32(steps)
    case .implied(let exponent):
      return scale == Float(sign: .plus, exponent: exponent, significand: 1) ? 0 : nil
    }
  }

  /// The scale of a stored field.
  func scale(_ field: UInt32, outer: Float) -> Float {
    switch self {
    case .float32: Float(bitPattern: field)
    case .float16: Minifloat.float16.level(of: Int32(field))
    case .powerOfTwo:
      field == 255 ? .nan : Float(sign: .plus, exponent: Int(field) - 127, significand: 1)
    case .twoLevel: outer * Float(field)
    case .implied(let exponent): Float(sign: .plus, exponent: exponent, significand: 1)
    }
  }
}
