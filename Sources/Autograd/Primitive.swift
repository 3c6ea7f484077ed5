import Tensors

/// An operation whose gradient is known: what it computes, and what its gradient needs later.
///
/// Inputs are named x, y (or x, w, b) in their order. `GradientRules.swift` holds the gradients, a
/// row each.
public enum Primitive: Sendable {
  // Number by number; two inputs broadcast.
  case add, subtract, multiply, divide, power, maximum, minimum
  case negate, absolute, square, squareRoot, reciprocal, exponential, logarithm
  case relu, sigmoid, tanh
  /// x times a constant in its shape, as dropout's mask is.
  case scaled(by: Tensor)

  // Whole axes.
  /// Over one axis, or all of them when `nil`; the axis disappears.
  case sum(axis: Int?)
  case mean(axis: Int?)
  /// Along the last axis.
  case softmax, logSoftmax

  // Places only.
  case reshape(Shape)
  case transpose([Int])
  case concatenate(axis: Int)

  // Layers.
  /// x @ y, rank 2.
  case matrixProduct
  /// x [n, in], w [out, in], b [out] → x wᵀ + b [n, out].
  case linear
  /// x [n, in, height, width], w [out, in, kernel, kernel], b [out] → [n, out, height, width].
  case convolution(Convolution)
  /// x [n, channels, height, width].
  case maxPooling(MaxPooling)
  case averagePooling(AveragePooling)
  /// x [n, channels, …], w and b [channels]: normalised by the batch's own statistics.
  case batchNormalization(BatchNormalization, known: ChannelStatistics? = nil)
  /// The same with statistics that are constants, as in inference.
  case normalization(BatchNormalization, ChannelStatistics)

  // Losses: one number.
  /// Mean of −log softmax(x)[label]; x [n, classes], one class number a row.
  case crossEntropy(labels: Tensor)
  /// Mean of (x − target)².
  case meanSquaredError(target: Tensor)
  /// T² times the mean divergence of softmax(x / T) from a teacher's; x and teacher [n, classes].
  case divergence(teacher: Tensor, temperature: Double)

  /// An operation with a gradient of one's own choosing (straight-through estimators).
  case custom(CustomGradient)
}

/// Mean and population variance of each channel, `[channels]` each.
public struct ChannelStatistics: Sendable {
  public let mean: Tensor
  public let variance: Tensor

  public init(mean: Tensor, variance: Tensor) {
    self.mean = mean
    self.variance = variance
  }
}

/// An operation with a gradient of one's own choosing.
public struct CustomGradient: Sendable {
  public let name: String
  let value: @Sendable ([Tensor]) throws -> Tensor
  let pullback: @Sendable (_ gradient: Tensor, _ inputs: [Tensor]) throws -> [Tensor?]

  /// - Parameters:
  ///   - value: the result for the inputs.
  ///   - pullback: from the gradient of the result and the inputs to a gradient for each input.
  public init(
    _ name: String, value: @escaping @Sendable ([Tensor]) throws -> Tensor,
    pullback: @escaping @Sendable (_ gradient: Tensor, _ inputs: [Tensor]) throws -> [Tensor?]
  ) {
    self.name = name
    self.value = value
    self.pullback = pullback
  }

  /// Computes `value`, and pretends in the backward direction that nothing was done.
  ///
  /// - Source: Bengio, Léonard and Courville, 2013, <https://arxiv.org/abs/1308.3432>.
  public static func straightThrough(
    _ name: String, _ value: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> CustomGradient {
    CustomGradient(name) {
      try value($0[0])
    } pullback: { gradient, _ in
      [gradient]
    }
  }
}
