import Tensors

/// What a layer does between the layer before and the next, with floats or with codes.
public enum InferenceStep: Sendable {
  /// Weights and input as `product` says, plus a bias; codes come onto the grid of the layer.
  case product(WeightProduct)
  /// What is below 0 becomes 0.
  case relu
  case maximum(MaxPooling)
  /// The mean of each window; codes come onto the grid of the layer.
  case mean(AveragePooling)
  /// The same numbers in line.
  case flatten
  /// The same numbers.
  case nothing
}
