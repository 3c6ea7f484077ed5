import Catalog
import Networks

/// What every verb that trains over data can be told.
extension Parameter {
  public static let epochs = Parameter(
    "epochs", .label, or: "5", accepts: "a whole number from 1", "passes over the data")
  public static let batch = Parameter(
    "batch", .label, or: "32", accepts: "a whole number from 1", "examples per step")
  public static let optimizer = Parameter(
    "optimizer", .label, or: "adam", accepts: "an optimizer",
    choices: optimizerCatalog.map { $0.card.name }, "the rule that moves the weights")
  public static let validation = Parameter(
    "validation", .label, or: "", accepts: "data, such as `mnist.test`",
    "measured after each epoch, never learnt from")
  public static let pruning = Parameter(
    "pruning", .label, or: "", accepts: "a schedule, such as `cubic(90%)`",
    choices: scheduleCatalog.map { $0.card.name }, "moves the mask while the weights train")
}
