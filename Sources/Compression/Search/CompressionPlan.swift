import Networks

/// What is done to each layer that has weights.
public struct CompressionPlan: Sendable, Hashable {
  /// One layer's part.
  public struct Part: Sendable, Hashable {
    public var layer: String
    /// What it loses, if anything; on this layer alone.
    public var pruning: PlanStep?
    /// On which numbers its weights lie, if not on floats.
    public var coding: PlanStep?

    public init(_ layer: String, pruning: PlanStep? = nil, coding: PlanStep? = nil) {
      self.layer = layer
      self.pruning = pruning
      self.coding = coding
    }
  }

  /// In the order of the layers.
  public var parts: [Part]

  public init(_ parts: [Part]) { self.parts = parts }

  /// The steps of the pipeline: all prunings, then all codings; layers that take the same step
  /// share a line, and a step of all layers names none.
  public var steps: (pruning: [PlanStep], coding: [PlanStep]) {
    (merged(\.pruning), merged(\.coding))
  }

  private func merged(_ step: (Part) -> PlanStep?) -> [PlanStep] {
    var order: [PlanStep] = []
    var layers: [PlanStep: [String]] = [:]
    for part in parts {
      guard let own = step(part) else { continue }
      if layers[own] == nil { order.append(own) }
      layers[own, default: []].append(part.layer)
    }
    return order.map { own in
      var merged = own
      merged.layers = layers[own]?.count == parts.count ? nil : layers[own]
      return merged
    }
  }
}
