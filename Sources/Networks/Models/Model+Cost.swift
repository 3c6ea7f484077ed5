import Tensors

extension Model {
  /// Multiply-adds for one example with every weight in place.
  public var multiplyAdds: Int {
    nodes.reduce(0) { $0 &+ $1.layer.multiplyAdds(inputShapes(of: $1)) }
  }

  /// Multiply-adds for one example that a weight other than zero takes part in.
  ///
  /// Every weight of a layer takes part in equally many, so a layer counts its dense ones times
  /// the share of weights that are not zero.
  public var effectiveMultiplyAdds: Int {
    nodes.reduce(0) { sum, node in
      let dense = node.layer.multiplyAdds(inputShapes(of: node))
      guard let weight = node.parameters.first(where: \.isWeight), weight.shape.count > 0 else {
        return sum &+ dense
      }
      return sum &+ dense / weight.shape.count &* weight.value.nonZeroCount
    }
  }

  /// How many weights (biases and norms not counted) are not zero.
  public var nonZeroWeightCount: Int {
    weights.reduce(0) { $0 + $1.parameter.value.nonZeroCount }
  }

  /// How many weights there are, biases and norms not counted.
  public var weightCount: Int { weights.reduce(0) { $0 + $1.parameter.shape.count } }

  func inputShapes(of node: Node) -> [Shape] { node.inputs.map { nodes[$0].outputShape } }
}

extension Tensor {
  /// How many numbers are not zero; NaN is not.
  var nonZeroCount: Int {
    withScalars { scalars in
      var count = 0
      for scalar in scalars where scalar != 0 { count += 1 }
      return count
    }
  }
}
