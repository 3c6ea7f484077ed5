import Catalog

/// A schedule, or a list of amounts, that does not fit what is pruned.
public enum ScheduleError: DescribedError, Equatable {
  /// How many amounts, and how many weights there are.
  case wrongAmounts(Int, weights: Int)
  /// One ranking of all weights has one amount.
  case amountsTogether
  /// Training needs data.
  case noData
  /// Training needs a model.
  case onTensor
  /// A setting of the training without a schedule.
  case withoutSchedule(String)
  /// Both the verb and the schedule have an amount.
  case twoAmounts
  /// A schedule for a training says no amount.
  case noAmount(schedule: String)
  /// The structure removes what it prunes.
  case shapesChanged(structure: String)
  /// Weights cannot go back to those of a model with others.
  case otherShapes

  public var code: String {
    switch self {
    case .wrongAmounts, .amountsTogether: "E0360"
    case .noData, .onTensor: "E0361"
    case .withoutSchedule, .twoAmounts, .noAmount: "E0102"
    case .shapesChanged, .otherShapes: "E0362"
    }
  }

  public var headline: String {
    switch self {
    case .wrongAmounts(let found, let weights):
      "\(found) \(found == 1 ? "amount" : "amounts") for "
        + "\(weights) \(weights == 1 ? "weight" : "weights")"
    case .amountsTogether: "with `scope: global` all weights share one amount"
    case .noData: "a schedule trains between its steps, and there are no data to train on"
    case .onTensor: "a schedule trains between its steps, and `x` is a tensor"
    case .withoutSchedule(let name): "`\(name)` of `prune` goes with a schedule"
    case .twoAmounts: "`prune` takes the amount itself, and its schedule has one too"
    case .noAmount(let schedule): "`\(schedule)` does not say what share is to be zero in the end"
    case .shapesChanged(let structure):
      "`\(structure)` changes shapes, which a training cannot do on its way"
    case .otherShapes: "weights cannot go back to those of a model with other shapes"
    }
  }

  public var notes: [String] {
    switch self {
    case .wrongAmounts: ["one for each layer with weights, in the order of the layers"]
    case .withoutSchedule: ["without one nothing is trained"]
    default: []
    }
  }

  public var help: [String] {
    switch self {
    case .amountsTogether: ["leave `scope` out"]
    case .noData: ["`on: mnist.train`, or `epochs: 0` to prune without training"]
    case .onTensor: ["leave the schedule out"]
    case .withoutSchedule: ["`schedule: cubic`"]
    case .noAmount(let schedule): ["`\(schedule)(90%)`"]
    case .shapesChanged: ["`prune(…, schedule:)` prunes and trains in turn"]
    case .twoAmounts: ["`prune(…, 90%, schedule: cubic)`"]
    case .wrongAmounts, .otherShapes: []
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .wrongAmounts: "amount"
    case .amountsTogether: "scope"
    case .noData, .onTensor, .twoAmounts: "schedule"
    case .withoutSchedule(let name): name
    case .noAmount, .shapesChanged: "pruning"
    case .otherShapes: "rewind"
    }
  }
}
