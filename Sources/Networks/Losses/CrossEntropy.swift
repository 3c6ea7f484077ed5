import Autograd
import Catalog
import Tensors

/// How surprised the network is by the right classes, on average.
///
///     L = −(1/n) Σ_i log softmax(z_i)[y_i]        z [n, classes], y [n]
///
/// Takes logits, and fuses a final `softmax` layer.
///
/// - Source: Bridle, 1990, <https://doi.org/10.1007/978-3-642-76153-9_28>.
public struct CrossEntropy: Loss {
  public static let fusesSoftmax = true

  public init(_ settings: Settings = Settings()) throws {}

  public func value(_ output: Variable, _ labels: Tensor) throws -> Variable {
    guard output.shape.rank == 2, output.shape[0] == labels.count else {
      throw TrainingError.noClasses(Shape(Array(output.shape.dimensions.dropFirst())))
    }
    return try .apply(.crossEntropy(labels: labels), [output])
  }
}

extension CrossEntropy {
  public static let card = Card(
    "crossEntropy", .loss,
    summary: "The mean of −log of the share given to the right class; takes logits.",
    formula: "L = −(1/n) Σ log softmax(z_i)[y_i]",
    source: "Bridle 1990, doi:10.1007/978-3-642-76153-9_28",
    parameters: [],
    laws: [.nonNegative, .deterministic],
    examples: [
      Example(
        "let d = digits.train; let n = input(1, 8, 8) |> flatten |> linear(10); "
          + "print((n |> train(on: d, epochs: 1, loss: crossEntropy)).outputShape)",
        prints: "[10]"),
      Example("print(crossEntropy)", prints: "crossEntropy"),
    ],
    related: ["mse", "softmax", "train"])
}
