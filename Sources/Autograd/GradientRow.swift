import Tensors

/// What one row of the table of gradients reads and gives.
struct Row {
  private let kept: Kept
  private let wanted: [Bool]
  /// The first and the second input and the result, where the primitive keeps them.
  let x: Tensor
  let y: Tensor
  let z: Tensor

  /// - Parameter gradient: stands in for what the primitive does not keep, and no row reads.
  init(gradient: Tensor, kept: Kept, wanted: [Bool]) {
    self.kept = kept
    self.wanted = wanted
    x = kept.inputs.first ?? gradient
    y = kept.inputs.count > 1 ? kept.inputs[1] : gradient
    z = kept.output ?? gradient
  }

  /// Gradients of the inputs in their order; one that nobody wants is not computed.
  func give(_ first: @autoclosure () throws -> Tensor) throws -> [Tensor?] {
    [try wanted[0] ? fitted(first(), 0) : nil]
  }

  func give(
    _ first: @autoclosure () throws -> Tensor, _ second: @autoclosure () throws -> Tensor
  ) throws -> [Tensor?] {
    [try wanted[0] ? fitted(first(), 0) : nil, try wanted[1] ? fitted(second(), 1) : nil]
  }

  func give(
    _ first: @autoclosure () throws -> Tensor, _ second: @autoclosure () throws -> Tensor,
    _ third: @autoclosure () throws -> Tensor
  ) throws -> [Tensor?] {
    [
      try wanted[0] ? fitted(first(), 0) : nil, try wanted[1] ? fitted(second(), 1) : nil,
      try wanted[2] ? fitted(third(), 2) : nil,
    ]
  }

  /// The gradients of a convolution; weights and bias come from one kernel.
  func give(_ convolution: Convolution, _ gradient: Tensor) throws -> [Tensor?] {
    let input =
      try wanted[0]
      ? convolution.inputGradient(gradient, weights: y, inputShape: kept.shapes[0]) : nil
    guard wanted[1] || wanted[2] else { return [input, nil, nil] }
    let learned = try convolution.weightGradients(
      gradient, input: x, weightShape: kept.shapes[1])
    return [input, learned.weights, learned.bias]
  }

  /// The gradient of a max pooling goes back to where each maximum stood.
  func give(_ pooling: MaxPooling, _ gradient: Tensor) throws -> [Tensor?] {
    guard wanted[0], let places = kept.places else { return [nil] }
    return [
      try pooling.inputGradient(gradient, places: places, inputShape: kept.shapes[0])
    ]
  }

  /// A gradient summed over the axes along which broadcasting repeated its input.
  private func fitted(_ gradient: Tensor, _ input: Int) throws -> Tensor {
    let shape = kept.shapes[input]
    guard gradient.shape != shape else { return gradient }
    var sum = gradient
    while sum.shape.rank > shape.rank {
      sum = try sum.reduced(.sum, axis: 0, keepingAxis: false)
    }
    for axis in shape.dimensions.indices where shape[axis] == 1 && sum.shape[axis] != 1 {
      sum = try sum.reduced(.sum, axis: axis, keepingAxis: true)
    }
    return sum.shape == shape ? sum : try sum.reshaped(shape)
  }

  /// A gradient repeated along the axis that a reduction removed.
  func spread(_ gradient: Tensor, along axis: Int?) throws -> Tensor {
    let shape = kept.shapes[0]
    guard let axis else { return try .full(shape, gradient[0]) }
    let thin = try gradient.reshaped(shape.replacing(axis: axis, with: 1))
    return try .apply(.multiply, thin, Tensor.full(shape, 1))
  }

  /// How many numbers a reduction takes together.
  func length(_ axis: Int?) -> Float {
    Float(max(1, axis.map { kept.shapes[0][$0] } ?? kept.shapes[0].count))
  }

  /// The parts of a gradient that belong to inputs joined along an axis.
  func pieces(of gradient: Tensor, along axis: Int) throws -> [Tensor?] {
    var start = 0
    return try kept.shapes.enumerated().map { input, shape in
      defer { start += shape[axis] }
      guard wanted[input] else { return nil }
      let whole = gradient.shape.dimensions.map { AxisSelection.range(0..<$0) }
      var selection = whole
      selection[axis] = .range(start..<start + shape[axis])
      return try gradient.sliced(selection)
    }
  }
}

// The signs that rows are written in; all number by number, with broadcasting.

prefix func - (x: Tensor) throws -> Tensor { try x.mapped(.negate) }
func - (x: Tensor, y: Tensor) throws -> Tensor { try .apply(.subtract, x, y) }
func - (x: Tensor, y: Float) throws -> Tensor { try .apply(.subtract, x, y) }
func - (x: Float, y: Tensor) throws -> Tensor { try .apply(.subtract, x, y) }
func * (x: Tensor, y: Tensor) throws -> Tensor { try .apply(.multiply, x, y) }
func * (x: Tensor, y: Float) throws -> Tensor { try .apply(.multiply, x, y) }
func / (x: Tensor, y: Tensor) throws -> Tensor { try .apply(.divide, x, y) }
func / (x: Tensor, y: Float) throws -> Tensor { try .apply(.divide, x, y) }
/// 1 where it holds, else 0.
func >= (x: Tensor, y: Tensor) throws -> Tensor { try .apply(.greaterOrEqual, x, y) }
func > (x: Tensor, y: Tensor) throws -> Tensor { try .apply(.greater, x, y) }
func <= (x: Tensor, y: Tensor) throws -> Tensor { try .apply(.lessOrEqual, x, y) }
func < (x: Tensor, y: Tensor) throws -> Tensor { try .apply(.less, x, y) }
func raised(_ x: Tensor, _ y: Tensor) throws -> Tensor { try .apply(.power, x, y) }
func log(_ x: Tensor) throws -> Tensor { try x.mapped(.logarithm) }
func exp(_ x: Tensor) throws -> Tensor { try x.mapped(.exponential) }
/// The sum over the last axis, which stays with length 1.
func lastSum(_ x: Tensor) throws -> Tensor {
  try x.reduced(.sum, axis: x.shape.rank - 1, keepingAxis: true)
}
/// The permutation that undoes one.
func inverse(_ permutation: [Int]) -> [Int] {
  var inverse = permutation
  for (place, axis) in permutation.enumerated() { inverse[axis] = place }
  return inverse
}
