import Encodings
import Networks
import Tensors

extension Prune {
  /// Prunes the weights of a model; biases and norms are neither counted nor changed.
  ///
  /// - Parameters:
  ///   - others: statistics by the weight's path (`conv1.weight`).
  ///   - random: drawn from only when the criterion is one of chance and has no seed.
  /// - Returns: a new model whose pruned weights stay zero through further training.
  /// - Throws: `PruneError`.
  public func callAsFunction(
    _ model: Model, _ others: [String: [Statistic: Tensor]] = [:], random: inout Random
  ) throws -> Model {
    let weights = model.weights
    guard !weights.isEmpty else { throw PruneError.nothingToPrune }
    let tensors = try weights.map { try $0.parameter.value.encoded }
    let judged = try judgements(tensors, weights.map { others[$0.path] ?? [:] }, &random)
    let masks = try masks(tensors, judged)
    var pruned: [String: EncodedTensor] = [:]
    for (entry, (tensor, mask)) in zip(weights, zip(tensors, masks)) {
      pruned[entry.path] = try tensor.pruned(to: mask)
    }
    return try model.replacingWeights(pruned)
  }
}

extension Quantize {
  /// Quantizes the weights of a model; biases and norms stay floats.
  ///
  /// - Returns: a new model whose weights stay on a grid through further training: gradients pass
  ///   straight through the rounding, and the codes are rebuilt at the end.
  /// - Throws: `QuantizeError`.
  public func callAsFunction(_ model: Model) throws -> Model {
    let weights = model.weights
    guard !weights.isEmpty else { throw QuantizeError.nothingToQuantize }
    var quantized: [String: EncodedTensor] = [:]
    for entry in weights { quantized[entry.path] = try self(entry.parameter.value.encoded) }
    return try model.replacingWeights(quantized)
  }
}

extension ParameterValue {
  /// The value with its storage: floats that nobody encoded get the smallest plain layout.
  public var encoded: EncodedTensor {
    get throws {
      switch self {
      case .dense(let tensor): try EncodedTensor(tensor)
      case .encoded(let tensor): tensor
      }
    }
  }
}

extension Model {
  /// `int8 weights`, `simulated int4`, or `nil` when no weight is quantized.
  ///
  /// Where weights differ, every badge once, in the order of the layers.
  public var badge: String? {
    var badges: [String] = []
    for entry in weights {
      guard case .encoded(let tensor) = entry.parameter.value, let badge = tensor.badge,
        !badges.contains(badge)
      else { continue }
      badges.append(badge)
    }
    return badges.isEmpty ? nil : badges.joined(separator: ", ")
  }

  /// The model with other weights, each with the constraint that keeps it so.
  func replacingWeights(_ tensors: [String: EncodedTensor]) throws -> Model {
    try mapParameters { entry in
      guard let tensor = tensors[entry.path] else { return nil }
      var parameter = entry.parameter
      parameter.value = .encoded(tensor)
      parameter.constraint = tensor.constraint
      return parameter
    }
  }
}
