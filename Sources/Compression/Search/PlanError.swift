import Catalog

/// A search that cannot begin, or that ends without what was asked for.
public enum PlanError: DescribedError, Equatable {
  case noVerb(String)
  case noGoal
  /// Fine-tuning learns from the data that accuracy would be measured on.
  case noValidation
  case nothingToTry
  /// The smallest file, and the least work, that any plan reached.
  case tooLarge(budget: Int, unit: String, reached: Int)
  /// The best accuracy within the budget, the smallest file that reaches the one wanted, and what
  /// the model has as it is.
  case tooInaccurate(
    wanted: Double, reached: Double, bytes: Int, enough: Int?, whole: Double, isBudgeted: Bool)

  public var code: String {
    switch self {
    case .noVerb: "E0401"
    case .noGoal, .noValidation: "E0102"
    case .nothingToTry: "E0394"
    case .tooLarge: "E0395"
    case .tooInaccurate: "E0396"
    }
  }

  public var headline: String {
    switch self {
    case .noVerb(let name): "no verb on weights is called `\(name)`"
    case .noGoal: "`compress` needs a goal: a size, multiply-adds or an accuracy"
    case .noValidation: "fine-tuning learns from `on:`, so accuracy wants data of its own"
    case .nothingToTry: "there is nothing to try: the list is empty"
    case .tooLarge(let budget, let unit, let reached):
      "no plan comes down to \(grouped(budget)) \(unit); the smallest has \(grouped(reached))"
    case .tooInaccurate(let wanted, let reached, let bytes, _, _, let isBudgeted):
      "no plan keeps \(Self.percent(wanted))\(isBudgeted ? " within the budget" : ""); the best, "
        + "of \(grouped(bytes)) B, has \(Self.percent(reached))"
    }
  }

  public var notes: [String] {
    guard case .tooInaccurate(let wanted, _, _, let enough, let whole, _) = self else { return [] }
    if let enough { return ["\(grouped(enough)) B are enough for \(Self.percent(wanted))"] }
    return whole < wanted ? ["the model itself has \(Self.percent(whole))"] : []
  }

  public var help: [String] {
    switch self {
    case .noVerb, .nothingToTry: []
    case .noGoal: ["`compress(net, to: 32KB, on: mnist.test)`"]
    case .noValidation: ["`validation: mnist.test`"]
    case .tooLarge(_, let unit, let reached):
      unit == "B" ? ["`to: \(reached)`"] : ["`macs: \(reached)`"]
    case .tooInaccurate(_, _, _, let enough, _, _):
      (enough.map { ["`to: \($0)`"] } ?? []) + ["`epochs: 2` fine-tunes after each step"]
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .noValidation: "epochs"
    case .tooLarge(_, let unit, _): unit == "B" ? "to" : "macs"
    case .tooInaccurate: "keeping"
    default: nil
    }
  }

  /// `97.1%`, cut rather than rounded, so that no share below a goal is shown as the goal.
  static func percent(_ share: Double) -> String {
    plain((share * 1000).rounded(.down) / 10) + "%"
  }
}
