import Catalog
import Encodings

/// Small floats: cast as they are, or scaled where the call divides the tensor into parts.
///
///     plain     ŵ = the nearest float to w; beyond the largest it is the largest
///     scaled    s = max|w| / largest        ŵ = s · (the nearest float to w/s)
public protocol FloatFamily: FormatFamily, ScaledFormat {
  static var float: Minifloat { get }
  init()
}

extension FloatFamily {
  public init(_ settings: Settings) throws { self.init() }

  public init?(again grid: Grid) {
    guard grid.format == .minifloat(Self.float) else { return nil }
    self.init()
  }

  public var numbers: NumberFormat { .minifloat(Self.float) }
  public var ownCoding: ScaleCoding { .implied(exponent: 0) }
  public var isOwnRule: Bool { false }
}
