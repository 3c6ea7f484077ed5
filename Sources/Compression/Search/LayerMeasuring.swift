import Encodings
import Networks
import Tensors

/// Measures what each layer can bear.
struct LayerMeasuring {
  let model: Model
  let data: LabeledData
  let prunings: [PlanStep]
  let codings: [PlanStep]
  /// Whether a coder may follow; bits are estimated with the better of both.
  let isCoded: Bool
  let progress: (Double) -> Void

  /// The options of every layer with weights: each pruning with each coding, and neither.
  ///
  /// - Complexity: per layer one pass over the data for each pruning and each coding, and one look
  ///   at the codes for each pair of them.
  func options() throws -> [LayerOptions] {
    let names = model.weightedLayers
    let rest = try model.evaluate(on: data, loss: CrossEntropy()).loss
    return try names.enumerated().map { place, name in
      let whole = Trial(model, damage: 0)
      let pruned = try [whole] + prunings.map { try Trial(of: $0.on(name, model), data, rest) }
      progress((Double(place) + 0.5) / Double(names.count))
      let coded = try [whole] + codings.map { try Trial(of: $0.on(name, model), data, rest) }
      progress(Double(place + 1) / Double(names.count))
      var options: [LayerOptions.Option] = []
      for (pruning, first) in zip([nil] + prunings, pruned) {
        try Work.current.checkpoint()
        for (coding, second) in zip([nil] + codings, coded) {
          options.append(
            .init(
              part: .init(name, pruning: pruning, coding: coding),
              bits: try bits(of: name, pruned: first.model, coded: second.model),
              multiplyAdds: 0, damage: first.damage + second.damage))
        }
      }
      return LayerOptions(options: options)
    }
  }

  /// About what a layer's weights take: the mask of one model, the grids of the other.
  private func bits(of layer: String, pruned: Model, coded: Model) throws -> Int {
    try zip(pruned.weights, coded.weights).reduce(0) { sum, pair in
      guard model.nodes[pair.0.node].name == layer else { return sum }
      return try sum
        + StorageEstimate(
          pair.1.parameter.value.encoded, kept: pair.0.parameter.value.encoded.kept,
          isCoded: isCoded
        ).bits
    }
  }
}

/// A model that something was tried on, and how much its loss grew; at least 0.
struct Trial {
  var model: Model
  var damage: Double

  init(_ model: Model, damage: Double) {
    self.model = model
    self.damage = damage
  }

  /// - Parameter rest: the loss before. One that is not finite hurts more than any other.
  init(of model: Model, _ data: LabeledData, _ rest: Double) throws {
    let loss = try model.evaluate(on: data, loss: CrossEntropy()).loss
    self.init(model, damage: loss.isFinite ? max(0, loss - rest) : .greatestFiniteMagnitude / 4)
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
}
