import Encodings
import Tensors

extension Prune {
  /// The steps for whole units: how each scores, and the place of each weight's unit among them.
  func addUnits(
    _ x: EncodedTensor, _ scores: Tensor, _ inputs: inout [(name: String, value: Tensor)],
    _ steps: inout DerivationSteps
  ) throws {
    let entry = Ranking.Entry(scores: scores, kept: x.kept)
    let before = x.kept == nil ? "" : "before == 1 and "
    if let groups = structure as? NOfM {
      inputs.append(("places", try Tensor(x.shape, groups.places(entry).map { Float($0) })))
      steps.add(
        "place", "place in the group of \(groups.size), the highest score first", "places",
        "pruned ones last; of equal scores the highest index first")
      steps.add("kept", "kept: the first \(groups.kept)", before + "place < \(groups.kept)")
    } else {
      let ranking = try UnitRanking([entry], structure)
      guard let units = structure.units(of: x.shape), ranking.count > 0 else {
        steps.add("ŵ", "ŵ = w", "w", "there are no units")
        return
      }
      let gone = ranking.goneCount
      var places = [Int](repeating: -1, count: units.count)
      for (place, found) in ranking.order().enumerated() { places[found.unit] = gone + place }
      inputs.append(("sums", try Tensor(ranking.scores[0].map { Float($0) })))
      inputs.append(
        ("places", try Tensor(x.shape, (0..<x.count).map { Float(places[units[$0]]) })))
      steps.add("S", "S = Σ score of each unit", "sums", "float64 sums, here to float32")
      steps.add("n", "n units", "S.count")
      steps.add(
        "k", "k = rne(share · n)", "round(\(DerivationSteps.literal(share ?? 0)) * n)",
        gone > 0 ? "the \(gone) pruned before count" : "how many are zero afterwards")
      steps.add(
        "place", "place of each weight's unit, the lowest score first", "places",
        "of equals the first unit first; pruned ones at −1")
      steps.add("kept", "kept where place ≥ k", before + "place >= k")
    }
    steps.add("ŵ", "ŵ = w where kept, else 0", "where(kept, w, 0)")
  }
}
