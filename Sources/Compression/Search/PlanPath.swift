import Encodings
import Networks
import Tensors

/// The ways one layer can be compressed, with what each costs and how much it hurts.
struct LayerOptions: Sendable {
  struct Option: Sendable, Equatable {
    var part: CompressionPlan.Part
    /// Bits of the stored weights.
    var bits: Int
    /// Multiply-adds in which a weight other than zero takes part.
    var multiplyAdds: Int
    /// How much the loss grows, pruning and coding measured apart and added up; at least 0.
    var damage: Double
  }

  var options: [Option]

  /// The options that are best for some price of a unit of cost: the lower convex hull, from the
  /// one that hurts least to the cheapest.
  ///
  /// - Parameter cost: of an option; what the budget counts.
  func hull(_ cost: (Option) -> Double) -> [Option] {
    var hull: [Option] = []
    for option in staircase(cost) {
      while hull.count >= 2 {
        let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
        // b lies above the line from a to the new one: it is never the best.
        let own = (b.damage - a.damage) * (cost(a) - cost(option))
        guard own >= (option.damage - a.damage) * (cost(a) - cost(b)) else { break }
        hull.removeLast()
      }
      hull.append(option)
    }
    return hull
  }

  /// The options that none beats in both cost and damage, from the one that hurts least to the
  /// cheapest; of equals the earlier one.
  func staircase(_ cost: (Option) -> Double) -> [Option] {
    let sorted = options.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      if a.damage != b.damage { return a.damage < b.damage }
      let (x, y) = (cost(a), cost(b))
      return x != y ? x < y : left.offset < right.offset
    }
    var stairs: [Option] = []
    for (_, option) in sorted where stairs.last.map({ cost(option) < cost($0) }) ?? true {
      stairs.append(option)
    }
    return stairs
  }
}

/// Plans from the one that hurts least to the cheapest, each a step of one layer from the last.
///
/// Each step is the one that hurts least per unit of cost saved, so every plan on the way is the
/// best of its cost as far as damages of layers add up: the greedy solution of the knapsack, which
/// is exact on convex hulls (Fox, 1966, Management Science 13.3). A step of one large layer may
/// leave a wide gap, so the options between its two ends stand on the path as well.
struct PlanPath: Sendable {
  private(set) var plans: [CompressionPlan] = []

  /// - Parameter cost: what the budget counts, of one option.
  init(_ layers: [LayerOptions], cost: (LayerOptions.Option) -> Double) {
    let hulls = layers.map { $0.hull(cost) }
    let stairs = layers.map { $0.staircase(cost) }
    var places = hulls.map { _ in 0 }
    // No layer is without options: leaving it as it is is one.
    var parts = hulls.compactMap { $0.first?.part }
    guard parts.count == hulls.count else { return }
    plans.append(CompressionPlan(parts))
    while true {
      var best: (layer: Int, price: Double)?
      for (layer, hull) in hulls.enumerated() where places[layer] + 1 < hull.count {
        let (now, next) = (hull[places[layer]], hull[places[layer] + 1])
        let saved = cost(now) - cost(next)
        let price = (next.damage - now.damage) / saved
        // Of equal prices the first layer's.
        if best.map({ price < $0.price }) ?? true { best = (layer, price) }
      }
      guard let best else { return }
      let (now, next) = (
        hulls[best.layer][places[best.layer]], hulls[best.layer][places[best.layer] + 1]
      )
      places[best.layer] += 1
      for option in stairs[best.layer]
      where cost(option) < cost(now) && cost(option) >= cost(next) {
        parts[best.layer] = option.part
        plans.append(CompressionPlan(parts))
      }
    }
  }
}

/// Measures what each layer can bear.
struct LayerMeasuring {
  let model: Model
  let data: LabeledData
  let prunings: [PlanStep]
  let codings: [PlanStep]
  /// What ends every pipeline; bits are counted after it.
  let packing: PlanStep?
  let progress: (Double) -> Void

  /// The options of every layer with weights: each pruning with each coding, and neither.
  ///
  /// - Complexity: per layer one pass over the data for each pruning and each coding, and one
  ///   encoding for each pair of them.
  func options() throws -> [LayerOptions] {
    let names = model.weightedLayers
    let rest = try loss(of: model)
    return try names.enumerated().map { place, name in
      let hurtByPruning = try prunings.map { try damage($0, name, rest) }
      progress((Double(place) + 0.5) / Double(names.count))
      let hurtByCoding = try codings.map { try damage($0, name, rest) }
      progress(Double(place + 1) / Double(names.count))
      var options: [LayerOptions.Option] = []
      for (pruning, first) in zip([nil] + prunings, [0] + hurtByPruning) {
        let pruned = try pruning?.on(name, model) ?? model
        for (coding, second) in zip([nil] + codings, [0] + hurtByCoding) {
          try Work.current.checkpoint()
          var coded = try coding?.on(name, pruned) ?? pruned
          if let packing { coded = try packing.on(name, coded) }
          options.append(
            .init(
              part: .init(name, pruning: pruning, coding: coding),
              bits: try coded.storedBits(of: name),
              multiplyAdds: coded.effectiveMultiplyAdds, damage: first + second))
        }
      }
      return LayerOptions(options: options)
    }
  }

  /// A loss that is not finite hurts more than any other.
  private func damage(_ step: PlanStep, _ layer: String, _ rest: Double) throws -> Double {
    let loss = try loss(of: step.on(layer, model))
    return loss.isFinite ? max(0, loss - rest) : .greatestFiniteMagnitude / 4
  }

  private func loss(of model: Model) throws -> Double {
    try model.evaluate(on: data, loss: CrossEntropy()).loss
  }
}

extension PlanStep {
  /// The step on one layer alone.
  func on(_ layer: String, _ model: Model) throws -> Model {
    var own = self
    own.layers = [layer]
    return try own.apply(to: model)
  }
}

extension Model {
  /// The layers that have weights, in order.
  public var weightedLayers: [String] {
    var names: [String] = []
    for entry in weights where names.last != nodes[entry.node].name {
      names.append(nodes[entry.node].name)
    }
    return names
  }

  /// The bits of a layer's weights in a file, headers included.
  func storedBits(of layer: String) throws -> Int {
    try weights.reduce(0) { sum, entry in
      guard nodes[entry.node].name == layer else { return sum }
      let encoded = try entry.parameter.value.encoded
      return sum + 8 * encoded.header().count + encoded.footprint.totalBits
    }
  }
}
