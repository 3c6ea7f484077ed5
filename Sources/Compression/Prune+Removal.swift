import Encodings
import Networks
import Tensors

extension Prune {
  /// Takes the channels or neurons that matter least out of a model, or zeroes them in place.
  ///
  /// - Returns: a model whose `removed` names the units that went.
  /// - Throws: `StructureError`, `PruneError`.
  func removing(
    _ structure: any RemovableStructure, from model: Model, _ resources: Resources,
    random: inout Random
  ) throws -> Model {
    let units = try removedUnits(structure, of: model, resources, random: &random)
    var pruned =
      removes
      ? try model.removing(units) { try $0.cut(to: $1) } : try model.masking(units)
    pruned.removed = model.removed + units.map(model.description(of:))
    return pruned
  }

  private func removedUnits(
    _ structure: any RemovableStructure, of model: Model, _ resources: Resources,
    random: inout Random
  ) throws -> [ChannelUnit] {
    let groups = try model.channelGroups.filter(structure.covers)
    guard !groups.isEmpty else { throw StructureError.noUnitsInModel(structure.text) }
    let producers = Set(groups.flatMap(\.producers))
    let weights = model.weights.filter { producers.contains($0.node) }
    let tensors = try weights.map { try $0.parameter.value.encoded }
    let judged = try judgements(
      tensors, weights.map { resources.statistics[$0.path] ?? [:] }, &random)
    var entries: [Int: Ranking.Entry] = [:]
    for (weight, (tensor, judgement)) in zip(weights, zip(tensors, judged)) {
      guard case .scores(let scores) = judgement else {
        throw StructureError.maskOfWeights(criterion: criterion.text, structure: structure.text)
      }
      entries[weight.node] = Ranking.Entry(scores: scores, kept: tensor.kept)
    }
    let share = try checkedShare(of: groups.reduce(0) { $0 + $1.units.count })
    let ranking = try ChannelRanking(
      groups, entries, isMean: scope == .global, structure.text)
    return ranking.chosen(share: share, together: scope == .global)
  }
}

extension Model.ParameterEntry {
  /// The parameter with only the entries that stay; its mask and grid come along.
  ///
  /// - Throws: `StructureError.groupsBroken` when scales are shared along the inputs.
  fileprivate func cut(to cut: ParameterCut) throws -> ModelParameter {
    guard
      let smaller = try parameter.value.encoded.selecting(first: cut.first, second: cut.second)
    else { throw StructureError.groupsBroken(path) }
    var slim = parameter
    switch parameter.value {
    case .dense:
      slim.value = .dense(smaller.values)
      slim.constraint = nil
    case .encoded:
      slim.value = .encoded(smaller)
      slim.constraint = smaller.constraint
    }
    return slim
  }
}

extension Model {
  /// The model with units at zero: their weights, biases and norms, and what reads them.
  ///
  /// What a channel is worth behind its activation (0.5 behind a sigmoid) reaches nobody, for the
  /// weights of all readers are zero there. Running statistics stay as they are.
  fileprivate func masking(_ units: [ChannelUnit]) throws -> Model {
    let cuts = cuts(removing: units)
    return try mapParameters { entry in
      guard let cut = cuts[entry.path], entry.parameter.role != .statistic else { return nil }
      let tensor = try entry.parameter.value.encoded
      let masked = try tensor.pruned(to: tensor.kept(by: cut))
      var parameter = entry.parameter
      parameter.value = .encoded(masked)
      parameter.constraint = masked.constraint
      return parameter
    }
  }
}

extension EncodedTensor {
  /// The mask with everything cleared that a cut would take away.
  fileprivate func kept(by cut: ParameterCut) -> Bitmap {
    let (rows, columns) = (cut.first.map(Set.init), cut.second.map(Set.init))
    let lengths = shape.dimensions
    let run = lengths.dropFirst(2).reduce(1, *)
    let width = lengths.count > 1 ? lengths[1] : 1
    return Bitmap(count: count) { index in
      kept?[index] != false && rows?.contains(index / (run * width)) != false
        && columns?.contains(index / run % width) != false
    }
  }
}
