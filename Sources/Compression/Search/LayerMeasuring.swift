import Encodings
import Networks
import Tensors

/// Measures what each layer's weights, and each bias, can bear.
struct LayerMeasuring {
  let model: Model
  let data: LabeledData
  let prunings: [PlanStep]
  let codings: [PlanStep]
  /// What biases may lie on.
  let biasCodings: [PlanStep]
  /// Whether a coder may follow; bits are estimated with the better of both.
  let isCoded: Bool
  /// What all the others have while one is measured; without it they are as they were given.
  var context: CompressionPlan?
  let progress: (Double) -> Void

  /// The options of every part: each pruning with each coding, and neither.
  ///
  /// - Complexity: per part one pass over the data for each pruning and each coding, and one look
  ///   at the codes for each pair of them.
  func options() throws -> [LayerOptions] {
    let parts = model.planParts
    let rest = try model.evaluate(on: data, loss: CrossEntropy()).loss
    return try parts.enumerated().map { place, part in
      let prunings = part.isWeight ? prunings : []
      let codings = part.isWeight ? codings : biasCodings
      let base = try context.map { try $0.without(part.layer).carriedOut(on: model) } ?? model
      let rest = try context == nil ? rest : base.evaluate(on: data, loss: CrossEntropy()).loss
      let whole = Trial(base, damage: 0)
      let pruned = try [whole] + prunings.map { try Trial(of: $0.on(part.layer, base), data, rest) }
      progress((Double(place) + 0.5) / Double(parts.count))
      let coded = try [whole] + codings.map { try Trial(of: $0.on(part.layer, base), data, rest) }
      progress(Double(place + 1) / Double(parts.count))
      var options: [LayerOptions.Option] = []
      for (pruning, first) in zip([nil] + prunings, pruned) {
        try Work.current.checkpoint()
        for (coding, second) in zip([nil] + codings, coded) {
          var own = part
          own.pruning = pruning
          own.coding = coding
          options.append(
            .init(
              part: own, bits: try bits(of: part, pruned: first.model, coded: second.model),
              multiplyAdds: 0, damage: first.damage + second.damage))
        }
      }
      return LayerOptions(options: options)
    }
  }

  /// About what a part takes: the mask of one model, the grids of the other.
  private func bits(of part: CompressionPlan.Part, pruned: Model, coded: Model) throws -> Int {
    try zip(pruned.parameters(of: part), coded.parameters(of: part)).reduce(0) { sum, pair in
      try sum
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
  /// The step on one part alone.
  func on(_ layer: String, _ model: Model) throws -> Model {
    var own = self
    own.layers = [layer]
    return try own.apply(to: model)
  }
}

extension CompressionPlan {
  /// The plan's prunings and number formats, without training and coders.
  func carriedOut(on model: Model) throws -> Model {
    try (prunings + codings).reduce(model) { try $1.apply(to: $0) }
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

  /// A bias shorter than this costs less as floats than the line that would change it.
  private static let shortBias = 16

  /// What a plan decides on one by one: each layer's weights, then biases and what norms learn.
  var planParts: [CompressionPlan.Part] {
    let layers = weightedLayers.map { CompressionPlan.Part($0) }
    let rest = parameters.filter { entry in
      !entry.parameter.isWeight && entry.parameter.isTrainable
        && entry.parameter.shape.count >= Self.shortBias
    }
    return layers + rest.map { CompressionPlan.Part($0.path, isWeight: false) }
  }

  /// The tensors of a part.
  func parameters(of part: CompressionPlan.Part) -> [ParameterEntry] {
    part.isWeight
      ? weights.filter { nodes[$0.node].name == part.layer }
      : parameters.filter { $0.path == part.layer }
  }
}
