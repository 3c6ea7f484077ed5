import Encodings
import Networks
import Tensors

extension Prune {
  /// Prunes the weights of a model, ranked layer by layer or all together.
  ///
  /// - Parameters:
  ///   - resources: examples that statistics are collected on, or the statistics themselves.
  ///   - random: drawn from only when the criterion is one of chance and has no seed.
  /// - Returns: a new model whose pruned weights stay zero through further training.
  /// - Throws: `PruneError`, `VerbError`.
  public func callAsFunction(
    _ model: Model, _ resources: Resources = Resources(), random: inout Random
  ) throws -> Model {
    let weights = try model.weights(for: Self.card.name)
    let tensors = try weights.map { try $0.parameter.value.encoded }
    let judged = try judgements(
      tensors, weights.map { resources.statistics[$0.path] ?? [:] }, &random)
    let masks = try masks(tensors, judged)
    var pruned: [String: EncodedTensor] = [:]
    for (entry, (tensor, mask)) in zip(weights, zip(tensors, masks)) {
      pruned[entry.path] = try tensor.pruned(to: mask)
    }
    return try model.replacingWeights(pruned)
  }
}
