import Catalog
import Tensors

/// A training that cannot begin or cannot go on.
public enum TrainingError: DescribedError {
  /// The loss was no finite number: epoch, batch and the learning rate.
  case diverged(epoch: Int, batch: Int, rate: Double)
  /// A loss over classes, and a model whose output is no list of classes.
  case noClasses(Shape)
  /// More classes in the data than outputs of the model.
  case tooFewOutputs(Int, classes: Int)
  /// A count that must be positive: name, value.
  case notPositive(String, Int)

  public var code: String {
    switch self {
    case .diverged: "E0340"
    case .noClasses, .tooFewOutputs: "E0245"
    case .notPositive: "E0310"
    }
  }

  public var headline: String {
    switch self {
    case .diverged(let epoch, let batch, let rate):
      "the loss was no number in epoch \(epoch), batch \(batch), at a rate of \(plain(rate))"
    case .noClasses(let shape):
      "this loss wants one number a class; the model returns \(shape)"
    case .tooFewOutputs(let outputs, let classes):
      "the data have \(classes) classes; the model has \(outputs) outputs"
    case .notPositive(let name, let value):
      "`\(name)` of `train` is a whole number from 1; it was \(value)"
    }
  }

  public var notes: [String] {
    switch self {
    case .diverged: ["the weights grew until they overflowed; nothing was changed"]
    default: []
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .diverged: "optimizer"
    case .noClasses: "loss"
    case .notPositive(let name, _): name
    case .tooFewOutputs: "x"
    }
  }

  public var help: [String] {
    switch self {
    case .diverged(_, _, let rate): ["a smaller rate: `\(plain(rate / 10))`"]
    case .noClasses: ["end the model with `flatten |> linear(10)`"]
    case .tooFewOutputs(_, let classes): ["end the model with `linear(\(classes))`"]
    case .notPositive: []
    }
  }
}
