/// The best of what several searches came to.
struct PlanChoice {
  let goal: PlanSearch.Goal
  private(set) var best: PlanSearch.Outcome?
  private var failures: [PlanError] = []

  init(_ goal: PlanSearch.Goal) { self.goal = goal }

  /// Whether what was found meets the whole goal.
  var isMet: Bool { best.map(isAccurate) ?? false }

  /// Adds what a search finds, or that all it finds is too large.
  ///
  /// - Returns: whether it is the best so far.
  /// - Throws: what stopped the search, which is no answer.
  mutating func add(_ search: () throws -> PlanSearch.Outcome) throws -> Bool {
    do {
      return add(try search())
    } catch let error as PlanError {
      failures.append(error)
      return false
    }
  }

  /// Adds a plan that is within the budgets.
  ///
  /// - Returns: whether it is the best so far.
  mutating func add(_ found: PlanSearch.Outcome) -> Bool {
    guard best.map({ isBetter(found, $0) }) ?? true else { return false }
    best = found
    return true
  }

  /// - Parameters:
  ///   - enough: the smallest file of the wanted accuracy that is known, over the budget.
  ///   - whole: the accuracy of the model as it is, asked for only where nothing is found.
  /// - Throws: of searches that came to nothing, the failure nearest to the goal, of equals the
  ///   first; for a plan that is not accurate, what it reaches.
  func chosen(enough: Int?, whole: () throws -> Double) throws -> PlanSearch.Outcome {
    guard let best else {
      throw failures.dropFirst().reduce(failures.first ?? .nothingToTry) {
        $1.reached < $0.reached ? $1 : $0
      }
    }
    guard isAccurate(best) else {
      throw try PlanError.tooInaccurate(
        wanted: goal.accuracy ?? 0, reached: best.accuracy, bytes: best.bytes, enough: enough,
        whole: whole(), isBudgeted: goal.isBudgeted)
    }
    return best
  }

  func isAccurate(_ plan: PlanSearch.Outcome) -> Bool { plan.accuracy >= goal.accuracy ?? 0 }

  /// Under a budget accuracy counts; without one size, of what is accurate; of equals the other.
  private func isBetter(_ a: PlanSearch.Outcome, _ b: PlanSearch.Outcome) -> Bool {
    if !goal.isBudgeted, isAccurate(a), isAccurate(b), a.bytes != b.bytes {
      return a.bytes < b.bytes
    }
    if a.accuracy != b.accuracy { return a.accuracy > b.accuracy }
    return a.bytes < b.bytes
  }
}

extension PlanSearch.Goal {
  /// Whether something is limited, so that the most accurate plan is wanted, not the smallest.
  var isBudgeted: Bool { bytes != nil || multiplyAdds != nil }

  /// Whether a plan is within the budgets.
  func allows(_ plan: PlanSearch.Outcome) -> Bool {
    plan.bytes <= bytes ?? .max && plan.multiplyAdds <= multiplyAdds ?? .max
  }
}

extension PlanError {
  /// The size of a plan that is too large.
  fileprivate var reached: Int {
    if case .tooLarge(_, _, let reached) = self { reached } else { .max }
  }
}
