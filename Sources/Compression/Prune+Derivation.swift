import Catalog
import Encodings
import Tensors

extension Prune {
  /// How the pruned values come about, for `explain`.
  ///
  /// - Parameter random: the stream as it was before the call that is explained.
  /// - Throws: what pruning `x` throws.
  public func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor] = [:], random: Random
  ) throws -> WorkedDerivation {
    var stream = random
    let judgement = try judgements([x], [others], &stream)[0]
    let result = try x.pruned(to: masks([x], [judgement])[0], judgement)
    var steps = DerivationSteps()
    var inputs: [(name: String, value: Tensor)] = [("w", try x.values)]
    if let kept = x.kept { inputs.append(("before", try kept.ones(x.shape))) }
    switch judgement {
    case .pruned(let mask):
      if let expression = criterion.expression(of: "w") {
        inputs += needed(others)
        steps.add("gone", "gone where \(expression)", expression, criterion.text)
      } else {
        inputs.append(("gone", mask))
      }
      steps.add(
        "kept", "kept where the criterion is false",
        x.kept == nil ? "gone == 0" : "gone == 0 and before == 1", criterion.text)
      steps.add("ŵ", "ŵ = w where kept, else 0", "where(kept, w, 0)")
    case .scores(let scores): try addScores(x, scores, needed(others), result, &inputs, &steps)
    case .magnitudes:
      let scores = try x.values.mapped(.absolute)
      try addScores(x, scores, needed(others), result, &inputs, &steps)
    case .revised(let mask, let values):
      inputs += [("gone", mask), ("moved", values)]
      steps.add("kept", "kept where \(criterion.text) leaves it", "gone == 0", "an exact count")
      steps.add(
        "ŵ", "ŵ = the moved w where kept, else 0", "where(kept, moved, 0)",
        "those that stay make up for those that go")
    }
    if x.count > 0 { steps.addBits(result) }
    return WorkedDerivation(
      derivation: Derivation(
        title: (structure is SingleWeights ? "" : structure.text + ", ")
          + "by \(criterion.text), \(judgement.manner)", steps: steps.steps, result: "ŵ"),
      inputs: inputs)
  }

  private func addScores(
    _ x: EncodedTensor, _ scores: Tensor, _ needed: [(name: String, value: Tensor)],
    _ result: EncodedTensor, _ inputs: inout [(name: String, value: Tensor)],
    _ steps: inout DerivationSteps
  ) throws {
    if let expression = criterion.expression(of: "w") {
      inputs += needed
      let formula = criterion.needs == [.weight] ? criterion.text : expression
      steps.add("score", "score = \(formula)", expression, "the lowest go first")
    } else {
      inputs.append(("given", scores))
      steps.add("score", "score = \(criterion.text)", "given", "the lowest go first")
    }
    if structure is SingleWeights {
      addRanking(x, scores, result, &steps)
    } else {
      try addUnits(x, scores, &inputs, &steps)
    }
  }

  /// The statistics that the criterion's expression stands over, by their names.
  private func needed(_ others: [Statistic: Tensor]) -> [(name: String, value: Tensor)] {
    criterion.needs.compactMap { need in
      need == .weight ? nil : others[need].map { (need.rawValue, $0) }
    }
  }

  private func addRanking(
    _ x: EncodedTensor, _ scores: Tensor, _ result: EncodedTensor, _ steps: inout DerivationSteps
  ) {
    if scope == .layer, criterion.comparesRows, structure is SingleWeights, x.shape.rank > 1,
      x.count > 0
    {
      return addRowRanking(x, result, &steps)
    }
    let share = DerivationSteps.literal(share ?? 0)
    steps.add("n", "n weights", "w.count")
    steps.add("k", "k = rne(share · n)", "round(\(share) * n)", "how many are zero afterwards")
    let already = x.count - x.keptCount
    if x.kept != nil {
      steps.add("p", "p pruned before", "count(before == 0)", "they count, and stay zero")
    }
    guard result.keptCount < x.keptCount else {
      steps.add("ŵ", "ŵ = w", "w", already > 0 ? "k ≤ p: nothing more to prune" : "k = 0")
      return
    }
    addThreshold(x, scores, result, &steps)
    steps.add("ŵ", "ŵ = w where kept, else 0", "where(kept, w, 0)")
  }

  /// The k lowest scores of every row: their places are counted, a tie by the lower index.
  private func addRowRanking(
    _ x: EncodedTensor, _ result: EncodedTensor, _ steps: inout DerivationSteps
  ) {
    let rows = x.shape[0]
    let columns = x.count / rows
    let share = DerivationSteps.literal(share ?? 0)
    steps.add("n", "n weights in a row", "w.count / \(rows)")
    steps.add("k", "k = rne(share · n)", "round(\(share) * n)", "zeros in a row afterwards")
    steps.add(
      "r", "r = the rows, each in line", "reshape(score, \(rows), \(columns))",
      "each row is ranked by itself")
    // A weight pruned before ranks below every score.
    if x.kept != nil {
      steps.add(
        "r", "r = −∞ where pruned before",
        "where(reshape(before, \(rows), \(columns)) == 1, r, -3.4e38)")
    }
    let a = "reshape(r, \(rows), \(columns), 1)"
    let b = "reshape(r, \(rows), 1, \(columns))"
    let i = "reshape(tensor(0..<n), n, 1)"
    let j = "reshape(tensor(0..<n), 1, n)"
    steps.add(
      "place", "place = how many of the row go before",
      "count(\(b) < \(a) or (\(b) == \(a) and \(j) < \(i)), axis: 2)",
      "of equal scores the lower index first")
    let lengths = x.shape.dimensions.map(String.init).joined(separator: ", ")
    let before = x.kept == nil ? "" : "before == 1 and "
    steps.add("kept", "kept where place ≥ k", "\(before)reshape(place, \(lengths)) >= k")
    steps.add("ŵ", "ŵ = w where kept, else 0", "where(kept, w, 0)")
  }

  /// The k-th lowest score, and of the weights that have just this score those that still go.
  private func addThreshold(
    _ x: EncodedTensor, _ scores: Tensor, _ result: EncodedTensor, _ steps: inout DerivationSteps
  ) {
    let before = x.kept == nil ? "" : "before == 1 and "
    if x.kept == nil {
      let flat = x.shape.rank == 1 ? "score" : "reshape(score, n)"
      steps.add("t", "t = the k-th lowest score", "sort(\(flat))[k - 1]")
    } else {
      steps.add(
        "t", "t = the (k − p)-th lowest score of the others",
        "sort(score[before == 1])[k - p - 1]")
    }
    let gone = (0..<x.count).filter { x.kept?[$0] != false && result.kept?[$0] == false }
    let cut = gone.map { scores[$0] }.max() ?? 0
    let last = gone.last { scores[$0] == cut } ?? 0
    let isTied = (0..<x.count).contains { result.kept?[$0] != false && scores[$0] == cut }
    guard isTied else {
      steps.add("kept", "kept where score > t", before + "score > t")
      return
    }
    let places = "tensor(0..<n)"
    let lengths = x.shape.dimensions.map(String.init).joined(separator: ", ")
    steps.add(
      "i", "i = the index of each weight",
      x.shape.rank == 1 ? places : "reshape(\(places), \(lengths))")
    steps.add(
      "kept", "kept where score > t, or score = t and i > \(last)",
      before + "(score > t or (score == t and i > \(last)))",
      "several score t: the lowest indices go")
  }
}

extension Bitmap {
  /// 1 where a bit is set, else 0.
  func ones(_ shape: Shape) throws -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      for index in target.indices { target[index] = self[index] ? 1 : 0 }
    }
  }
}

extension Judgement {
  /// How many go, in a derivation's first line.
  fileprivate var manner: String {
    if case .pruned = self { "as many as it says" } else { "exact count, ties to the lowest index" }
  }
}
