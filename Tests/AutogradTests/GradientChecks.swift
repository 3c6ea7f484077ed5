import Tensors
import TestSupport

@testable import Autograd

/// One case that the gradient of a primitive is checked on.
struct GradientCheck {
  var primitive: Primitive
  var inputs: [Tensor]

  init(_ primitive: Primitive, _ inputs: [Tensor]) {
    self.primitive = primitive
    self.inputs = inputs
  }
}

extension Primitive {
  /// What there is a row for.
  ///
  /// A primitive without a kind does not compile in `kind`, and a kind without checks does not
  /// compile in `checks`, so no row goes unchecked.
  enum Kind: CaseIterable {
    case add, subtract, multiply, divide, power, maximum, minimum, negate, absolute, square
    case squareRoot, reciprocal, exponential, logarithm, relu, sigmoid, tanh, scaled, sum, mean
    case softmax, logSoftmax, reshape, transpose, concatenate, matrixProduct, linear, convolution
    case maxPooling, averagePooling, batchNormalization, normalization, crossEntropy
    case meanSquaredError, divergence, custom
  }

  var kind: Kind {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .power: .power
    case .maximum: .maximum
    case .minimum: .minimum
    case .negate: .negate
    case .absolute: .absolute
    case .square: .square
    case .squareRoot: .squareRoot
    case .reciprocal: .reciprocal
    case .exponential: .exponential
    case .logarithm: .logarithm
    case .relu: .relu
    case .sigmoid: .sigmoid
    case .tanh: .tanh
    case .scaled: .scaled
    case .sum: .sum
    case .mean: .mean
    case .softmax: .softmax
    case .logSoftmax: .logSoftmax
    case .reshape: .reshape
    case .transpose: .transpose
    case .concatenate: .concatenate
    case .matrixProduct: .matrixProduct
    case .linear: .linear
    case .convolution: .convolution
    case .maxPooling: .maxPooling
    case .averagePooling: .averagePooling
    case .batchNormalization: .batchNormalization
    case .normalization: .normalization
    case .crossEntropy: .crossEntropy
    case .meanSquaredError: .meanSquaredError
    case .divergence: .divergence
    case .custom: .custom
    }
  }
}

extension Primitive.Kind {
  /// The cases of this row, broadcasting included.
  func checks() throws -> [GradientCheck] {
    switch self {
    case .add: try pairs(.add)
    case .subtract: try pairs(.subtract)
    case .multiply: try pairs(.multiply)
    case .divide: try pairs(.divide)
    case .power: try pairs(.power)
    case .maximum: try pairs(.maximum)
    case .minimum: try pairs(.minimum)
    case .negate: try one(.negate)
    case .absolute: try one(.absolute)
    case .square: try one(.square)
    case .squareRoot: try positive(.squareRoot)
    case .reciprocal: try positive(.reciprocal)
    case .exponential: try one(.exponential)
    case .logarithm: try positive(.logarithm)
    case .relu: try one(.relu)
    case .sigmoid: try one(.sigmoid)
    case .tanh: try one(.tanh)
    case .scaled: try one(.scaled(by: spaced([3, 4], seed: 9)))
    case .sum: try one(.sum(axis: nil)) + one(.sum(axis: 0)) + one(.sum(axis: 1))
    case .mean: try one(.mean(axis: nil)) + one(.mean(axis: 0)) + one(.mean(axis: 1))
    case .softmax: try one(.softmax)
    case .logSoftmax: try one(.logSoftmax)
    case .reshape: try one(.reshape([2, 6]))
    case .transpose:
      try one(.transpose([1, 0])) + [GradientCheck(.transpose([2, 0, 1]), [spaced([2, 3, 4])])]
    case .concatenate:
      try [GradientCheck(.concatenate(axis: 1), [spaced([2, 3, 2]), spaced([2, 1, 2], seed: 2)])]
    case .matrixProduct:
      try [GradientCheck(.matrixProduct, [spaced([3, 4]), spaced([4, 2], seed: 2)])]
    case .linear:
      try [
        GradientCheck(.linear, [spaced([3, 4]), spaced([2, 4], seed: 2), spaced([2], seed: 3)])
      ]
    case .convolution: try convolutions()
    case .maxPooling:
      try windows.map { window, stride in
        GradientCheck(
          .maxPooling(try MaxPooling(window: window, stride: stride)), [try spaced([2, 2, 5, 4])])
      }
    case .averagePooling:
      try windows.map { window, stride in
        GradientCheck(
          .averagePooling(try AveragePooling(window: window, stride: stride)),
          [try spaced([2, 2, 5, 4])])
      }
    case .batchNormalization: try norms(.batchNormalization(BatchNormalization()))
    case .normalization:
      try norms(
        .normalization(
          BatchNormalization(),
          ChannelStatistics(
            mean: spaced([3], seed: 4),
            variance: Tensor.apply(.add, spaced([3], seed: 5).mapped(.absolute), 0.3))))
    case .crossEntropy: try one(.crossEntropy(labels: Tensor([3, 0, 2])))
    case .meanSquaredError: try one(.meanSquaredError(target: spaced([3, 4], seed: 5)))
    case .divergence:
      try one(.divergence(teacher: spaced([3, 4], seed: 7), temperature: 1))
        + one(.divergence(teacher: spaced([3, 4], seed: 7), temperature: 4))
    case .custom: try one(.custom(cube))
    }
  }

