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

  /// - Throws: `PlanError` when no plan of the path meets the goal.
  mutating func choose() throws -> PlanSearch.Outcome {
    let isBudgeted = search.goal.bytes != nil || search.goal.multiplyAdds != nil
    return isBudgeted ? try cheapEnough() : try smallestThatIsAccurate()
  }

  /// Plans from one end of the path to the other, for the front.
  mutating func runFront(_ points: Int) throws {
    let count = min(points, path.plans.count)
    for point in 0..<count {
      _ = try outcome(count == 1 ? last : point * last / (count - 1))
    }
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
    guard let best else {
      let least = try outcome(last)
      throw PlanError.tooLarge(
        budget: search.goal.bytes ?? 0, unit: "B", reached: least.bytes)
    }
    throw PlanError.tooInaccurate(
      wanted: search.goal.accuracy ?? 0, reached: best.accuracy, bytes: best.bytes,
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
      for place in plan.parts.indices {
        plan.parts[place].packing = try smallestPacking(of: plan.parts[place].layer, model)
      }
      for step in plan.packings { model = try step.apply(to: model) }
    }
    return PlanSearch.Outcome(
      plan: plan, model: model, bytes: try Container.encode(model).count,
      multiplyAdds: model.multiplyAdds, effectiveMultiplyAdds: model.effectiveMultiplyAdds,
      accuracy: 0, pipeline: Array(model.steps.dropFirst(search.model.steps.count)))
  }

  /// The coder that writes a layer's weights smallest; of equals the plainer.
  private func smallestPacking(of layer: String, _ model: Model) throws -> PlanStep? {
    let tensors = try model.weights.filter { model.nodes[$0.node].name == layer }
      .map { try $0.parameter.value.encoded }
    var best: (step: PlanStep?, bytes: Int) = (nil, tensors.reduce(0) { $0 + $1.bytes })
    for packing in search.packings {
      let verb = try packing.weightVerb()
      var random = Random(seed: 0)
      do {
        let bytes = try tensors.reduce(0) { try $0 + verb($1, [:], random: &random).bytes }
        // The recipe holds the line too.
        let cost = bytes + packing.text.utf8.count
        if cost < best.bytes { best = (packing, cost) }
      } catch is EncodeError, is EncodingError {
        // It cannot write this layer: plain floats have no codes.
      }
    }
    return best.step
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
