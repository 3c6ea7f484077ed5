import Tensors

/// What a primitive keeps of its forward step for the backward one, and no more.
struct Kept {
  /// The inputs, when the gradient needs them.
  var inputs: [Tensor] = []
  /// The result, when the gradient needs it.
  var output: Tensor?
  /// What the kernel left for its own gradient.
  var extra: [Tensor] = []
  /// Where the maxima of a pooling stood.
  var places: MaxPooling.Places?
  /// Shapes of all inputs.
  var shapes: [Shape] = []
}

extension Primitive {
  /// The result, and what the gradient will need.
  ///
  /// - Parameter keeping: whether a gradient will be asked for; nothing is kept otherwise.
  func value(_ inputs: [Tensor], keeping: Bool) throws -> (Tensor, Kept) {
    var kept = Kept()
    let result: Tensor
    switch self {
    case .crossEntropy(let labels):
      let fused = try inputs[0].crossEntropy(labels, wantsGradient: keeping)
      result = try Tensor([], [Float(fused.loss)])
      kept.extra = fused.gradient.map { [$0] } ?? []
    case .meanSquaredError(let target):
      guard inputs[0].shape == target.shape else {
        throw TensorError.shapesDiffer("mse", inputs[0].shape, target.shape)
      }
      let difference = try Tensor.apply(.subtract, inputs[0], target)
      result = try difference.mapped(.square).reduced(.mean, axis: nil, keepingAxis: false)
      kept.extra = [difference]
    case .divergence(let teacher, let temperature):
      let fused = try inputs[0].divergence(
        from: teacher, temperature: temperature, wantsGradient: keeping)
      result = try Tensor([], [Float(fused.value)])
      kept.extra = fused.gradient.map { [$0] } ?? []
    case .maxPooling(let pooling):
      let pooled = try pooling.forward(inputs[0])
      result = pooled.output
      kept.places = pooled.places
    case .batchNormalization(let norm, let known):
      let (mean, variance) =
        try known.map { ($0.mean, $0.variance) } ?? norm.statistics(inputs[0])
      result = try norm.forward(
        inputs[0], mean: mean, variance: variance, scale: inputs[1], shift: inputs[2])
      kept.extra = [mean, variance]
    default:
      result = try plainValue(inputs)
    }
    guard keeping else { return (result, Kept()) }
    switch needs {
    case .nothing: break
    case .inputs: kept.inputs = inputs
    case .output: kept.output = result
    }
    return (result, kept)
  }

  /// The result of a primitive whose kernel leaves nothing behind.
  private func plainValue(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    return switch self {
    case .add: try .apply(.add, x, inputs[1])
    case .subtract: try .apply(.subtract, x, inputs[1])
    case .multiply: try .apply(.multiply, x, inputs[1])
    case .divide: try .apply(.divide, x, inputs[1])
    case .power: try .apply(.power, x, inputs[1])
    case .maximum: try .apply(.maximum, x, inputs[1])
    case .minimum: try .apply(.minimum, x, inputs[1])
    case .negate: try x.mapped(.negate)
    case .absolute: try x.mapped(.absolute)
    case .square: try x.mapped(.square)
    case .squareRoot: try x.mapped(.squareRoot)
    case .reciprocal: try x.mapped(.reciprocal)
    case .exponential: try x.mapped(.exponential)
    case .logarithm: try x.mapped(.logarithm)
    case .relu: try x.mapped(.relu)
    case .sigmoid: try x.mapped(.sigmoid)
    case .tanh: try x.mapped(.tanh)
    case .scaled(let factors): try .apply(.multiply, x, factors)
    case .sum(let axis): try x.reduced(.sum, axis: axis, keepingAxis: false)
    case .mean(let axis): try x.reduced(.mean, axis: axis, keepingAxis: false)
    case .softmax: try x.softmax(axis: x.shape.rank - 1)
    case .logSoftmax: try x.logSoftmax(axis: x.shape.rank - 1)
    case .reshape(let shape): try x.reshaped(shape)
    case .transpose(let permutation): try x.transposed(permutation)
    case .concatenate(let axis): try .concatenated(inputs, axis: axis)
    case .matrixProduct: try x.matrixProduct(inputs[1])
    case .linear:
      try x.matrixProduct(inputs[1], transposingRight: true).addingBias(inputs[2])
    case .convolution(let convolution):
      try convolution.forward(x, weights: inputs[1], bias: inputs[2])
    case .averagePooling(let pooling): try pooling.forward(x)
    case .normalization(let norm, let known):
      try norm.forward(
        x, mean: known.mean, variance: known.variance, scale: inputs[1], shift: inputs[2])
    case .custom(let custom): try custom.value(inputs)
    // Computed above, since these leave something behind.
    case .crossEntropy, .meanSquaredError, .divergence, .maxPooling, .batchNormalization: x
    }
  }

  private enum Needs {
    case nothing, inputs, output
  }

  /// What the gradient row of this primitive reads.
  private var needs: Needs {
    switch self {
    case .multiply, .divide, .power, .maximum, .minimum, .absolute, .square, .logarithm,
      .matrixProduct, .linear, .convolution, .batchNormalization, .normalization, .custom:
      .inputs
    case .squareRoot, .reciprocal, .exponential, .relu, .sigmoid, .tanh, .softmax, .logSoftmax:
      .output
    case .add, .subtract, .negate, .scaled, .sum, .mean, .reshape, .transpose, .concatenate,
      .maxPooling, .averagePooling, .crossEntropy, .meanSquaredError, .divergence:
      .nothing
    }
  }
}
