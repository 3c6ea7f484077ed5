import Encodings
import Networks
import Tensors

extension Prune {
  /// Takes the channels or neurons that matter least out of a model, or zeroes them in place.
  ///
  /// - Returns: a model whose `removed` names the units that went; one with units at zero names none.
  /// - Throws: `StructureError`, `PruneError`.
  func removing(
    _ structure: any RemovableStructure, from model: Model, _ resources: Resources,
    random: inout Random
  ) throws -> Model {
    let ranking = try channelRanking(structure, of: model, resources, random: &random)
    return try changed(model, without: chosen(ranking).map(ranking.unit))
  }

  /// The model without units, or with them at zero.
  func changed(_ model: Model, without units: [ChannelUnit]) throws -> Model {
    guard removes else { return try model.masking(units) }
    var slim = try model.removing(units) { try $0.cut(to: $1) }
    slim.removed = model.removed + units.map(model.description(of:))
    return slim
  }

  /// The units that go, in the order of their groups; a list of amounts has one for each group.
  func chosen(_ ranking: ChannelRanking) throws -> [ChannelRanking.Place] {
    if let shares, scope == .layer, shares.count != ranking.groups.count {
      throw StructureError.wrongAmounts(shares.count, groups: ranking.groups.count)
    }
    let shares = try checkedShares(of: ranking.groups.map(\.units.count))
    return ranking.chosen(shares: shares, together: scope == .global)
  }

  /// How the units score.
  func channelRanking(
    _ structure: any RemovableStructure, of model: Model, _ resources: Resources,
    random: inout Random
  ) throws -> ChannelRanking {
    // Layers that the call left out have no weights here; what they share in stays whole.
    let groups = try model.channelGroups.filter { group in
      structure.covers(group)
        && group.producers.allSatisfy { model.nodes[$0].parameters.contains(where: \.isWeight) }
    }
    guard !groups.isEmpty else { throw StructureError.noUnitsInModel(structure.text) }
    let question = try ModelQuestion(
      model, share: knownShare(of: groups.reduce(0) { $0 + $1.units.count }), scope: scope,
      resources)
    let judged = try judgements(question, &random)
    var entries: [Int: Ranking.Entry] = [:]
    for (weight, (tensor, judgement)) in zip(model.weights, zip(question.tensors, judged)) {
      guard let scores = try judgement.scores(of: tensor.values) else {
        throw StructureError.maskOfWeights(criterion: criterion.text, structure: structure.text)
      }
      entries[weight.node] = Ranking.Entry(scores: scores, kept: tensor.kept)
    }
    return try ChannelRanking(groups, entries, isMean: scope == .global, structure.text)
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
      slim.value = .dense(try smaller.values)
      slim.constraint = nil
    case .encoded:
      slim.value = .encoded(try smaller.stored(like: parameter.value.encoded))
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
      parameter.value = .encoded(try masked.stored(like: tensor))
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
