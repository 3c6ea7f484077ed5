import Catalog
import Networks
import Tensors

/// The networks of the five articles, as their code builds them.
///
/// 003 flattens its images first (Keras's dense layer would take each row by itself); the articles'
/// final softmax belongs to the loss.
public enum ArticleNetwork: String, CaseIterable, Sendable {
  case pruned000 = "000", pruned001 = "001", pruned002 = "002", dense003 = "003", conv004 = "004"

  public func model() throws -> Model {
    var random = Random(seed: 0)
    var model = try Model.input(inputShape)
    for layer in try layers() { model = try model.appending(layer, random: &random) }
    return model
  }

  private var inputShape: Shape {
    switch self {
    case .pruned000, .pruned001: [1, 32, 32]
    case .pruned002: [3, 32, 32]
    case .dense003: [28, 28]
    case .conv004: [1, 28, 28]
    }
  }

  private func layers() throws -> [any Layer] {
    let (relu, flatten) = (try ReLU(Settings()), try Flatten(Settings()))
    switch self {
    case .pruned000:
      return try [
        conv(32, padding: 1), relu, conv(64, padding: 1), relu,
        AveragePool(Settings(["size": .number(4)])), flatten, linear(128), relu, linear(10),
      ]
    case .pruned001:
      return try [
        conv(32), relu, halved(), conv(64), relu, halved(), flatten, linear(10),
      ]
    case .pruned002:
      return try [
        conv(16, padding: 1), relu, halved(), conv(32, padding: 1), relu, halved(), flatten,
        linear(128), relu, linear(10),
      ]
    case .dense003: return try [flatten, linear(16), relu, linear(10)]
    case .conv004: return try [conv(32), relu, halved(), flatten, linear(10)]
    }
  }

  private func conv(_ channels: Int, padding: Int = 0) throws -> Convolution2D {
    try Convolution2D(
      Settings(["channels": .number(Double(channels)), "padding": .number(Double(padding))]))
  }

  private func linear(_ outputs: Int) throws -> Linear {
    try Linear(Settings(["outputs": .number(Double(outputs))]))
  }

  private func halved() throws -> MaxPool { try MaxPool(Settings(["size": .number(2)])) }
}
