import Autograd
import Catalog
import Tensors

/// The mean of the squared differences between results and targets.
///
///     L = mean (z − t)²
///
/// Class numbers become one-hot targets of the width of the output.
///
/// - Source: Gauss, *Theoria motus*, 1809, §177.
public struct MeanSquaredError: Loss {
  public init(_ settings: Settings = Settings()) throws {}

  public func value(_ output: Variable, _ labels: Tensor) throws -> Variable {
    try .apply(.meanSquaredError(target: target(labels, like: output.shape)), [output])
  }

  private func target(_ labels: Tensor, like shape: Shape) throws -> Tensor {
    if labels.shape == shape { return labels }
    if labels.count == shape.count { return try labels.reshaped(shape) }
    guard shape.rank == 2, shape[0] == labels.count else {
      throw TrainingError.noClasses(Shape(Array(shape.dimensions.dropFirst())))
    }
    return try labels.oneHot(classes: shape[1])
  }
}

extension MeanSquaredError {
  public static let card = Card(
    "mse", .loss,
    summary: "The mean of the squared differences; classes count as one-hot targets.",
    formula: "L = mean (z − t)²",
    source: "Gauss 1809, Theoria motus, §177",
    parameters: [],
    laws: [.nonNegative, .deterministic],
    examples: [
      Example(
        "let d = digits.train; let n = input(1, 8, 8) |> flatten |> linear(10); "
          + "print((n |> train(on: d, epochs: 1, loss: mse)).outputShape)",
        prints: "[10]"),
      Example("print(mse)", prints: "mse"),
    ],
    related: ["crossEntropy", "train"])
}
