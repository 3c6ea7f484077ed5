import Catalog
import Encodings
import Tensors

/// A request that quantization cannot carry out.
public enum QuantizeError: DescribedError, Equatable {
  case notFinite(count: Int, first: Int, value: Float)
  case rangeTooLarge(Float)
  case badScale(Double)
  case badZeroPoint(Double, IntegerFormat)
  case zeroPointWithoutScale
  case rangeBesideScale
  case wrongCount(String, found: Int, wanted: Int)
  case noChannels
  /// Bits before and behind the point that make no code.
  case badFixed(Int, Int)
  /// An option and the format whose scale is part of it.
  case fixedScale(String, String)
  /// An option that says nothing about this format.
  case notForThisFormat(String, String)
  case tooManyLevels(Int, format: String)
  case wrongShape(Shape, wanted: Shape, format: String)

  public var code: String {
    switch self {
    case .notFinite, .rangeTooLarge: "E0312"
    case .badScale, .badZeroPoint, .badFixed: "E0310"
    case .zeroPointWithoutScale, .rangeBesideScale: "E0102"
    case .wrongCount, .noChannels, .wrongShape: "E0219"
    case .fixedScale, .notForThisFormat: "E0320"
    case .tooManyLevels: "E0321"
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
    case .rangeBesideScale: "`range:` finds the scale, and `scale:` gives it; only one can"
    case .wrongCount(let what, let found, let wanted):
      "\(wanted) \(what) are needed, one a part; there are \(found)"
    case .noChannels: "a tensor without axes has no channels"
    case .badFixed(let whole, let fraction):
      "fixed(\(whole), \(fraction)) would have \(whole + fraction) bits; a code has 2 to 16"
    case .fixedScale(let option, let format):
      "the scale is part of `\(format)`, so `\(option):` cannot change it"
    case .notForThisFormat(let option, let format):
      "`\(option):` is for integers whose scale is found; `\(format)` has a rule of its own"
    case .tooManyLevels(let count, let format):
      "`\(format)` gives \(count) different numbers; a code of 16 bits tells 65,536 apart"
    case .wrongShape(let shape, let wanted, let format):
      "`\(format)` gives numbers of shape \(shape) for weights of shape \(wanted)"
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
    case .rangeBesideScale: "range"
    case .noChannels: "per"
    case .fixedScale(let option, _), .notForThisFormat(let option, _): option
    case .tooManyLevels, .wrongShape: "format"
    case .notFinite, .rangeTooLarge, .wrongCount, .badFixed: nil
    }
  }
}
