import Catalog
import Containers
import Encodings
import Networks
import Tensors

/// Plans of a path carried out, each once, and the choice among them.
struct PlanRuns {
  let search: PlanSearch
  let stage: StructureStage
  let path: PlanPath
  /// How many were carried out, of how many at most.
  let progress: (Int, Int) -> Void
  private var done: [Int: PlanSearch.Outcome] = [:]
  /// The first plan of the path that meets the budgets.
  private var firstThatFits: Int?

  init(
    search: PlanSearch, stage: StructureStage, path: PlanPath,
    progress: @escaping (Int, Int) -> Void
  ) {
    self.search = search
    self.stage = stage
    self.path = path
    self.progress = progress
  }

  private var last: Int { path.plans.count - 1 }

  /// What was carried out and measured, in the order of the path.
  var outcomes: [PlanSearch.Outcome] { done.sorted { $0.key < $1.key }.map(\.value) }

  /// The best plan of the path; it may be less accurate than wanted.
  ///
  /// - Throws: `PlanError` when none meets the budgets.
  mutating func choose() throws -> PlanSearch.Outcome {
    if search.goal.isBudgeted { return try mostAccurate() }
    return try smallestAccurate(below: last + 1) ?? outcome(0)
  }

  /// The smallest plan of the path that keeps the accuracy; if that is over the budget, the best.
  ///
  /// - Throws: `PlanError` when none meets the budgets.
  mutating func smallest() throws -> PlanSearch.Outcome {
    if let found = try smallestAccurate(below: last + 1), search.goal.allows(found) {
      return found
    }
    return try choose()
  }

  /// Plans from one end of the path to the other, for the front.
  mutating func runFront(_ points: Int) throws {
    let count = min(points, path.plans.count)
    for point in 0..<count {
      _ = try outcome(count == 1 ? last : point * last / (count - 1))
    }
  }

  /// Plans over the budget, for the smallest that keeps the accuracy.
  mutating func runAccurate() throws {
    guard let firstThatFits else { return }
    _ = try smallestAccurate(below: firstThatFits)
  }

  // MARK: Choosing

  /// Of the first plans that meet the budgets the most accurate one, of equals the smallest.
  ///
  /// As damages add up the first of them hurts least; what really happens to accuracy differs a
  /// little, so as many more are tried as time allows.
  private mutating func mostAccurate() throws -> PlanSearch.Outcome {
    let first = try bisect(0...last) { runs, place in
      // Sizes need no training: masks and formats are what they will be.
      runs.search.goal.allows(try runs.carriedOut(runs.path.plans[place], isTuned: false))
    }
    guard let first else {
      throw tooLarge(try carriedOut(path.plans[last], isTuned: false))
    }
    firstThatFits = first
    var best = PlanChoice(search.goal)
    for place in first...min(last, first + (search.tuning == nil ? 7 : 3)) {
      let outcome = try outcome(place)
      // Training may move a coded length by a few bytes.
      guard search.goal.allows(outcome) else { continue }
      _ = best.add(outcome)
      // Each further try trains again: the first that will do is taken.
      if search.tuning != nil, outcome.accuracy >= search.goal.accuracy ?? 0 { break }
    }
    guard let best = best.best else { throw tooLarge(try outcome(last)) }
    return best
  }

  private func tooLarge(_ least: PlanSearch.Outcome) -> PlanError {
    if let budget = search.goal.bytes, least.bytes > budget {
      return .tooLarge(budget: budget, unit: "B", reached: least.bytes)
    }
    return .tooLarge(
      budget: search.goal.multiplyAdds ?? 0, unit: "multiply-adds", reached: least.multiplyAdds)
  }

  /// The last plan before a place that keeps the accuracy, as if accuracy only fell along the path.
  private mutating func smallestAccurate(below end: Int) throws -> PlanSearch.Outcome? {
    guard let wanted = search.goal.accuracy, end > 0, try outcome(0).accuracy >= wanted else {
      return nil
    }
    let failing = try bisect(0...end - 1) { try $0.outcome($1).accuracy < wanted }
    let edge = (failing ?? end) - 1
    // Accuracy does not fall at each step: a few plans beyond may keep it too.
    if search.tuning == nil, edge + 2 < end {
      for place in edge + 2..<min(end, edge + 8) { _ = try outcome(place) }
    }
    return done.filter { $0.key < end && $0.value.accuracy >= wanted }
      .min { ($0.value.bytes, $0.key) < ($1.value.bytes, $1.key) }?.value
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

  // MARK: Carrying out

  private mutating func outcome(_ place: Int) throws -> PlanSearch.Outcome {
    if let known = done[place] { return known }
    var outcome = try carriedOut(path.plans[place], isTuned: true)
    outcome.accuracy = try outcome.model.evaluate(on: search.data, loss: CrossEntropy()).accuracy
    done[place] = outcome
    progress(done.count, done.count + search.points)
    return outcome
  }

  /// prune → train → number format → train → coder, training only where it is asked for.
  private func carriedOut(_ plan: CompressionPlan, isTuned: Bool) throws -> PlanSearch.Outcome {
    try Work.current.checkpoint()
    var plan = plan
    plan.structure = stage.steps
    var model = stage.model
    for steps in [plan.prunings, plan.codings] where !steps.isEmpty {
      for step in steps { model = try step.apply(to: model) }
      if let tuning = search.tuning { model = try tuning.apply(to: model, trains: isTuned) }
    }
    if search.writesSmall {
      plan = try PlanPacking(model, plan, search.packings).smallest
      for step in plan.packings { model = try step.apply(to: model) }
    }
    return PlanSearch.Outcome(
      plan: plan, model: model, bytes: try Container.encode(model).count,
      multiplyAdds: model.multiplyAdds, effectiveMultiplyAdds: model.effectiveMultiplyAdds,
      accuracy: 0, pipeline: Array(model.steps.dropFirst(search.model.steps.count)))
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
