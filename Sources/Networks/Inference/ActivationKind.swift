import Encodings

/// What flows from layer to layer while a model runs.
public enum ActivationKind: Sendable, Hashable, CustomStringConvertible {
  case float32
  /// Codes on grids that calibration found.
  case codes(IntegerFormat)
  /// Floats between layers; each example becomes codes where it enters a layer with weights.
  case dynamic(IntegerFormat)
  /// Floats that hold codes: simulated integers.
  case simulated(IntegerFormat)
  /// Not the same in all layers.
  case mixed

  /// `int8`, `float32, int8 into layers`.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .codes(let format): "\(format)"
    case .dynamic(let format): "float32, \(format) into layers with weights"
    case .simulated(let format): "float32, simulating \(format)"
    case .mixed: "float32 and integers"
    }
  }
}

extension Model {
  /// What flows between the layers of this model.
  public var activationKind: ActivationKind {
    // Of a model with dynamic grids, layers without weights run in float as they are.
    let steps = nodes.compactMap(\.integers)
    guard let first = steps.first else { return .float32 }
    let kinds = Set(steps.map(\.kind))
    guard kinds.count == 1 else { return .mixed }
    if case .fixed = first.activations, steps.count < nodes.count { return .mixed }
    return first.kind
  }
}

extension IntegerStep {
  fileprivate var kind: ActivationKind {
    switch activations {
    case .fixed(let grid): isSimulated ? .simulated(grid.format) : .codes(grid.format)
    case .dynamic(let format): isSimulated ? .simulated(format) : .dynamic(format)
    }
  }
}
