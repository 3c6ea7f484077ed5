import Networks
import Tensors

/// How a training went, epoch by epoch.
public final class HistoryObject: Object, @unchecked Sendable {
  public let history: History

  public init(_ history: History) { self.history = history }

  public override var kind: String { "a history" }

  public override var memberNames: [String] {
    ["epochs", "loss", "accuracy", "validationLoss", "validationAccuracy", "sparsity"]
  }

  public override func member(_ name: String) throws -> Value? {
    let epochs = history.epochs
    return switch name {
    case "epochs": .number(Double(epochs.count))
    case "loss": try HistoryObject.figures(epochs.map(\.loss))
    case "accuracy": try HistoryObject.figures(epochs.compactMap(\.accuracy))
    case "validationLoss": try HistoryObject.figures(epochs.compactMap(\.validationLoss))
    case "validationAccuracy": try HistoryObject.figures(epochs.compactMap(\.validationAccuracy))
    case "sparsity": try HistoryObject.figures(epochs.map(\.sparsity))
    default: nil
    }
  }

  private static func figures(_ numbers: [Double]) throws -> Value {
    .tensor(try Tensor([numbers.count], numbers.map { Float($0) }))
  }

  public override var text: String {
    let count = history.epochs.count
    guard let last = history.epochs.last else { return "no training yet" }
    let accuracy = last.accuracy.map { ", accuracy \(textForm(($0 * 1000).rounded() / 10))%" } ?? ""
    return "\(count) \(count == 1 ? "epoch" : "epochs"), loss \(textForm(rounded(last.loss)))"
      + accuracy
  }

  /// To four decimals.
  private func rounded(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 }
}
