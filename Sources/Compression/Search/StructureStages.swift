import Networks
import Tensors

/// A model with channels and neurons removed, that the layers' part of a plan starts from.
struct StructureStage {
  /// What was removed, as lines of the pipeline.
  var steps: [PlanStep]
  var model: Model
}

/// Finds which channels and neurons to remove, and how many.
///
/// Every group of units that depend on one another is tried alone with every share. From there on it
/// goes as with layers: the step that hurts least per unit of cost saved comes first (`PlanPath`).
/// Removing units changes what neighbouring layers have, so it comes before all that is done to
/// single weights, and its true cost is counted on the model that is left.
struct StructureStages {
  let model: Model
  let data: LabeledData
  let goal: PlanSearch.Goal
  let shares: [Int]
  let progress: (Double) -> Void

  /// What each group of units loses, by the layers that make them.
  private typealias Removal = [(step: PlanStep?, layers: [String])]

  /// The models to go on from, that with all its units first unless it has too many multiply-adds.
  ///
  /// Under a budget of multiply-adds groups are measured again around the best removal, since what
  /// one can lose depends on what the others have lost; the models come by their loss.
  ///
  /// - Parameters:
  ///   - count: how many there are at most.
  ///   - refinements: how often groups are measured again at most.
  /// - Throws: `PlanError.tooLarge` when no removal comes down to the multiply-adds wanted.
  /// - Complexity: one pass over the data for each group and share, and as many each time again.
  func stages(count: Int, refinements: Int) throws -> [StructureStage] {
    guard let budget = goal.multiplyAdds else { return try spread(path(), count) }
    var best = try affordable(path(), budget, count)
    for _ in 0..<refinements {
      let again = try affordable(path(around: best[0].removal), budget, count)
      guard again[0].loss < best[0].loss else { break }
      best = Array((again + best).prefix(count))
    }
    return best.map(\.stage)
  }

  private typealias Found = (removal: Removal, stage: StructureStage, loss: Double)

  /// The first removals of a path that come down to a budget, by their loss; of equals the first.
  private func affordable(_ path: [Removal], _ budget: Int, _ count: Int) throws -> [Found] {
    var (low, high) = (0, path.count)
    while low < high {
      let middle = (low + high) / 2
      if try stage(path[middle]).model.multiplyAdds <= budget {
        high = middle
      } else {
        low = middle + 1
      }
    }
    guard low < path.count else {
      throw PlanError.tooLarge(
        budget: budget, unit: "multiply-adds",
        reached: try stage(path[path.count - 1]).model.multiplyAdds)
    }
    var found: [(place: Int, own: Found)] = []
    for place in low..<min(path.count, low + 2 * count) {
      let stage = try stage(path[place])
      guard stage.model.multiplyAdds <= budget else { continue }
      let loss = try stage.model.evaluate(on: data, loss: CrossEntropy()).loss
      found.append((place, (path[place], stage, loss.isFinite ? loss : .infinity)))
    }
    found.sort { ($0.own.loss, $0.place) < ($1.own.loss, $1.place) }
    return found.prefix(count).map(\.own)
  }

  /// Removals from none to the most.
  ///
  /// - Parameter known: what the other groups have lost while one is measured.
  private func path(around known: Removal? = nil) throws -> [Removal] {
    let groups = try options(around: known)
    let key: (LayerOptions.Option) -> Double =
      goal.multiplyAdds == nil ? { Double($0.bits) } : { Double($0.multiplyAdds) }
    let layers = groups.map(\.layers)
    return PlanPath(groups.map(\.options), cost: key).plans.map { plan in
      zip(plan.parts, layers).map { ($0.0.pruning, $0.1) }
    }
  }

  /// The model as it is, and those nearest to equal parts of its parameters.
  private func spread(_ path: [Removal], _ count: Int) throws -> [StructureStage] {
    var chosen = [StructureStage(steps: [], model: model)]
    var next = 1
    for removal in path where next < count {
      let stage = try stage(removal)
      let left = Double(stage.model.parameterCount) / Double(max(1, model.parameterCount))
      guard left <= 1 - Double(next) / Double(count) else { continue }
      chosen.append(stage)
      while next < count, left <= 1 - Double(next) / Double(count) { next += 1 }
    }
    return chosen
  }

  private func stage(_ removal: Removal) throws -> StructureStage {
    let steps = PlanStep.merged(removal)
    return StructureStage(steps: steps, model: try steps.reduce(model) { try $1.apply(to: $0) })
  }

  /// Every group, each share of it gone, and none, while the others are as they are known.
  private func options(
    around known: Removal?
  ) throws -> [(layers: [String], options: LayerOptions)] {
    let groups = try model.channelGroups.filter { group in
      group.units.count > 1
        && group.producers.allSatisfy { model.nodes[$0].parameters.contains(where: \.isWeight) }
    }
    guard !groups.isEmpty else { return [] }
    return try groups.enumerated().compactMap { place, group in
      let layers = group.producers.map { model.nodes[$0].name }
      let name = layers.joined(separator: " + ")
      let base =
        try known.map { try stage($0.map { $0.layers == layers ? (nil, layers) : $0 }).model }
        ?? model
      let rest = try base.evaluate(on: data, loss: CrossEntropy()).loss
      var options = [option(name, nil, Trial(base, damage: 0))]
      for share in shares {
        try Work.current.checkpoint()
        var step = PlanStep.prune(
          percent: share, structure: group.kind == .filter ? "channels" : "neurons")
        step.layers = layers
        do {
          let trial = try Trial(of: step.apply(to: base), data, rest)
          step.layers = nil
          options.append(option(name, step, trial))
        } catch is StructureError {
          // Scales shared across units, say: this group stays whole.
          return nil
        }
      }
      progress(Double(place + 1) / Double(groups.count))
      return (layers, LayerOptions(options: options))
    }
  }

  private func option(_ name: String, _ step: PlanStep?, _ trial: Trial) -> LayerOptions.Option {
    .init(
      part: .init(name, pruning: step), bits: 32 * trial.model.parameterCount,
      multiplyAdds: trial.model.multiplyAdds, damage: trial.damage)
  }
}
