import Catalog
import Tensors

/// A structure that pruning cannot find, or cannot take away.
public enum StructureError: DescribedError, Equatable {
  /// A tensor whose shape has no such units.
  case noUnits(String, Shape)
  /// A model none of whose weights has such units.
  case noUnitsInModel(String)
  /// A criterion that marks single weights, where whole units are ranked.
  case maskOfWeights(criterion: String, structure: String)
  /// A structure that says itself how many go, given an amount.
  case amountNotTaken(String)
  /// A list of amounts that has not one for each group: how many amounts, how many groups.
  case wrongAmounts(Int, groups: Int)
  /// ∞ and −∞ in one unit.
  case scoreNotANumber(unit: Int, structure: String)
  /// Scales shared by inputs of which some would go: the parameter's path.
  case groupsBroken(String)
  /// More kept of each group than the group has: N, M.
  case keepsMore(Int, of: Int)

  public var code: String {
    switch self {
    case .noUnits, .noUnitsInModel: "E0250"
    case .maskOfWeights: "E0251"
    case .amountNotTaken: "E0102"
    case .scoreNotANumber: "E0312"
    case .wrongAmounts: "E0360"
    case .keepsMore: "E0252"
    case .groupsBroken: "E0253"
    }
  }

  public var headline: String {
    switch self {
    case .noUnits(let structure, let shape): "numbers of shape \(shape) have no \(structure)"
    case .noUnitsInModel(let structure): "this model has no \(structure) to prune"
    case .maskOfWeights(let criterion, let structure):
      "`\(criterion)` marks single weights, and `\(structure)` go as a whole"
    case .amountNotTaken(let structure):
      "`\(structure)` says itself how many weights go, so `prune` takes no amount"
    case .wrongAmounts(let found, let groups):
      "\(found) \(found == 1 ? "amount" : "amounts") for \(groups) "
        + (groups == 1 ? "group" : "groups") + " of channels or neurons"
    case .scoreNotANumber(let unit, let structure):
      "the scores of \(structure), unit \(unit), add up to no number: ∞ and −∞ meet"
    case .groupsBroken(let path):
      "`\(path)` has scales for groups of inputs, which would no longer fit its channels"
    case .keepsMore(let kept, let size):
      "`nm(\(kept), \(size))` would keep \(kept) of every \(size) weights"
    }
  }

  public var notes: [String] {
    switch self {
    case .noUnitsInModel("channels"), .noUnitsInModel("neurons"):
      ["the channels of the last layer, and those that reach a `softmax`, always stay"]
    case .wrongAmounts: ["one for each group, as `net.groups` shows them"]
    case .maskOfWeights: ["scores of the weights are added up to one for each unit"]
    default: []
    }
  }

  public var help: [String] {
    switch self {
    case .amountNotTaken(let structure): ["`prune(x, structure: \(structure))`"]
    case .groupsBroken(let path):
      ["prune first and quantize `\(path)` after it, or give it scales `per: channel`"]
    case .keepsMore(let kept, let size):
      size < kept ? ["the kept number comes first: `nm(\(size), \(kept))`"] : []
    default: []
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .noUnits, .noUnitsInModel: "structure"
    case .maskOfWeights, .scoreNotANumber: "by"
    case .amountNotTaken, .wrongAmounts: "amount"
    case .groupsBroken: "x"
    case .keepsMore: nil
    }
  }
}
