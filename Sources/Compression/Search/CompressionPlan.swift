import Networks

/// What is done to a model, and to each layer that has weights.
public struct CompressionPlan: Sendable, Hashable {
  /// One layer's part.
  public struct Part: Sendable, Hashable {
    public var layer: String
    /// What it loses, if anything; on this layer alone.
    public var pruning: PlanStep?
    /// On which numbers its weights lie, if not on floats.
    public var coding: PlanStep?
    /// How they are written, if not in fields of one width.
    public var packing: PlanStep?

    public init(
      _ layer: String, pruning: PlanStep? = nil, coding: PlanStep? = nil, packing: PlanStep? = nil
    ) {
      self.layer = layer
      self.pruning = pruning
      self.coding = coding
      self.packing = packing
    }
  }

  /// Which channels and neurons are removed, before anything else.
  public var structure: [PlanStep]
  /// In the order of the layers.
  public var parts: [Part]

  public init(_ parts: [Part], structure: [PlanStep] = []) {
    self.parts = parts
    self.structure = structure
  }

  /// The prunings of the pipeline; layers that take the same step share a line, and a step of all
  /// layers names none.
  public var prunings: [PlanStep] { merged(\.pruning) }
  /// The number formats of the pipeline.
  public var codings: [PlanStep] { merged(\.coding) }
  /// How the numbers are written, the last lines of the pipeline.
  public var packings: [PlanStep] { merged(\.packing) }

  private func merged(_ step: (Part) -> PlanStep?) -> [PlanStep] {
    PlanStep.merged(parts.map { (step($0), [$0.layer]) })
  }
}

extension PlanStep {
  /// Equal steps of several parts as one, in the order in which they come first.
  ///
  /// - Parameter parts: every part with its layers; one without a step leaves its layers alone.
  static func merged(_ parts: [(step: PlanStep?, layers: [String])]) -> [PlanStep] {
    var order: [PlanStep] = []
    var layers: [PlanStep: [String]] = [:]
    for case (let own?, let names) in parts {
      if layers[own] == nil { order.append(own) }
      layers[own, default: []] += names
    }
    let all = parts.reduce(0) { $0 + $1.layers.count }
    return order.map { own in
      var merged = own
      merged.layers = layers[own]?.count == all ? nil : layers[own]
      return merged
    }
  }
}
