import CKernels

extension Tensor {
  /// One step of stochastic gradient descent, as PyTorch computes it, in float32.
  ///
  ///     g ← g + decay · w      v ← momentum · v + g (the first time v = g)      w ← w − rate · v
  ///
  /// The tensor holds the weights.
  ///
  /// - Parameters:
  ///   - gradient: of the weights' shape.
  ///   - velocity: what the last step returned; `nil` for the first.
  /// - Returns: new weights, and the velocity unless the momentum is 0.
  /// - Throws: `TensorError.shapesDiffer`.
  public func steppedSGD(
    _ gradient: Tensor, velocity: Tensor?, rate: Double, momentum: Double = 0, decay: Double = 0
  ) throws -> (weights: Tensor, velocity: Tensor?) {
    try checkStep("sgd", gradient, velocity)
    try Work.current.charge(count)
    let weights = try Storage(shape)
    let next = momentum == 0 ? nil : try Storage(shape)
    espalier_sgd(
      pointer, gradient.pointer, velocity?.pointer, weights.base, next?.base, count, Float(rate),
      Float(momentum), Float(decay), velocity == nil ? 1 : 0)
    return (Tensor(shape, weights), next.map { Tensor(shape, $0) })
  }

  /// One step of Adam, as PyTorch computes it, in float32 with scalars worked out in double.
  ///
  ///     g ← g + decay · w      m ← β₁ m + (1 − β₁) g      v ← β₂ v + (1 − β₂) g²
  ///     w ← w − rate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
  ///
  /// The tensor holds the weights.
  ///
  /// - Parameters:
  ///   - moments: m and v of the last step; `nil` (both 0) for the first.
  ///   - step: t, 1 for the first step.
  /// - Throws: `TensorError.shapesDiffer`.
  /// - Source: Kingma and Ba, 2015, algorithm 1, <https://arxiv.org/abs/1412.6980>.
  public func steppedAdam(
    _ gradient: Tensor, moments: (mean: Tensor, square: Tensor)?, step: Int, rate: Double,
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0
  ) throws -> (weights: Tensor, mean: Tensor, square: Tensor) {
    try checkStep("adam", gradient, moments?.mean)
    try checkStep("adam", gradient, moments?.square)
    try Work.current.charge(count)
    let before = try moments ?? (mean: Tensor.zeros(shape), square: Tensor.zeros(shape))
    let (weights, mean, square) = (try Storage(shape), try Storage(shape), try Storage(shape))
    espalier_adam(
      pointer, gradient.pointer, before.mean.pointer, before.square.pointer, weights.base,
      mean.base, square.base, count, rate, beta1, beta2, epsilon, decay,
      1 - power(beta1, step), 1 - power(beta2, step))
    withExtendedLifetime(before) {}
    return (Tensor(shape, weights), Tensor(shape, mean), Tensor(shape, square))
  }

  private func checkStep(_ name: String, _ gradient: Tensor, _ state: Tensor?) throws {
    for other in [gradient, state ?? gradient] where other.shape != shape {
      throw TensorError.shapesDiffer(name, shape, other.shape)
    }
  }
}

/// x^n by squaring, n ≥ 0.
private func power(_ x: Double, _ n: Int) -> Double {
  var (result, square, rest) = (1.0, x, max(0, n))
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
