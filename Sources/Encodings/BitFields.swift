/// A number of a binary floating-point format, taken apart.
///
///     value = (−1)^sign · 2^(exponent − bias) · 1.mantissa      subnormal: 2^(1 − bias) · 0.mantissa
///
/// Fields are text of zeros and ones, highest bit first.
public struct BitFields: Sendable, Equatable {
  public var sign: String
  public var exponent: String
  public var mantissa: String
  /// The power of two that the significand is multiplied by.
  public var power: Int
  public var kind: Kind

  public enum Kind: String, Sendable {
    case normal, subnormal, zero, infinite
    case notANumber = "not a number"
  }

  /// The fields of a float32: 1, 8 and 23 bits, bias 127.
  public init(_ value: Float) {
    let bits = value.bitPattern
    sign = Self.text(bits >> 31, width: 1)
    exponent = Self.text(bits >> 23 & 0xFF, width: 8)
    mantissa = Self.text(bits & 0x7F_FFFF, width: 23)
    power = max(Int(bits >> 23 & 0xFF), 1) - 127
    kind =
      value.isNaN
      ? .notANumber
      : value.isInfinite ? .infinite : value == 0 ? .zero : value.isSubnormal ? .subnormal : .normal
  }

  /// The lowest bits of a number, highest first: `0101`.
  ///
  /// - Parameter width: 0…32.
  public static func text(_ bits: UInt32, width: Int) -> String {
    String((0..<width).reversed().map { bits >> UInt32($0) & 1 == 1 ? "1" : "0" })
  }
}

extension NumberFormat {
  /// The bits of a code, highest first; those of a float in fields: `1 0111 011`.
  public func fields(of code: Int32) -> String {
    let bits = BitFields.text(UInt32(bitPattern: code), width: codeBits)
    guard case .minifloat(let format) = self else { return bits }
    let fields = [
      bits.prefix(1), bits.dropFirst().prefix(format.exponentBits),
      bits.suffix(format.mantissaBits),
    ]
    return fields.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension UInt32 {
  /// Eight hexadecimal digits: `bfa66666`.
  public var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension UInt8 {
  /// Two hexadecimal digits: `0d`.
  public var hexadecimal: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