  private func one(_ primitive: Primitive) throws -> [GradientCheck] {
    [GradientCheck(primitive, [try spaced([3, 4])])]
  }

  /// Numbers from 0.5, where roots, logarithms and quotients bend little.
  private func positive(_ primitive: Primitive) throws -> [GradientCheck] {
    [GradientCheck(primitive, [try above([3, 4], seed: 1)])]
  }

  private func above(_ shape: Shape, seed: UInt64) throws -> Tensor {
    try .apply(.add, spaced(shape, seed: seed).mapped(.absolute), 0.5)
  }

  /// Same shapes, a row, a column and a repeated axis; bases and divisors are positive.
  private func pairs(_ primitive: Primitive) throws -> [GradientCheck] {
    let shapes: [(Shape, Shape)] = [
      ([3, 4], [3, 4]), ([3, 4], [4]), ([3, 1], [3, 4]), ([2, 1, 2], [3, 1]),
    ]
    return try shapes.map { left, right in
      let x = try primitive.kind == .power ? above(left, seed: 3) : spaced(left, seed: 3)
      let y = try primitive.kind == .divide ? above(right, seed: 4) : spaced(right, seed: 4)
      // A third of the spacing keeps maxima and minima apart.
      return GradientCheck(primitive, [x, try .apply(.add, y, 0.033)])
    }
  }

  private func convolutions() throws -> [GradientCheck] {
    try [(1, 0), (1, 1), (2, 1)].map { stride, padding in
      GradientCheck(
        .convolution(try Convolution(stride: stride, padding: padding)),
        [try spaced([2, 2, 5, 4]), try spaced([3, 2, 3, 3], seed: 2), try spaced([3], seed: 3)])
    }
  }

  private var windows: [(Int, Int)] { [(2, 2), (3, 2), (2, 1)] }

  private func norms(_ primitive: Primitive) throws -> [GradientCheck] {
    try [[6, 3], [3, 3, 2, 2]].map { lengths in
      GradientCheck(
        primitive,
        [try spaced(Shape(lengths)), try spaced([3], seed: 2), try spaced([3], seed: 3)])
    }
  }

  private var cube: CustomGradient {
    CustomGradient("cube") { inputs in
      try .apply(.multiply, inputs[0].mapped(.square), inputs[0])
    } pullback: { gradient, inputs in
      [try .apply(.multiply, .apply(.multiply, gradient, 3), inputs[0].mapped(.square))]
    }
  }

  /// Numbers in −2…2, no two nearer than 4/81 and none nearer to 0 than 2/81: at least three steps
  /// of the difference away from every kink of relu, maxima and |x|.
  private func spaced(_ shape: Shape, seed: UInt64 = 1) throws -> Tensor {
    var random = Random(seed: seed)
    let places = random.shuffledIndices(shape.count)
    let width = 4 / Float(max(40, shape.count + 1))
    return try Tensor(
      shape, places.map { (Float($0) - Float(shape.count / 2) + 0.5) * width })
  }
}
