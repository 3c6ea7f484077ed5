import Autograd
import Encodings
import Tensors

extension Model.Node {
  /// A result as the layer hands it on when the model runs in integers: rounded to the layer's grid.
  ///
  ///     y = s · (clamp(rne(x/s) + z) − z)
  ///     ∂L/∂x = ∂L/∂y · 1[q_min ≤ rne(x/s) + z ≤ q_max]
  ///
  /// So a training sees what integers will cost. Sums are float32 here and int32 there; both are
  /// rounded to one grid. A layer without a fixed grid hands on what it computed.
  ///
  /// - Source: Jacob et al., 2018, §3, <https://arxiv.org/abs/1712.05877>; the mask as PyTorch's.
  func onGrid(_ result: Variable) throws -> Variable {
    guard let grid = integers?.grid else { return result }
    return try .apply(.custom(grid.rounding), [result])
  }
}

extension ActivationGrid {
  /// The steps of 0's distance to the lowest and to the highest code.
  private var bounds: ClosedRange<Float> { Float(-byteZero)...Float(byteHighest - byteZero) }

  /// Rounding to the grid, and the gradient that passes straight through it where nothing is clipped.
  var rounding: CustomGradient {
    CustomGradient("activation grid") { inputs in
      try map(inputs[0]) { value, _ in self.value(ofByte: byte(of: value)) }
    } pullback: { gradient, inputs in
      let bounds = bounds
      return [
        try gradient.withScalars { gradient in
          try map(inputs[0]) { value, index in
            bounds.contains((value / scale).rounded(.toNearestOrEven)) ? gradient[index] : 0
          }
        }
      ]
    }
  }

  private func map(_ x: Tensor, _ number: (Float, Int) -> Float) throws -> Tensor {
    try Tensor(unsafeUninitialized: x.shape) { target in
      x.withScalars { scalars in
        for index in scalars.indices { target[index] = number(scalars[index], index) }
      }
    }
  }
}

extension Model {
  /// The model whose integer biases and sums fit the weights it has now.
  ///
  /// - Throws: `IntegerError` for a layer that cannot sum in integers any more.
  func withIntegersOfWeights() throws -> Model {
    guard runsInIntegers else { return self }
    var model = self
    // Codes that are there count as known, and these are of the weights before.
    for place in nodes.indices where nodes[place].integers?.bias != nil {
      model.nodes[place].integers?.bias = nil
      model.nodes[place].identity = Node.Identity()
    }
    let grids = nodes.compactMap { $0.integers?.grid }
    if grids.count == nodes.count { model = try model.biasesFitting(grids) }
    return try model.withBiasCodes()
  }
}
