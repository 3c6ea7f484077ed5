/// The best of what several searches came to.
struct PlanChoice {
  private let goal: PlanSearch.Goal
  private var best: PlanSearch.Outcome?
  private var failures: [PlanError] = []
  private var stopped: (any Error)?
  /// Whether what was added last is the best so far.
  private(set) var isLastBest = false

  init(_ goal: PlanSearch.Goal) { self.goal = goal }

  var isEmpty: Bool { best == nil }

  /// Adds what a search finds, or that it finds nothing.
  mutating func add(_ search: () throws -> PlanSearch.Outcome) {
    do {
      let found = try search()
      isLastBest = best.map { isBetter(found, $0) } ?? true
      if isLastBest { best = found }
    } catch let error as PlanError {
      isLastBest = false
      failures.append(error)
    } catch {
      stopped = error
    }
  }

  /// - Throws: what stopped a search, which is no answer.
  func rethrow() throws { if let stopped { throw stopped } }

  /// - Throws: the failure that came nearest to the goal, of equals the first.
  func chosen() throws -> PlanSearch.Outcome {
    if let best { return best }
    throw failures.dropFirst().reduce(failures.first ?? .nothingToTry) {
      $1.distance < $0.distance ? $1 : $0
    }
  }

  /// Under a budget accuracy counts, without one size; of equals the other, then the earlier.
  private func isBetter(_ a: PlanSearch.Outcome, _ b: PlanSearch.Outcome) -> Bool {
    let isBudgeted = goal.bytes != nil || goal.multiplyAdds != nil
    if isBudgeted, a.accuracy != b.accuracy { return a.accuracy > b.accuracy }
    if a.bytes != b.bytes { return a.bytes < b.bytes }
    return a.accuracy > b.accuracy
  }
}

extension PlanError {
  /// How far a failure is from the goal: within the budget first, then by accuracy or size.
  fileprivate var distance: Double {
    switch self {
    case .tooInaccurate(let wanted, let reached, _, _, _): wanted - reached
    case .tooLarge(_, _, let reached): 1 + Double(reached)
    default: .infinity
    }
  }
}
