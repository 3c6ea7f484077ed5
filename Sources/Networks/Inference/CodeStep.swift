import Tensors

/// What a layer does with codes on its way from the layer before to the next.
public enum CodeStep: Sendable {
  /// The product of weights and input, onto the grid of the layer.
  case product
  /// Codes below that of 0 become it.
  case aboveZero
  case maximum(MaxPooling)
  /// The mean of each window, onto the grid of the layer.
  case average(AveragePooling)
  /// Nothing: the same codes, in line perhaps.
  case asItIs
}
