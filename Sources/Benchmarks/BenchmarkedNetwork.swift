import Catalog
import Networks
import Tensors

/// The networks that are timed: the five articles', and LeNet-300-100.
enum BenchmarkedNetwork: String, CaseIterable {
  case article000 = "000"
  case article001 = "001"
  case article002 = "002"
  case article003 = "003"
  case article004 = "004"
  case lenet = "lenet-300-100"

  /// The shape of an image, and layers as `conv 32 padding`; each article's own optimizer.
  var recipe: (input: Shape, layers: String, optimizer: String) {
    switch self {
    case .article000:
      ([1, 32, 32], "conv 32 1,relu,conv 64 1,relu,avg 4,flat,fc 128,relu,fc 10", "sgd")
    case .article001:
      ([1, 32, 32], "conv 32 0,relu,max 2,conv 64 0,relu,max 2,flat,fc 10", "sgd")
    case .article002:
      ([3, 32, 32], "conv 16 1,relu,max 2,conv 32 1,relu,max 2,flat,fc 128,relu,fc 10", "sgd")
    case .article003: ([1, 28, 28], "flat,fc 16,relu,fc 10", "adam")
    case .article004: ([1, 28, 28], "conv 32 0,relu,max 2,flat,fc 10", "adam")
    case .lenet: ([1, 28, 28], "flat,fc 300,relu,fc 100,relu,fc 10", "adam")
    }
  }

  func model() throws -> Model {
    var random = Random(seed: 0)
    var model = try Model.input(recipe.input)
    for words in recipe.layers.split(separator: ",").map({ $0.split(separator: " ") }) {
      let numbers = words.dropFirst().compactMap { Double($0) }.map(Setting.number)
      model = try model.appending(layer(String(words[0]), numbers), random: &random)
    }
    return model
  }

  private func layer(_ kind: String, _ numbers: [Setting]) throws -> any Layer {
    switch kind {
    case "conv": try Convolution2D(Settings(["channels": numbers[0], "padding": numbers[1]]))
    case "fc": try Linear(Settings(["outputs": numbers[0]]))
    case "max": try MaxPool(Settings(["size": numbers[0]]))
    case "avg": try AveragePool(Settings(["size": numbers[0]]))
    case "flat": try Flatten(Settings())
    default: try ReLU(Settings())
    }
  }

  func optimizer() throws -> any Optimizer {
    recipe.optimizer == "sgd"
      ? try SGD(Settings(["rate": .number(0.01)])) : try Adam(Settings(["rate": .number(0.001)]))
  }

  /// Random images with random labels: how long training takes does not depend on them.
  func data(count: Int) throws -> LabeledData {
    var random = Random(seed: 1)
    return try LabeledData(
      name: "random",
      images: Tensor.uniform(Shape([count] + recipe.input.dimensions), 0, 1, &random),
      labels: Tensor((0..<count).map { _ in Float(random.below(10)) }),
      classNames: (0..<10).map(String.init))
  }
}
