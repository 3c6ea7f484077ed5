import CKernels

extension Tensor {
  /// These weights after a step of stochastic gradient descent, and the step's momentum.
  ///
  ///     v ← momentum · v + (g + weightDecay · w)          w − rate · v
  ///
  /// - Parameters:
  ///   - gradient: g, in the shape of the weights.
  ///   - velocity: v of the step before; `nil` in the first one, where v = g.
  /// - Returns: new weights, and v unless `momentum` is 0.
  public func steppedSGD(
    gradient: Tensor, velocity: Tensor?, rate: Double, momentum: Double, weightDecay: Double
  ) throws -> (weights: Tensor, velocity: Tensor?) {
    guard gradient.shape == shape else {
      throw TensorError.shapesDiffer("sgd", shape, gradient.shape)
    }
    try Work.current.charge(count)
    let weights = try Storage(shape)
    let moved = momentum == 0 ? nil : try Storage(shape)
    espalier_sgd(
      EspalierSGD(
        rate: Float(rate), momentum: Float(momentum), weightDecay: Float(weightDecay)),
      pointer, gradient.pointer, velocity?.pointer, weights.base, moved?.base, count)
    withExtendedLifetime((self, gradient, velocity)) {}
    return (Tensor(shape, weights), moved.map { Tensor(shape, $0) })
  }

  /// These weights after step number `step` of Adam, and the moments m and v.
  ///
  ///     m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²
  ///     w − rate · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
  ///
  /// - Parameters:
  ///   - gradient: g before weight decay, in the shape of the weights.
  ///   - moments: m and v of the step before; `nil` in the first one, where both are 0.
  ///   - scales: 1 − β₁ᵗ and 1 − β₂ᵗ in step t.
  public func steppedAdam(
    gradient: Tensor, moments: (Tensor, Tensor)?, rate: Double, betas: (Double, Double),
    epsilon: Double, weightDecay: Double, scales: (Double, Double)
  ) throws -> (weights: Tensor, moments: (Tensor, Tensor)) {
    guard gradient.shape == shape else {
      throw TensorError.shapesDiffer("adam", shape, gradient.shape)
    }
    try Work.current.charge(count)
    let settings = EspalierAdam(
      beta1: Float(betas.0), oneLessBeta1: Float(1 - betas.0), beta2: Float(betas.1),
      oneLessBeta2: Float(1 - betas.1), step: Float(rate / scales.0),
      secondScale: Float(1 / scales.1.squareRoot()), epsilon: Float(epsilon),
      weightDecay: Float(weightDecay))
    let (weights, first, second) = (try Storage(shape), try Storage(shape), try Storage(shape))
    espalier_adam(
      settings, pointer, gradient.pointer, moments?.0.pointer, moments?.1.pointer, weights.base,
      first.base, second.base, count)
    withExtendedLifetime((self, gradient, moments)) {}
    return (Tensor(shape, weights), (Tensor(shape, first), Tensor(shape, second)))
  }
}
