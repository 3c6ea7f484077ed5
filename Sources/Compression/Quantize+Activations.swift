import Encodings
import Networks
import Tensors

extension Quantize {
  /// Changes the weights of a model, and its activations when the call says how.
  public func callAsFunction(
    _ model: Model, _ resources: Resources, random: inout Random
  ) throws -> Model {
    var changed: [String: EncodedTensor] = [:]
    for entry in try model.weights(for: Self.card.name) {
      changed[entry.path] = try self(entry.parameter.value.encoded)
    }
    return try withActivations(
      model.replacingWeights(changed), before: model, resources)
  }

  /// The model with quantized weights, running in integers if the call asks for it.
  ///
  /// - Parameter before: the model as it came, on which ranges are observed.
  func withActivations(_ model: Model, before: Model, _ resources: Resources) throws -> Model {
    guard let activations else { return model }
    return try activations(
      model.runningInFloat, before: before.runningInFloat, resources, range: range,
      simulates: simulates)
  }
}
