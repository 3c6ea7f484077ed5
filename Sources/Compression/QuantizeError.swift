import Catalog
import Encodings

/// A request that quantization cannot carry out.
public enum QuantizeError: DescribedError, Equatable {
  case notFinite(count: Int, first: Int, value: Float)
  case rangeTooLarge(Float)
  case badScale(Double)
  case badZeroPoint(Double, IntegerFormat)
  case zeroPointWithoutScale
  case wrongCount(String, found: Int, wanted: Int)
  case noChannels

  public var code: String {
    switch self {
    case .notFinite, .rangeTooLarge: "E0312"
    case .badScale, .badZeroPoint: "E0310"
    case .zeroPointWithoutScale: "E0102"
    case .wrongCount, .noChannels: "E0219"
    }
  }

  public var headline: String {
    switch self {
    case .notFinite(let count, let first, let value):
      (count == 1
        ? "one of these numbers is not finite: at "
        : "\(count) of these numbers are not finite: the first, at ")
        + "\(first), is \(value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞")"
    case .rangeTooLarge(let value):
      "a grid that reaches \(value) has a last point beyond the largest float"
    case .badScale(let scale): "a scale is a positive finite number; this is \(plain(scale))"
    case .badZeroPoint(let zero, let format):
      "the zero point is a code of \(format), \(format.lowest) to \(format.highest); "
        + "this is \(plain(zero))"
    case .zeroPointWithoutScale: "`zeroPoint` has a meaning only together with `scale`"
    case .wrongCount(let what, let found, let wanted):
      "\(wanted) \(what) are needed, one a channel; there are \(found)"
    case .noChannels: "a tensor without axes has no channels"
    }
  }

  public var notes: [String] {
    switch self {
    case .notFinite: ["no grid holds NaN or ∞"]
    default: []
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .badScale: "scale"
    case .badZeroPoint, .zeroPointWithoutScale: "zeroPoint"
    case .noChannels: "per"
    case .notFinite, .rangeTooLarge, .wrongCount: nil
    }
  }
}
