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

  /// The models to go on from, that with all its units first unless it has too many multiply-adds.
  ///
  /// - Parameter count: how many there are at most.
  /// - Throws: `PlanError.tooLarge` when no removal comes down to the multiply-adds wanted.
  /// - Complexity: one pass over the data for each group and share.
  func stages(count: Int) throws -> [StructureStage] {
    let path = try path()
    guard let budget = goal.multiplyAdds else { return try spread(path, count) }
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
    return try (low..<min(path.count, low + count)).map { try stage(path[$0]) }
  }

  /// Removals from none to the most, each the steps of one plan.
  private func path() throws -> [[PlanStep]] {
    let groups = try options()
    let key: (LayerOptions.Option) -> Double =
      goal.multiplyAdds == nil ? { Double($0.bits) } : { Double($0.multiplyAdds) }
    let layers = groups.map(\.layers)
    return PlanPath(groups.map(\.options), cost: key).plans.map { plan in
      PlanStep.merged(zip(plan.parts, layers).map { ($0.0.pruning, $0.1) })
    }
  }

  /// The model as it is, and those nearest to equal parts of its parameters.
  private func spread(_ path: [[PlanStep]], _ count: Int) throws -> [StructureStage] {
    var chosen = [StructureStage(steps: [], model: model)]
    var next = 1
    for steps in path where next < count {
      let stage = try stage(steps)
      let left = Double(stage.model.parameterCount) / Double(max(1, model.parameterCount))
      guard left <= 1 - Double(next) / Double(count) else { continue }
      chosen.append(stage)
      while next < count, left <= 1 - Double(next) / Double(count) { next += 1 }
    }
    return chosen
  }

  private func stage(_ steps: [PlanStep]) throws -> StructureStage {
    StructureStage(steps: steps, model: try steps.reduce(model) { try $1.apply(to: $0) })
  }

  /// Every group alone, each share of it gone, and none.
  private func options() throws -> [(layers: [String], options: LayerOptions)] {
    let groups = try model.channelGroups.filter { group in
      group.units.count > 1
        && group.producers.allSatisfy { model.nodes[$0].parameters.contains(where: \.isWeight) }
    }
    guard !groups.isEmpty else { return [] }
    let rest = try model.evaluate(on: data, loss: CrossEntropy()).loss
    return try groups.enumerated().compactMap { place, group in
      let layers = group.producers.map { model.nodes[$0].name }
      let name = layers.joined(separator: " + ")
      var options = [option(name, nil, Trial(model, damage: 0))]
      for share in shares {
        try Work.current.checkpoint()
        var step = PlanStep.prune(
          percent: share, structure: group.kind == .filter ? "channels" : "neurons")
        step.layers = layers
        do {
          let trial = try Trial(of: step.apply(to: model), data, rest)
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
