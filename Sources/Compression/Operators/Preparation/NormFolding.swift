import Catalog
import Encodings
import Networks
import Tensors

/// Batch norms right behind a layer with weights become part of it.
///
///     W' = W·γ/√(σ² + ε)        b' = (b − μ)·γ/√(σ² + ε) + β
///
/// with the running statistics, as inference has them; float64, rounded once. A norm that stands
/// elsewhere, or behind a layer that something else reads too, stays. What was pruned stays pruned.
///
/// - Source: Jacob et al., 2018, §3.2, eq. 14; MIT 6.5940 lab 2, `fuse_conv_bn`.
public struct NormFolding: Preparation {
  public init() {}
  public init(_ settings: Settings) throws {}

  public func prepared(_ model: Model, on images: Tensor?) throws -> Model {
    var result = model
    while let norm = result.foldableNorm { result = try result.folding(norm) }
    return result
  }

  public static let card = Card(
    "fold", .option,
    summary: "Makes each batch norm part of the layer before it: fewer layers, the same outputs.",
    formula: "W' = W·γ/√(σ² + ε), b' = (b − μ)·γ/√(σ² + ε) + β",
    source: "Jacob et al. 2018, §3.2, arXiv:1712.05877",
    parameters: [Parameter("x", or: "", accepts: "a model")],
    examples: [
      Example(
        "let net = input(4) |> linear(3) |> batchnorm |> relu |> linear(2); "
          + "print(fold(net).layers)",
        prints: "[input: input(4), linear1: linear(3), relu1: relu, linear2: linear(2)]"),
      Example(
        "let net = input(4) |> linear(3) |> batchnorm; let x = randn(5, 4, seed: 1); "
          + "print(all(near(fold(net)(x), net(x))))", prints: "true"),
      Example(
        "let net = input(4) |> linear(3) |> batchnorm; "
          + "print(quantize(net, int8, prepare: fold).layers)",
        prints: "[input: input(4), linear1: linear(3)]"),
    ],
    related: ["equalize", "batchnorm", "quantize"])
}

extension Model {
  /// The first batch norm whose input is a layer with weights that nothing else reads.
  fileprivate var foldableNorm: Int? {
    nodes.indices.first { place in
      guard nodes[place].layer is BatchNorm, let input = nodes[place].inputs.first else {
        return false
      }
      return (nodes[input].layer is Linear || nodes[input].layer is Convolution2D)
        && nodes.allSatisfy { $0.name == nodes[place].name || !$0.inputs.contains(input) }
    }
  }

  fileprivate func folding(_ norm: Int) throws -> Model {
    let layer = nodes[nodes[norm].inputs[0]]
    let known = try nodes[norm].parameters.map { try $0.tensor.scalars.map(Double.init) }
    let weight = try layer.parameters[0].tensor
    let bias = try layer.parameters[1].tensor
    let factors = zip(known[0], known[3]).map { $0 / ($1 + BatchNorm.epsilon).squareRoot() }
    let run = max(1, weight.count / max(1, factors.count))
    let scaled = weight.scalars.enumerated().map { Float(Double($1) * factors[$0 / run]) }
    let moved = bias.scalars.enumerated().map {
      Float((Double($1) - known[2][$0]) * factors[$0] + known[1][$0])
    }
    return try replacingValues([
      "\(layer.name).weight": Tensor(weight.shape, scaled),
      "\(layer.name).bias": Tensor(bias.shape, moved),
    ]).removing(norm)
  }

  /// The model without a layer that has one input; its readers read that instead.
  ///
  /// - Throws: what putting the model together throws.
  func removing(_ place: Int) throws -> Model {
    let source = nodes[place].inputs[0]
    var parts: [Model.Part] = []
    for (index, part) in self.parts.enumerated() where index != place {
      var part = part
      part.inputs = part.inputs.map { input in
        let read = input == place ? source : input
        return read > place ? read - 1 : read
      }
      parts.append(part)
    }
    var result = try Model(parts: parts, steps: steps)
    result.history = history
    return try result.withConstraints()
  }
}
