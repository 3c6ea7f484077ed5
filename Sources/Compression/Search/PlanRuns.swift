import Catalog
import Containers
import Networks
import Tensors

/// Plans of a path carried out, each once, and the choice among them.
struct PlanRuns {
  let search: PlanSearch
  let path: PlanPath
  /// How many were carried out, of how many at most.
  let progress: (Int, Int) -> Void
  private var done: [Int: PlanSearch.Outcome] = [:]

  init(search: PlanSearch, path: PlanPath, progress: @escaping (Int, Int) -> Void) {
    self.search = search
    self.path = path
    self.progress = progress
  }

  private var last: Int { path.plans.count - 1 }

  mutating func choose() throws -> PlanSearch.Result {
    let chosen: PlanSearch.Outcome
    if search.goal.bytes != nil || search.goal.multiplyAdds != nil {
      chosen = try cheapEnough()
    } else {
      chosen = try smallestThatIsAccurate()
    }
    try runFront()
    return PlanSearch.Result(chosen: chosen, front: front(with: chosen))
  }

  // MARK: Choosing

  /// The first plan that meets the budgets; it is the one of them that hurts least.
  private mutating func cheapEnough() throws -> PlanSearch.Outcome {
    let first = try bisect(0...last) { runs, place in
      // Sizes need no training: masks and formats are what they will be.
      runs.fits(try runs.carriedOut(runs.path.plans[place], isTuned: false))
    }
    guard let first else {
      let least = try carriedOut(path.plans[last], isTuned: false)
      if let budget = search.goal.bytes, least.bytes > budget {
        throw PlanError.tooLarge(budget: budget, unit: "B", reached: least.bytes)
      }
      throw PlanError.tooLarge(
        budget: search.goal.multiplyAdds ?? 0, unit: "multiply-adds", reached: least.multiplyAdds)
    }
    var best: PlanSearch.Outcome?
    for place in first...last {
      let outcome = try outcome(place)
      // Training may move a coded length by a few bytes.
      guard fits(outcome) else { continue }
      if best.map({ outcome.accuracy > $0.accuracy }) ?? true { best = outcome }
      guard let wanted = search.goal.accuracy, outcome.accuracy < wanted else { return outcome }
      // A plan further on rarely is more accurate; a few are tried.
      if place >= first + 3 { break }
    }
    let reached = best.map(\.accuracy) ?? 0
    throw PlanError.tooInaccurate(
      wanted: search.goal.accuracy ?? 0, reached: reached, bytes: best?.bytes ?? 0,
      enough: try smallestAccurate(below: first).map(\.bytes), isBudgeted: true)
  }

  private mutating func smallestThatIsAccurate() throws -> PlanSearch.Outcome {
    if let found = try smallestAccurate(below: last + 1) { return found }
    let best = try outcome(0)
    throw PlanError.tooInaccurate(
      wanted: search.goal.accuracy ?? 0, reached: best.accuracy, bytes: best.bytes, enough: nil,
      isBudgeted: false)
  }

  /// The last plan before a place that keeps the accuracy, as if accuracy only fell along the path.
  private mutating func smallestAccurate(below end: Int) throws -> PlanSearch.Outcome? {
    guard let wanted = search.goal.accuracy, end > 0, try outcome(0).accuracy >= wanted else {
      return nil
    }
    let failing = try bisect(0...end - 1) { try $0.outcome($1).accuracy < wanted }
    return try outcome((failing ?? end) - 1)
  }

  private func fits(_ outcome: PlanSearch.Outcome) -> Bool {
    outcome.bytes <= search.goal.bytes ?? .max
      && outcome.multiplyAdds <= search.goal.multiplyAdds ?? .max
  }

  /// The first place of which something holds that holds from some place on; `nil` for none.
  private mutating func bisect(
    _ places: ClosedRange<Int>, _ holds: (inout PlanRuns, Int) throws -> Bool
  ) throws -> Int? {
    var (low, high) = (places.lowerBound, places.upperBound + 1)
    while low < high {
      let middle = (low + high) / 2
      if try holds(&self, middle) { high = middle } else { low = middle + 1 }
    }
    return low > places.upperBound ? nil : low
  }

  // MARK: The front

  private mutating func runFront() throws {
    let count = min(search.points, path.plans.count)
    for point in 0..<count {
      _ = try outcome(count == 1 ? last : point * last / (count - 1))
    }
  }

  /// What no other beats in both size and accuracy, the chosen one always among them.
  private func front(with chosen: PlanSearch.Outcome) -> [PlanSearch.Outcome] {
    let all = done.sorted { $0.key < $1.key }.map(\.value)
    return all.filter { own in
      own.plan == chosen.plan
        || !all.contains {
          $0.bytes <= own.bytes && $0.accuracy >= own.accuracy
            && ($0.bytes < own.bytes || $0.accuracy > own.accuracy)
        }
    }
    .sorted { $0.bytes < $1.bytes }
  }

  // MARK: Carrying out

  private mutating func outcome(_ place: Int) throws -> PlanSearch.Outcome {
    if let known = done[place] { return known }
    var outcome = try carriedOut(path.plans[place], isTuned: true)
    outcome.accuracy = try outcome.model.evaluate(on: search.data, loss: CrossEntropy()).accuracy
    done[place] = outcome
    progress(done.count, done.count + search.points)
    return outcome
  }

  /// prune → train → number format → train → packing, training only where it is asked for.
  private func carriedOut(_ plan: CompressionPlan, isTuned: Bool) throws -> PlanSearch.Outcome {
    try Work.current.checkpoint()
    var model = search.model
    let before = model.steps.count
    for steps in [plan.steps.pruning, plan.steps.coding] where !steps.isEmpty {
      for step in steps { model = try step.apply(to: model) }
      if let tuning = search.tuning { model = try tuning.apply(to: model, trains: isTuned) }
    }
    if let packing = search.packing { model = try packing.apply(to: model) }
    return PlanSearch.Outcome(
      plan: plan, model: model, bytes: try Container.encode(model).count,
      multiplyAdds: model.effectiveMultiplyAdds, accuracy: 0,
      pipeline: Array(model.steps.dropFirst(before)))
  }
}

extension PlanSearch.Tuning {
  /// The line as it is pasted.
  var text: String { "train(on: \(dataText), epochs: \(epochs), seed: \(seed))" }

  /// The model after training with the defaults of `train`, and the line in its recipe.
  func apply(to model: Model, trains: Bool) throws -> Model {
    var tuned = model
    if trains {
      var random = Random(seed: UInt64(bitPattern: Int64(seed)))
      tuned = try model.train(
        on: data,
        TrainingOptions(epochs: epochs, optimizer: try Adam(Settings()), loss: CrossEntropy()),
        random: &random)
    }
    tuned.steps = model.steps + [text]
    return tuned
  }
}
