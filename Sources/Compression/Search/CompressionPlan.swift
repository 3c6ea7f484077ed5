import Networks

/// What is done to a model, and to each of its tensors.
public struct CompressionPlan: Sendable, Hashable {
  /// What is done to a layer's weights, or to one of its biases.
  public struct Part: Sendable, Hashable {
    /// As `layers:` names it: `linear1`, or `linear1.bias`.
    public var layer: String
    /// Whether these are weights, which a step without `layers:` means.
    public var isWeight: Bool
    /// What it loses, if anything; on this layer alone.
    public var pruning: PlanStep?
    /// On which numbers its weights lie, if not on floats.
    public var coding: PlanStep?
    /// How they are written, if not in fields of one width.
    public var packing: PlanStep?

    public init(
      _ layer: String, isWeight: Bool = true, pruning: PlanStep? = nil, coding: PlanStep? = nil,
      packing: PlanStep? = nil
    ) {
      self.layer = layer
      self.isWeight = isWeight
      self.pruning = pruning
      self.coding = coding
      self.packing = packing
    }
  }

  /// Which channels and neurons are removed, before anything else.
  public var structure: [PlanStep]
  /// Those of the layers' weights in their order, then biases.
  public var parts: [Part]

  public init(_ parts: [Part], structure: [PlanStep] = []) {
    self.parts = parts
    self.structure = structure
  }

  /// The prunings of the pipeline; layers that take the same step share a line, and a step of all
  /// layers names none.
  public var prunings: [PlanStep] { merged(parts.filter(\.isWeight), \.pruning) }
  /// The number formats of the pipeline, those of weights first.
  public var codings: [PlanStep] {
    merged(parts.filter(\.isWeight), \.coding)
      + merged(parts.filter { !$0.isWeight }, \.coding, areAll: false)
  }
  /// How the numbers are written, the last lines of the pipeline; a step of all codes biases too
  /// that are on numbers of their own.
  public var packings: [PlanStep] {
    merged(
      parts.filter { $0.coding != nil || $0.pruning != nil || $0.packing != nil }, \.packing)
  }

  private func merged(
    _ parts: [Part], _ step: (Part) -> PlanStep?, areAll: Bool = true
  ) -> [PlanStep] {
    PlanStep.merged(parts.map { (step($0), [$0.layer]) }, areAll: areAll)
  }

  /// The plan with one part as it was given, for what that part alone adds.
  func without(_ layer: String) -> CompressionPlan {
    var plan = self
    for place in plan.parts.indices where plan.parts[place].layer == layer {
      plan.parts[place] = Part(layer, isWeight: plan.parts[place].isWeight)
    }
    return plan
  }
}

extension PlanStep {
  /// Equal steps of several parts as one, in the order in which they come first.
  ///
  /// - Parameters:
  ///   - parts: every part with its layers; one without a step leaves its layers alone.
  ///   - areAll: whether a step without `layers:` means all of them.
  static func merged(
    _ parts: [(step: PlanStep?, layers: [String])], areAll: Bool = true
  ) -> [PlanStep] {
    var order: [PlanStep] = []
    var layers: [PlanStep: [String]] = [:]
    for case (let own?, let names) in parts {
      if layers[own] == nil { order.append(own) }
      layers[own, default: []] += names
    }
    let all = parts.reduce(0) { $0 + $1.layers.count }
    return order.map { own in
      var merged = own
      merged.layers = areAll && layers[own]?.count == all ? nil : layers[own]
      return merged
    }
  }
}
