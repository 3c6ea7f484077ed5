import Encodings
import Networks
import Tensors

/// A model whose weights are to be judged, and all that is known about the call.
public struct ModelQuestion {
  public let model: Model
  /// The weights by path and as they are stored, in the order of the layers.
  public let paths: [String]
  public let tensors: [EncodedTensor]
  /// The share that is to be pruned; `nil` when the call gives none.
  public let share: Double?
  /// The groups of which so many stay, where N:M is pruned in the place of a share.
  public let groups: NOfM?
  public let scope: Prune.Scope
  public let resources: Resources

  public init(
    _ model: Model, share: Double?, groups: NOfM? = nil, scope: Prune.Scope,
    _ resources: Resources
  ) throws {
    self.model = model
    let weights = model.weights
    paths = weights.map(\.path)
    tensors = try weights.map { try $0.parameter.value.encoded }
    self.share = share
    self.groups = groups
    self.scope = scope
    self.resources = resources
  }

  /// The examples that statistics are collected on.
  ///
  /// - Throws: `PruneError.noData`, which says what they are needed for.
  public func data(for statistic: Statistic, of criterion: String) throws -> LabeledData {
    guard let data = resources.data else {
      throw PruneError.noData(statistic, criterion: criterion)
    }
    return data
  }

  /// Statistics beside the weights, one set a tensor: those at hand, the others collected.
  ///
  /// - Throws: `PruneError.noData` when examples are needed and there are none;
  ///   what running the model throws.
  public func statistics(
    _ needs: [Statistic], for criterion: String
  ) throws -> [[Statistic: Tensor]] {
    let wanted = Set(needs).subtracting([.weight])
    var known = resources.statistics
    let missing = wanted.filter { need in
      paths.contains { known[$0]?[need] == nil }
    }
    guard !missing.isEmpty else { return paths.map { known[$0] ?? [:] } }
    // In the order of the cases, so that the message and the work do not depend on hashing.
    let ordered = Statistic.allCases.filter(missing.contains)
    var collector = StatisticsCollector(model, criterion: criterion, progress: resources.progress)
    for (path, found) in try collector.collect(
      ordered, on: ordered.first(where: \.needsData).map { try data(for: $0, of: criterion) })
    {
      known[path, default: [:]].merge(found) { given, _ in given }
    }
    return paths.map { known[$0] ?? [:] }
  }
}
