import CKernels

/// Normalisation of each channel of `[n, channels, …]` over the batch and the positions.
///
///     y = (x − mean) / √(variance + ε) · scale + shift
///
/// Means and variances are summed in double; the variance is the population's (divided by the
/// count).
public struct BatchNormalization: Sendable, Hashable {
  /// Added to the variance before its root, so that a constant channel is no division by 0.
  public let epsilon: Double

  public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  /// The mean and population variance of each channel, `[channels]` each.
  ///
  /// - Throws: `TensorError.wrongRank` below two axes, `.emptyReduction` for no elements.
  public func statistics(_ input: Tensor) throws -> (mean: Tensor, variance: Tensor) {
    let view = try ChannelView(input.shape)
    guard input.count > 0 else { throw TensorError.emptyReduction("batchnorm", input.shape) }
    try Work.current.charge(2 * input.count)
    let (mean, variance) = (try Storage([view.channels]), try Storage([view.channels]))
    espalier_channel_statistics(
      input.pointer, view.batch, view.channels, view.inner, mean.base, variance.base)
    return (Tensor([view.channels], mean), Tensor([view.channels], variance))
  }

  /// The normalised input, from statistics of this batch (training) or running ones (inference).
  ///
  /// - Parameters:
  ///   - mean: `[channels]`, as are `variance`, `scale` and `shift`.
  public func forward(
    _ input: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, shift: Tensor
  ) throws -> Tensor {
    let view = try ChannelView(input.shape)
    try view.check([mean, variance, scale, shift])
    try Work.current.charge(input.count)
    let factor = (0..<view.channels).map { scale[$0] * inverseDeviation(variance[$0]) }
    let constant = (0..<view.channels).map { shift[$0] - mean[$0] * factor[$0] }
    return try Tensor(unsafeUninitialized: input.shape) { target in
      espalier_channel_affine(
        input.pointer, view.batch, view.channels, view.inner, factor, constant, target.baseAddress)
    }
  }

  /// The gradients of a training step, in which mean and variance depend on the input.
  ///
  ///     x̂ = (x − mean) / √(variance + ε)      scale: Σ g x̂      shift: Σ g
  ///     input: (g − mean(g) − x̂ · mean(g x̂)) · scale / √(variance + ε)
  public func gradients(
    _ gradient: Tensor, input: Tensor, mean: Tensor, variance: Tensor, scale: Tensor
  ) throws -> (input: Tensor, scale: Tensor, shift: Tensor) {
    let view = try ChannelView(input.shape)
    try view.check([mean, variance, scale])
    let sums = try sums(gradient, input, mean, view)
    let count = Double(max(1, view.batch * view.inner))
    var (a, b, d) = ([Float](), [Float](), [Float]())
    var scaleGradient = [Float]()
    for channel in 0..<view.channels {
      let inverse = 1 / (Double(variance[channel]) + epsilon).squareRoot()
      let slope = Double(scale[channel]) * inverse
      let perInput = -slope * inverse * inverse * sums.products[channel] / count
      a.append(Float(slope))
      b.append(Float(perInput))
      d.append(Float(-slope * sums.plain[channel] / count - perInput * Double(mean[channel])))
      scaleGradient.append(Float(sums.products[channel] * inverse))
    }
    try Work.current.charge(input.count)
    let result = try Tensor(unsafeUninitialized: input.shape) { target in
      espalier_channel_combine(
        gradient.pointer, input.pointer, view.batch, view.channels, view.inner, a, b, d,
        target.baseAddress)
    }
    return (result, try Tensor(scaleGradient), try Tensor(sums.plain.map { Float($0) }))
  }

  /// The gradients of an inference pass, in which mean and variance are constants.
  public func inferenceGradients(
    _ gradient: Tensor, input: Tensor, mean: Tensor, variance: Tensor, scale: Tensor
  ) throws -> (input: Tensor, scale: Tensor, shift: Tensor) {
    let view = try ChannelView(input.shape)
    try view.check([mean, variance, scale])
    let sums = try sums(gradient, input, mean, view)
    let inverse = (0..<view.channels).map { inverseDeviation(variance[$0]) }
    let factor = (0..<view.channels).map { scale[$0] * inverse[$0] }
    let none = [Float](repeating: 0, count: view.channels)
    let result = try Tensor(unsafeUninitialized: input.shape) { target in
      espalier_channel_affine(
        gradient.pointer, view.batch, view.channels, view.inner, factor, none, target.baseAddress)
    }
    let scales = (0..<view.channels).map { Float(sums.products[$0] * Double(inverse[$0])) }
    return (result, try Tensor(scales), try Tensor(sums.plain.map { Float($0) }))
  }

  private func inverseDeviation(_ variance: Float) -> Float {
    Float(1 / (Double(variance) + epsilon).squareRoot())
  }

  /// Σ g and Σ g (x − mean) of each channel.
  private func sums(_ gradient: Tensor, _ input: Tensor, _ mean: Tensor, _ view: ChannelView) throws
    -> (plain: [Double], products: [Double])
  {
    guard gradient.shape == input.shape else {
      throw TensorError.shapesDiffer("batchnorm", gradient.shape, input.shape)
    }
    try Work.current.charge(2 * input.count)
    var plain = [Double](repeating: 0, count: view.channels)
    var products = plain
    espalier_channel_gradient_sums(
      gradient.pointer, input.pointer, mean.pointer, view.batch, view.channels, view.inner, &plain,
      &products)
    return (plain, products)
  }
}

/// A shape seen as `[batch, channels, inner]`.
private struct ChannelView {
  let batch: Int, channels: Int, inner: Int

  init(_ shape: Shape) throws {
    guard shape.rank >= 2 else {
      throw TensorError.wrongRank("batchnorm", wanted: "[n, channels, …]", shape)
    }
    batch = shape[0]
    channels = shape[1]
    inner = shape.dimensions.dropFirst(2).reduce(1, *)
  }

  func check(_ tensors: [Tensor]) throws {
    for tensor in tensors where tensor.shape != [channels] {
      throw TensorError.shapesDiffer("batchnorm", tensor.shape, [channels])
    }
  }
}
