/// The numbers that codes stand for, before they are scaled.
///
///     value = scale · (level(code) − zero point)
///
/// Only integers have zero points. Codes run from `codes.lowerBound` to `codes.upperBound` without
/// a gap; those of integers are the integers themselves, those of floats their bit patterns, those
/// of tables the places in the table.
public enum NumberFormat: Hashable, Sendable, CustomStringConvertible {
  case integer(IntegerFormat)
  case minifloat(Minifloat)
  case table(LevelTable)

  /// The bits of one code, packed.
  public var codeBits: Int {
    switch self {
    case .integer(let format): format.bits
    case .minifloat(let format): format.bits
    case .table(let table): table.codeBits
    }
  }

  /// Every code, lowest to highest.
  public var codes: ClosedRange<Int32> {
    switch self {
    case .integer(let format): format.codes
    case .minifloat(let format): 0...format.highestCode
    case .table(let table): 0...Int32(table.levels.count - 1)
    }
  }

  /// The number that a code stands for; NaN for a code that is none.
  ///
  /// - Parameter code: one of `codes`.
  public func level(of code: Int32) -> Float {
    switch self {
    case .integer: Float(code)
    case .minifloat(let format): format.level(of: code)
    case .table(let table): table.level(of: code)
    }
  }

  /// The code of the nearest number; values beyond the last number have the last one's.
  ///
  /// Ties go to the even integer, the even last place of a float, the lower level of a table.
  /// Of NaN it is NaN's code where there is one, else the code of 0 or the lowest.
  public func nearestCode(_ value: Float) -> Int32 {
    switch self {
    case .integer(let format):
      guard !value.isNaN else { return format.symmetricZeroPoint }
      let nearest = value.rounded(.toNearestOrEven)
      return Int32(max(Float(format.lowest), min(Float(format.highest), nearest)))
    case .minifloat(let format): return format.nearestCode(value)
    case .table(let table): return table.nearestCode(value)
    }
  }

  /// The code of 0, or `nil` where no code stands for it (`binary`).
  public var zeroCode: Int32? {
    switch self {
    case .integer, .minifloat: 0
    case .table(let table): table.zeroCode
    }
  }

  /// The largest finite number, as a scale that maps to it divides by.
  public var largestLevel: Float {
    switch self {
    case .integer(let format): Float(format.highest)
    case .minifloat(let format): format.largest
    case .table(let table): max(-table.levels[0], table.levels[table.levels.count - 1])
    }
  }

  /// The integers, where the format is of them.
  public var integers: IntegerFormat? {
    if case .integer(let format) = self { format } else { nil }
  }

  /// The name in the language: `int4`, `e4m3`, `nf4`.
  public var description: String {
    switch self {
    case .integer(let format): format.description
    case .minifloat(let format): format.description
    case .table(let table): table.name
    }
  }

  public static let int8 = NumberFormat.integer(.int8)
}

/// The levels of a format as an array, for decoding many codes.
///
/// Formats of up to ten bits are looked up, wider floats computed; either is a few instructions.
struct LevelLookup {
  private let levels: [Float]
  private let format: NumberFormat
  private let lowest: Int32

  init(_ format: NumberFormat) {
    self.format = format
    lowest = format.codes.lowerBound
    if case .table(let table) = format {
      levels = table.levels
    } else {
      levels = format.codeBits <= 10 ? format.codes.map(format.level) : []
    }
  }

  /// - Parameter code: one of the format's.
  func callAsFunction(_ code: Int32) -> Float {
    levels.isEmpty ? format.level(of: code) : levels[Int(code - lowest)]
  }
}
