import Encodings

/// How one layer runs when its model runs in integers.
public struct IntegerStep: Sendable, Hashable {
  /// Where the grid of a layer comes from.
  public enum Activations: Sendable, Hashable {
    /// Results are codes on this grid, found by calibration.
    case fixed(ActivationGrid)
    /// Each example that enters gets the grid of its own range; results are floats again.
    case dynamic(IntegerFormat)
  }

  public var activations: Activations
  /// The same arithmetic on floats that hold the codes; claims no size and no speed.
  public var isSimulated: Bool
  /// The bias as int32 codes of scale s_x · s_w, once the layer has weights.
  public var bias: [Int32]?

  public init(_ activations: Activations, isSimulated: Bool = false, bias: [Int32]? = nil) {
    self.activations = activations
    self.isSimulated = isSimulated
    self.bias = bias
  }

  /// The grid, unless it is found anew for each example.
  public var grid: ActivationGrid? {
    if case .fixed(let grid) = activations { grid } else { nil }
  }
}

/// Which grid a layer's results lie on.
public enum OutputGrid: Sendable, Hashable {
  /// The range that calibration saw.
  case measured
  /// The grid of the input: the layer only moves or picks codes.
  case input
  /// Always these numbers, whatever was seen; the last code lies just below `highest` when the
  /// range has 2^bits steps: softmax 0…1 has the scale 1/256, tanh −1…1 the scale 1/128.
  case steps(lowest: Float, highest: Float)
}

extension Model {
  /// The model whose layers run as these steps say, by node; others run in float.
  ///
  /// - Throws: `AssemblyError.integers` when there are not as many steps as layers.
  public func running(_ steps: [IntegerStep?]) throws -> Model {
    guard steps.count == nodes.count else {
      throw AssemblyError.integers("\(steps.count) grids", wanted: "\(nodes.count)")
    }
    var model = self
    for place in nodes.indices where nodes[place].integers != steps[place] {
      model.nodes[place].integers = steps[place]
      model.nodes[place].identity = Node.Identity()
    }
    return model
  }

  /// The model without activation grids: every layer runs in float again.
  public var runningInFloat: Model {
    var model = self
    for place in nodes.indices where nodes[place].integers != nil {
      model.nodes[place].integers = nil
      model.nodes[place].identity = Node.Identity()
    }
    return model
  }

  /// Whether any layer runs in integers, simulated or not.
  public var runsInIntegers: Bool { nodes.contains { $0.integers != nil } }
}
