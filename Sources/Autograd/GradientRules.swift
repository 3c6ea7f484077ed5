import Tensors

extension Primitive {
  /// The gradient of every primitive, a row each.
  ///
  /// Given g, the gradient of a loss L with respect to the result z (g = ∂L/∂z), a row holds
  /// ∂L/∂x, ∂L/∂y … in terms of g, of the inputs x, y, w and of z. An input that was repeated by
  /// broadcasting gets the sum over its repetitions.
  ///
  /// - Parameters:
  ///   - gradient: g, in the shape of the result.
  ///   - kept: what the forward step left.
  ///   - wanted: which inputs want a gradient; the others get `nil` and cost nothing.
  func pullback(_ gradient: Tensor, _ kept: Kept, wanted: [Bool]) throws -> [Tensor?] {
    let g = gradient
    let row = Row(gradient: g, kept: kept, wanted: wanted)
    let (x, y, z) = (row.x, row.y, row.z)
    switch self {
    case .add: return try row.give(g, g)
    case .subtract: return try row.give(g, -g)
    case .multiply: return try row.give(g * y, g * x)
    case .divide: return try row.give(g / y, -g * x / (y * y))
    case .power: return try row.give(g * y * raised(x, y - 1), g * raised(x, y) * log(x))
    case .maximum: return try row.give(g * (x >= y), g * (x < y))
    case .minimum: return try row.give(g * (x <= y), g * (x > y))

    case .negate: return try row.give(-g)
    case .absolute: return try row.give(g * x.mapped(.sign))
    case .square: return try row.give(g * x * 2)
    case .squareRoot: return try row.give(g / (z * 2))
    case .reciprocal: return try row.give(-g * (z * z))
    case .exponential: return try row.give(g * z)
    case .logarithm: return try row.give(g / x)
    case .relu: return try row.give(z.reluGradient(g))
    case .sigmoid: return try row.give(z.sigmoidGradient(g))
    case .tanh: return try row.give(z.tanhGradient(g))
    case .scaled(let factors): return try row.give(g * factors)

    case .sum(let axis): return try row.give(row.spread(g, along: axis))
    case .mean(let axis): return try row.give(row.spread(g, along: axis) / row.length(axis))
    case .softmax: return try row.give(z.softmaxGradient(g, axis: z.shape.rank - 1))
    case .logSoftmax: return try row.give(g - lastSum(g) * exp(z))

    case .reshape: return try row.give(g.reshaped(kept.shapes[0]))
    case .transpose(let order): return try row.give(g.transposed(inverse(order)))
    case .concatenate(let axis): return try row.pieces(of: g, along: axis)

    case .matrixProduct:
      return try row.give(
        g.matrixProduct(y, transposingRight: true), x.matrixProduct(g, transposingLeft: true))
    case .linear:
      return try row.give(
        g.matrixProduct(y), g.matrixProduct(x, transposingLeft: true),
        g.reduced(.sum, axis: 0, keepingAxis: false))
    case .convolution(let convolution): return try row.give(convolution, g)
    case .maxPooling(let pooling): return try row.give(pooling, g)
    case .averagePooling(let pooling):
      return try row.give(pooling.inputGradient(g, inputShape: kept.shapes[0]))
    case .batchNormalization(let norm, _):
      let all = try norm.gradients(
        g, input: x, mean: kept.extra[0], variance: kept.extra[1], scale: y)
      return try row.give(all.input, all.scale, all.shift)
    case .normalization(let norm, let known):
      let all = try norm.inferenceGradients(
        g, input: x, mean: known.mean, variance: known.variance, scale: y)
      return try row.give(all.input, all.scale, all.shift)

    case .crossEntropy, .divergence: return try row.give(kept.extra[0] * g[0])
    case .meanSquaredError:
      return try row.give(kept.extra[0] * (2 * g[0] / Float(max(1, kept.extra[0].count))))

    case .custom(let custom): return try custom.pullback(g, kept.inputs)
    }
  }
}
