import Networks
import Tensors

extension Quantize {
  /// Changes the weights of a model, and its activations when the call says how.
  ///
  /// Ranges of activations are observed on the model with its new weights, computing in float: what
  /// flows is what will flow.
  public func callAsFunction(
    _ model: Model, _ resources: Resources, random: inout Random
  ) throws -> Model {
    let quantized = try withWeights(model.runningInFloat, resources)
    guard let activations else { return quantized }
    return try activations(quantized, resources, range: range, simulates: simulates)
  }
}
