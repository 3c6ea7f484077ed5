import Catalog
import Tensors

/// A request that pruning cannot carry out.
public enum PruneError: DescribedError, Equatable {
  case notAShare(Double, of: Int)
  case amountMissing(criterion: String)
  case amountNotTaken(criterion: String)
  case missing(Statistic)
  case statisticShape(Statistic, Shape, wanted: Shape)
  /// A statistic that is collected on examples, and a call without `on:`.
  case noData(Statistic, criterion: String)
  /// The path of a weight with no batch norm behind it.
  case noNorm(String, criterion: String)
  /// Second moments of inputs that no inputs have.
  case notPositive
  case scoreNotANumber(count: Int, first: Int, criterion: String)
  case wrongShape(Shape, wanted: Shape, criterion: String)
  case notAMask(Float, criterion: String)
  case mixed(criterion: String)
  case tooMany(Int)

  public var code: String {
    switch self {
    case .notAShare: "E0310"
    case .amountMissing, .amountNotTaken: "E0102"
    case .missing: "E0141"
    case .scoreNotANumber, .notAMask, .mixed: "E0312"
    case .wrongShape, .statisticShape: "E0219"
    case .noData: "E0144"
    case .noNorm: "E0145"
    case .notPositive: "E0344"
    case .tooMany: "E0602"
    }
  }

  public var headline: String {
    switch self {
    case .notAShare(let share, _): "\(plain(share)) is not a share of the weights"
    case .amountMissing(let criterion):
      "`prune` needs an amount: `\(criterion)` ranks the weights, it sets no limit"
    case .amountNotTaken(let criterion):
      "`\(criterion)` says itself which weights go, so `prune` takes no amount"
    case .missing(let statistic): "the criterion needs `\(statistic.rawValue)`, which is not here"
    case .statisticShape(let statistic, let shape, let wanted):
      "`\(statistic.rawValue)` has shape \(shape); the weights have \(wanted)"
    case .noData(let statistic, let criterion):
      "`\(criterion)` reads `\(statistic.rawValue)`, which is collected on examples; "
        + "there are none"
    case .noNorm(let path, let criterion):
      "`\(criterion)` reads the scales of batch norms, and none follows `\(path)`"
    case .notPositive: "`hessian` is no sum of x xᵀ: it is not positive definite"
    case .scoreNotANumber(let count, let first, let criterion):
      "`\(criterion)` gives no number for \(count) of the weights, the first at \(first)"
    case .wrongShape(let shape, let wanted, let criterion):
      "`\(criterion)` gives scores of shape \(shape) for weights of shape \(wanted)"
    case .notAMask(let value, let criterion):
      "`\(criterion)` gives a mask that holds \(plain(Double(value)))"
    case .mixed(let criterion):
      "`\(criterion)` gives scores for one weight and a mask for another"
    case .tooMany(let count): "\(count) weights are too many to rank at once"
    }
  }

  public var notes: [String] {
    switch self {
    case .notAShare: ["the amount goes from 0% to 100%"]
    default: []
    }
  }

  public var help: [String] {
    switch self {
    case .notAShare(let share, let count) where share > 1 && share <= 100:
      ["`\(plain(share))%` prunes \(rounded(share / 100 * Double(count))) of \(count)"]
    case .missing(let statistic):
      ["give it: `\(statistic.rawValue): …`, or prune a model with `on:`, which collects it"]
    case .noData: ["give the examples it is trained on: `on: digits.train`"]
    case .notPositive: ["of inputs x `[n, inputs]`: `hessian: x.T @ x`"]
    case .noNorm: ["put `batchnorm` behind the layer, or judge by `magnitude`"]
    default: []
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .notAShare, .amountNotTaken: "amount"
    case .missing, .scoreNotANumber, .wrongShape, .notAMask, .mixed, .noData, .noNorm: "by"
    case .statisticShape(let statistic, _, _): statistic.rawValue
    case .notPositive: "hessian"
    case .amountMissing, .tooMany: nil
    }
  }
}

/// rne(x) for a number of weights, which is far below 2^63.
func rounded(_ value: Double) -> Int { Int(exactly: value.rounded(.toNearestOrEven)) ?? 0 }
