/// A packed integer of 2 to 16 bits, the element of a quantization grid: `int4`, `uint8`.
///
/// With a sign it is two's complement: −8…7 for `int4`, where −3 is stored as
///
///     bit   | 3  2 1 0 |
///     value | −8 4 2 1 |
///           | 1  1 0 1 |   −8 + 4 + 1
public struct IntegerFormat: Sendable, Hashable, CustomStringConvertible {
  /// The widths that can be stored.
  public static let widths = 2...16

  /// Width of a code, in bits, `2...16`.
  public let bits: Int
  /// Two's complement when true, else from 0 up.
  public let isSigned: Bool

  /// A format of a width in `2...16`.
  ///
  /// - Throws: `EncodingError.unknownWidth` outside of that.
  public init(bits: Int, isSigned: Bool) throws {
    guard Self.widths.contains(bits) else { throw EncodingError.unknownWidth(bits) }
    self.init(checked: bits, isSigned: isSigned)
  }

  /// Eight bits with a sign, the commonest format of all.
  public static let int8 = IntegerFormat(checked: 8, isSigned: true)

  /// The smallest code: −2^(b−1), or 0 without a sign.
  public var lowest: Int32 { isSigned ? -(1 << Int32(bits - 1)) : 0 }

  /// The largest code: 2^(b−1) − 1, or 2^b − 1 without a sign.
  public var highest: Int32 { lowest + (1 << Int32(bits)) - 1 }

  /// Every code, lowest to highest.
  public var codes: ClosedRange<Int32> { lowest...highest }

  /// The name in the language: `int4`, `uint8`.
  public var description: String { (isSigned ? "int" : "uint") + String(bits) }

  private init(checked bits: Int, isSigned: Bool) {
    self.bits = bits
    self.isSigned = isSigned
  }
}
