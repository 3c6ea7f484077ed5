import Encodings
import Networks
import Tensors

extension Prune {
  /// Prunes the weights of a model, ranked layer by layer or all together.
  ///
  /// Channels and neurons are removed with all that depends on them, unless `removes` is false.
  ///
  /// - Parameters:
  ///   - resources: examples that statistics are collected on, or the statistics themselves.
  ///   - random: drawn from only when the criterion is one of chance and has no seed.
  /// - Returns: a new model whose pruned weights stay zero through further training.
  /// - Throws: `PruneError`, `VerbError`.
  public func callAsFunction(
    _ model: Model, _ resources: Resources = Resources(), random: inout Random
  ) throws -> Model {
    if let plan { return try scheduled(plan, model, resources, random: &random) }
    if let structure = structure as? any RemovableStructure {
      return try removing(structure, from: model, resources, random: &random)
    }
    let weights = try model.weights(for: Self.card.name)
    let question = try ModelQuestion(
      model, share: knownShare(of: model.weightCount), groups: structure as? NOfM, scope: scope,
      resources)
    let judged = try judgements(question, &random)
    let masks = try masks(question.tensors, judged)
    var pruned: [String: EncodedTensor] = [:]
    for (index, entry) in weights.enumerated() {
      pruned[entry.path] = try question.tensors[index].pruned(to: masks[index], judged[index])
    }
    return try model.replacingWeights(pruned)
  }
}
