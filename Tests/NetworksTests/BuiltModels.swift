import Catalog
import Tensors

@testable import Networks

/// A chain of layers after an input, for tests.
func chain(_ input: Shape, _ layers: any Layer...) throws -> Model {
  var random = Random(seed: 0)
  return try layers.reduce(Model.input(input)) { try $0.appending($1, random: &random) }
}

func linear(_ outputs: Double) throws -> Linear {
  try Linear(Settings(["outputs": .number(outputs)]))
}

func convolution(_ channels: Double, padding: Double = 0) throws -> Convolution2D {
  try Convolution2D(Settings(["channels": .number(channels), "padding": .number(padding)]))
}

/// Two classes that a line parts: x₀ > x₁.
func separableData(_ count: Int = 64) throws -> LabeledData {
  var random = Random(seed: 5)
  let points = try Tensor.uniform([count, 2], -1, 1, &random)
  return try LabeledData(
    name: "separable", images: points,
    labels: Tensor((0..<count).map { points[2 * $0] > points[2 * $0 + 1] ? 1 : 0 }),
    classNames: ["below", "above"])
}

extension TrainingOptions {
  /// Cross-entropy and SGD at a rate.
  static func sgd(_ rate: Double, epochs: Int = 1, momentum: Double = 0) throws -> TrainingOptions {
    TrainingOptions(
      epochs: epochs, batch: 8,
      optimizer: try SGD(Settings(["rate": .number(rate), "momentum": .number(momentum)])),
      loss: try CrossEntropy())
  }
}
