import Catalog
import Encodings
import Tensors

extension Share {
  /// How the shared values come about, for `explain`.
  ///
  /// - Throws: what sharing `x` throws.
  public func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: Random
  ) throws -> WorkedDerivation {
    var stream = random
    let result = try self(x, random: &stream)
    var steps = DerivationSteps()
    guard let grid = result.grid, case .table(let table) = grid.format, x.keptCount > 0 else {
      steps.add("ŵ", "ŵ = w", "w", "there is nothing to share")
      return try worked(x, steps)
    }
    let levels = table.levels
    let count = levels.count
    steps.add(
      "c", "c = means of the clusters",
      "tensor([\(DerivationSteps.literals(levels.map(Double.init)))])",
      start == .exact
        ? "the best there are" : "by Lloyd's iteration, from a \(start.rawValue) start")
    let shape = x.shape.dimensions.map(String.init).joined(separator: ", ")
    let shaped = { (text: String) in x.shape.rank == 1 ? text : "reshape(\(text), \(shape))" }
    if count > 1 {
      let lasts = try lasts(x, result, count)
      steps.add(
        "t", "t_j = the largest w ≤ (c_j + c_{j+1})/2", "tensor([\(lasts)])",
        "half-way belongs to the lower centroid")
      steps.add(
        "k", "k = how many t_j lie below w",
        shaped("count(reshape(w, \(x.count), 1) > reshape(t, 1, \(count - 1)), axis: 1)"),
        "codes of \(grid.format.codeBits) bits")
    } else {
      steps.add("k", "k = 0", "w * 0", "all share one number")
    }
    let places = (0..<count).map(String.init).joined(separator: ", ")
    let value = shaped(
      "sum(where(reshape(k, \(x.count), 1) == reshape(tensor([\(places)]), 1, \(count)), "
        + "reshape(c, 1, \(count)), 0), axis: 1)")
    if x.kept == nil {
      steps.add("ŵ", "ŵ = c_k", value)
    } else {
      steps.add("ŵ", "ŵ = c_k, 0 where pruned", "where(kept == 1, \(value), 0)")
    }
    steps.add("e", "e = Σ (w − ŵ)²", "sum((w - ŵ)^2)", "what k-means makes small")
    steps.addBits(result)
    steps.add("rate", "dense / bits", "dense / bits", "times smaller, of payload")
    return try worked(x, steps)
  }

  private func worked(_ x: EncodedTensor, _ steps: DerivationSteps) throws -> WorkedDerivation {
    let kept = x.kept.flatMap { kept in
      try? Tensor(unsafeUninitialized: x.shape) { target in
        for index in target.indices { target[index] = kept[index] ? 1 : 0 }
      }
    }
    return WorkedDerivation(
      derivation: Derivation(
        title: "\(clusters) shared numbers at most, \(codebook.rawValue)", steps: steps.steps,
        result: "ŵ"),
      inputs: [("w", try x.values)] + (kept.map { [("kept", $0)] } ?? []))
  }

  /// The largest weight of every cluster but the last: float32 numbers, so that comparing with them
  /// is exact.
  ///
  /// A cluster without weights repeats the one before.
  private func lasts(_ x: EncodedTensor, _ result: EncodedTensor, _ count: Int) throws -> String {
    var last = [Float](repeating: -.greatestFiniteMagnitude, count: count)
    try x.values.withScalars { scalars in
      for (index, code) in (result.grid?.codes ?? []).enumerated() where x.kept?[index] ?? true {
        last[Int(code)] = max(last[Int(code)], scalars[index])
      }
    }
    for place in 1..<count { last[place] = max(last[place], last[place - 1]) }
    return DerivationSteps.literals(last.dropLast().map(Double.init))
  }
}
