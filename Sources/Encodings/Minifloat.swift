/// A small binary float: sign, exponent, mantissa, with numbers below the smallest normal one.
///
///     bits     sign · e exponent bits E · m mantissa bits M
///     E > 0    (−1)^sign · 2^(E − bias) · (1 + M/2^m)
///     E = 0    (−1)^sign · 2^(1 − bias) · M/2^m
///
/// Rounding is to nearest, ties to the even bit pattern. Numbers beyond the largest one saturate,
/// infinities too. NaN stays NaN where the format has it.
///
/// - Source: IEEE 754-2019 §3.4; OCP 8-bit Floating Point Specification 1.0; OCP Microscaling
///   Formats 1.0, §5.3.
public struct Minifloat: Hashable, Sendable, CustomStringConvertible {
  /// What the codes of the largest exponent mean.
  public enum Specials: Sendable {
    /// ∞ and NaN, as IEEE 754 has it.
    case infinities
    /// Numbers, except for NaN with all bits set.
    case onlyNaN
    /// Numbers.
    case none
  }

  /// The name in the language: `float16`, `e4m3`.
  public let description: String
  public let exponentBits: Int
  public let mantissaBits: Int
  public let bias: Int
  public let specials: Specials

  private init(
    _ name: String, exponent: Int, mantissa: Int, bias: Int, _ specials: Specials
  ) {
    description = name
    exponentBits = exponent
    mantissaBits = mantissa
    self.bias = bias
    self.specials = specials
    largest = level(of: largestCode)
  }

  /// IEEE half precision: largest 65,504, smallest normal 2^−14.
  public static let float16 = Minifloat(
    "float16", exponent: 5, mantissa: 10, bias: 15, .infinities)
  /// The upper half of a float32: largest 3.39e38, eight significant bits.
  public static let bfloat16 = Minifloat(
    "bfloat16", exponent: 8, mantissa: 7, bias: 127, .infinities)
  /// OCP FP8 E4M3 (`float8_e4m3fn`): largest 448, no infinity.
  public static let e4m3 = Minifloat("e4m3", exponent: 4, mantissa: 3, bias: 7, .onlyNaN)
  /// OCP FP8 E5M2: largest 57,344.
  public static let e5m2 = Minifloat("e5m2", exponent: 5, mantissa: 2, bias: 15, .infinities)
  /// OCP FP4: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives.
  public static let e2m1 = Minifloat("e2m1", exponent: 2, mantissa: 1, bias: 1, .none)

  /// The widths of `powersOfTwo`.
  public static let powerWidths = 2...8

  /// 0 and ± the powers of two up to 1, as many as the bits hold: 2^(2 − 2^(b−1)) … 1.
  ///
  /// A float without a mantissa, so that a product with it is a shift.
  ///
  /// - Parameter bits: sign included, in `powerWidths`; others become the nearest of them.
  public static func powersOfTwo(bits: Int) -> Minifloat {
    let exponent = max(powerWidths.lowerBound, min(powerWidths.upperBound, bits)) - 1
    return Minifloat(
      "powerOfTwo(\(exponent + 1))", exponent: exponent, mantissa: 0,
      bias: (1 << exponent) - 1, .none)
  }

  /// Those with a fixed name, in the order of their codes in stored files.
  static let named: [Minifloat] = [.float16, .bfloat16, .e4m3, .e5m2, .e2m1]

  /// The bits of a code.
  public var bits: Int { 1 + exponentBits + mantissaBits }

  /// The last bit pattern.
  var highestCode: Int32 { Int32(1 << bits) - 1 }

  /// The largest finite number.
  public private(set) var largest: Float = 0

  /// The smallest number above 0.
  public var smallest: Float { level(of: 1) }

  /// The exponent of the largest number: 8 for E4M3, 2 for E2M1.
  public var largestExponent: Int { largest.isFinite ? Int(largest.exponent) : 0 }

  private var signBit: Int32 { 1 << Int32(bits - 1) }

  private var largestCode: Int32 {
    switch specials {
    case .infinities: (Int32(1) << Int32(bits - 1)) - (Int32(1) << Int32(mantissaBits)) - 1
    case .onlyNaN: signBit - 2
    case .none: signBit - 1
    }
  }

  /// The code of NaN that rounding gives, the quiet one.
  private var nanCode: Int32? {
    switch specials {
    case .infinities: signBit - (Int32(1) << Int32(max(mantissaBits - 1, 0)))
    case .onlyNaN: signBit - 1
    case .none: nil
    }
  }

  /// The number of a bit pattern, exactly: every one of these formats lies within float32.
  public func level(of code: Int32) -> Float {
    let sign: Double = code & signBit == 0 ? 1 : -1
    let magnitude = code & (signBit - 1)
    if magnitude > largestCode {
      let isInfinite =
        specials == .infinities && magnitude == largestCode + 1
      return isInfinite ? Float(sign) * .infinity : .nan
    }
    let exponent = Int(magnitude) >> mantissaBits
    let mantissa = Int(magnitude) & ((1 << mantissaBits) - 1)
    let significand = mantissa + (exponent > 0 ? 1 << mantissaBits : 0)
    let power = max(exponent, 1) - bias - mantissaBits
    if mantissaBits == 0, exponent == 0 { return Float(sign * 0) }
    return Float(sign * Double(sign: .plus, exponent: power, significand: Double(significand)))
  }

  /// The bit pattern of the nearest number.
  ///
  ///     u = 2^(max(⌊log2|x|⌋, 1 − bias) − m)        level = rne(x/u) · u
  ///
  /// So ties go to the even pattern; without a mantissa, x/u lies in 1…2 and its only tie, 1.5,
  /// goes up.
  public func nearestCode(_ value: Float) -> Int32 {
    let sign = value.sign == .minus ? signBit : 0
    guard !value.isNaN else { return nanCode.map { $0 | sign } ?? 0 }
    let magnitude = Double(value.magnitude)
    guard magnitude < Double(largest) else { return largestCode | sign }
    guard magnitude > 0 else { return sign }
    let field = max(Int(magnitude.exponent) + bias, 1)
    // In units of the last place; scaling by a power of two is exact in double precision.
    let unit = Double(sign: .plus, exponent: field - bias - mantissaBits, significand: 1)
    let steps = Int32((magnitude / unit).rounded(.toNearestOrEven))
    // A carry out of the mantissa moves on to the next exponent by itself.
    let code = (Int32(field - 1) << Int32(mantissaBits)) + steps
    return min(code, largestCode) | sign
  }
}
