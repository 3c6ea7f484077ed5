import Encodings
import Tensors

extension Prune {
  /// The masks of several tensors, ranked each by itself or all together.
  ///
  /// A tensor without such units keeps the mask it has; at least one has them.
  func masks(_ tensors: [EncodedTensor], _ judgements: [Judgement]) throws -> [Bitmap] {
    var entries: [Ranking.Entry] = []
    var masks: [Bitmap] = []
    var revisions = 0
    for (tensor, judgement) in zip(tensors, judgements) {
      switch judgement {
      case .scores(let scores): entries.append(.init(scores: scores, kept: tensor.kept))
      case .magnitudes where structure is SingleWeights:
        entries.append(.init(scores: try tensor.values, areMagnitudes: true, kept: tensor.kept))
      case .magnitudes:
        entries.append(.init(scores: try tensor.values.mapped(.absolute), kept: tensor.kept))
      case .pruned(let mask): masks.append(try tensor.mask(pruning: mask, criterion.text))
      case .revised(let mask, _):
        revisions += 1
        masks.append(try tensor.mask(pruning: mask, criterion.text))
      }
    }
    guard !entries.isEmpty else {
      if share != nil || shares != nil, revisions < masks.count {
        throw PruneError.amountNotTaken(criterion: criterion.text)
      }
      let isChosenSo = structure is NOfM && revisions == masks.count
      guard masks.isEmpty || structure is SingleWeights || isChosenSo else {
        throw StructureError.maskOfWeights(criterion: criterion.text, structure: structure.text)
      }
      return masks
    }
    guard masks.isEmpty else { throw PruneError.mixed(criterion: criterion.text) }
    return try ranked(entries)
  }

  private func ranked(_ entries: [Ranking.Entry]) throws -> [Bitmap] {
    let places = entries.indices.filter { structure.units(of: entries[$0].scores.shape) != nil }
    guard !places.isEmpty else {
      guard entries.count == 1 else { throw StructureError.noUnitsInModel(structure.text) }
      throw StructureError.noUnits(structure.text, entries[0].scores.shape)
    }
    let shares = try checkedShares(of: entries.map(\.scores.count))
    let chosen = places.map { entries[$0] }
    let found =
      switch scope {
      case .global: try structure.masks(chosen, share: shares[0])
      case .layer where criterion.comparesRows && structure is SingleWeights:
        try places.map { try Ranking.rowMask(entries[$0], share: shares[$0]) }
      case .layer: try places.flatMap { try structure.masks([entries[$0]], share: shares[$0]) }
      }
    var masks = entries.map { $0.kept ?? Bitmap(repeating: true, count: $0.scores.count) }
    for (place, mask) in zip(places, found) { masks[place] = mask }
    return masks
  }

  /// What the criterion says of each tensor, checked: shapes fit and every score is a number.
  func judgements(
    _ tensors: [EncodedTensor], _ others: [[Statistic: Tensor]], _ random: inout Random
  ) throws -> [Judgement] {
    let share = try knownShare(of: tensors.reduce(0) { $0 + $1.count })
    var stream = seed.map(Random.init(seed:)) ?? random
    let judged = try zip(tensors, others).map { tensor, others in
      let own = criterion.isRandom ? stream.split() : stream
      let judgement = try criterion.judge(
        Statistics(
          weight: tensor.values, others, random: own, share: share, groups: structure as? NOfM,
          kept: tensor.kept))
      try check(judgement, of: tensor)
      return judgement
    }
    if seed == nil { random = stream }
    return judged
  }

  /// The same for all weights of a model, which the criterion may judge together.
  func judgements(_ question: ModelQuestion, _ random: inout Random) throws -> [Judgement] {
    var stream = seed.map(Random.init(seed:)) ?? random
    let judged = try criterion.judge(question, random: &stream)
    for (judgement, tensor) in zip(judged, question.tensors) { try check(judgement, of: tensor) }
    if seed == nil { random = stream }
    return judged
  }

  private func check(_ judgement: Judgement, of tensor: EncodedTensor) throws {
    let answer: Tensor
    switch judgement {
    case .scores(let scores): answer = scores
    case .magnitudes: answer = try tensor.values
    case .pruned(let mask): answer = mask
    case .revised(_, let values): answer = values
    }
    guard answer.shape == tensor.shape else {
      throw PruneError.wrongShape(answer.shape, wanted: tensor.shape, criterion: criterion.text)
    }
    try Work.current.charge(answer.count)
    guard answer.hasNaN else { return }
    let (count, first) = answer.withScalars { scalars in
      let bad = scalars.indices.filter { scalars[$0].isNaN }
      return (bad.count, bad.first ?? 0)
    }
    guard count == 0 else {
      throw PruneError.scoreNotANumber(count: count, first: first, criterion: criterion.text)
    }
  }

  /// The share that was given; none where the structure takes none.
  func checkedShare(of count: Int) throws -> Double {
    guard let share = try knownShare(of: count) else {
      guard structure.takesAmount else { return 0 }
      throw PruneError.amountMissing(criterion: criterion.text)
    }
    return share
  }

  /// The share that was given, or `nil`.
  func knownShare(of count: Int) throws -> Double? {
    guard let share else { return nil }
    guard structure.takesAmount else { throw StructureError.amountNotTaken(structure.text) }
    guard (0...1).contains(share) else { throw PruneError.notAShare(share, of: count) }
    return share
  }
}

extension EncodedTensor {
  /// The same tensor with another mask; the grid stays.
  ///
  /// - Parameter judgement: may move the values that stay; on a grid they are rounded to one found
  ///   by the same rule.
  func pruned(to kept: Bitmap, _ judgement: Judgement) throws -> EncodedTensor {
    if case .revised(_, let values) = judgement {
      let moved = try EncodedTensor(values, kept: kept)
      return try grid.map { try Quantize(again: $0)(moved) } ?? moved
    }
    return try pruned(to: kept)
  }

  /// The same tensor with another mask, its values and grid unmoved.
  func pruned(to kept: Bitmap) throws -> EncodedTensor {
    guard let grid else { return try EncodedTensor(values, kept: kept) }
    return try EncodedTensor(shape, grid: grid, kept: kept)
  }

  /// The mask after pruning where a 0/1 tensor holds 1; what was pruned stays pruned.
  func mask(pruning mask: Tensor, _ criterion: String) throws -> Bitmap {
    try mask.withScalars { scalars in
      try Bitmap(count: count) { index in
        let value = scalars[index]
        guard value == 0 || value == 1 else {
          throw PruneError.notAMask(value, criterion: criterion)
        }
        return value == 0 && kept?[index] != false
      }
    }
  }
}
