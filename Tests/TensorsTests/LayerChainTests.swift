import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Chains compute what their layers compute one by one.
@Suite(.serialized, .ownKernels) struct LayerChainTests {
  /// A recipe of steps with random weights, and a shape that goes in.
  struct Recipe: Sendable, CustomStringConvertible {
    var input: Shape
    var layers: [Layer]
    var description: String { "\(input): \(layers)" }
  }

  enum Layer: Sendable {
    case convolution(Int, kernel: Int, stride: Int, padding: Int)
    case linear(Int)
    case maximum(Int, Int)
    case mean(Int, Int)
    case relu, flatten
  }

  static let recipes = [
    // The networks of the articles, small: planes, transformed filters, windows within a band.
    Recipe(
      input: [1, 12, 12],
      layers: [
        .convolution(32, kernel: 3, stride: 1, padding: 1), .relu,
        .convolution(48, kernel: 3, stride: 1, padding: 1), .relu, .mean(4, 4), .flatten,
        .linear(20), .relu, .linear(10),
      ]),
    Recipe(
      input: [3, 19, 15],
      layers: [
        .convolution(16, kernel: 3, stride: 1, padding: 0), .relu, .maximum(2, 2),
        .convolution(20, kernel: 3, stride: 1, padding: 0), .maximum(2, 2), .relu, .flatten,
        .linear(7),
      ]),
    // Odd sizes, channels that fill no block, windows that end within a tile or overlap.
    Recipe(
      input: [5, 17, 13],
      layers: [
        .convolution(21, kernel: 3, stride: 1, padding: 1), .relu,
        .convolution(33, kernel: 3, stride: 1, padding: 2), .relu, .maximum(3, 3),
        .convolution(18, kernel: 3, stride: 2, padding: 1), .maximum(2, 1), .relu, .relu, .flatten,
      ]),
    Recipe(
      input: [20, 9, 9],
      layers: [
        .convolution(17, kernel: 5, stride: 2, padding: 2), .mean(2, 1), .relu,
        .convolution(3, kernel: 1, stride: 1, padding: 0),
      ]),
    Recipe(
      input: [18, 7, 6],
      layers: [
        .maximum(3, 2), .convolution(16, kernel: 3, stride: 1, padding: 1), .flatten, .relu,
        .linear(5), .relu,
      ]),
    Recipe(input: [1, 1, 1], layers: [.convolution(1, kernel: 1, stride: 1, padding: 0)]),
    Recipe(input: [2, 5, 5], layers: [.convolution(4, kernel: 3, stride: 4, padding: 3)]),
    // Rows: pieces of inputs that are left, outputs below, at and above whole blocks.
    Recipe(input: [28, 28], layers: [.flatten, .linear(300), .relu, .linear(100), .linear(1)]),
    Recipe(input: [1], layers: [.linear(16)]),
    Recipe(input: [1300], layers: [.linear(33), .relu]),
  ]

  /// The steps, with weights that keep results near 1.
  private func steps(_ recipe: Recipe) throws -> [ChainStep] {
    var random = Random(seed: 3)
    var shape = recipe.input
    func weights(_ shape: Shape) throws -> (Tensor, Tensor) {
      let bound = Float(2 / Double(shape.count / shape[0]).squareRoot())
      return (
        try .uniform(shape, -bound, bound, &random), try .uniform([shape[0]], -1, 1, &random)
      )
    }
    return try recipe.layers.map { layer in
      let step: ChainStep
      switch layer {
      case .convolution(let channels, let kernel, let stride, let padding):
        let (filters, bias) = try weights([channels, shape[0], kernel, kernel])
        step = .convolution(
          try Convolution(stride: stride, padding: padding), weights: filters, bias: bias)
      case .linear(let outputs):
        let (matrix, bias) = try weights([outputs, shape.count])
        step = .linear(weights: matrix, bias: bias)
      case .maximum(let window, let stride):
        step = .maximum(try MaxPooling(window: window, stride: stride))
      case .mean(let window, let stride):
        step = .mean(try AveragePooling(window: window, stride: stride))
      case .relu: step = .relu
      case .flatten: step = .flatten
      }
      let one = try Tensor.zeros(Shape([1] + shape.dimensions))
      shape = Shape(Array(try apply(step, one).shape.dimensions.dropFirst()))
      return step
    }
  }

  private func apply(_ step: ChainStep, _ x: Tensor) throws -> Tensor {
    switch step {
    case .convolution(let convolution, let weights, let bias):
      try convolution.forward(x, weights: weights, bias: bias)
    case .linear(let weights, let bias):
      try x.matrixProduct(weights, transposingRight: true).addingBias(bias)
    case .relu: try x.mapped(.relu)
    case .maximum(let pooling): try pooling.forward(x).output
    case .mean(let pooling): try pooling.forward(x)
    case .flatten: try x.reshaped([x.shape[0], x.count / x.shape[0]])
    case .nothing: x
    }
  }

  private func chain(_ recipe: Recipe, _ steps: [ChainStep]) throws -> LayerChain {
    var builder = ChainBuilder(recipe.input)
    for step in steps { #expect(try builder.append(step)) }
    #expect(builder.isWorthwhile)
    return builder.chain()
  }

  private func images(_ recipe: Recipe, _ count: Int) throws -> Tensor {
    try normalTensor(Shape([count] + recipe.input.dimensions), seed: 9)
  }

  private func bits(
    threads: Int = 2, isa: Int32 = 3, _ chain: LayerChain, _ x: Tensor
  ) throws -> [UInt32] {
    Kernels.use(threads: threads)
    espalier_kernels_cap(isa)
    defer {
      Kernels.use(threads: 0)
      espalier_kernels_cap(3)
    }
    return try chain(x).scalars.map(\.bitPattern)
  }

  @Test(arguments: recipes) func aChainGivesWhatItsLayersGive(_ recipe: Recipe) throws {
    let steps = try steps(recipe)
    let x = try images(recipe, 11)
    let expected = try steps.reduce(x) { try apply($1, $0) }
    for isa: Int32 in [0, 1, 3] {
      espalier_kernels_cap(isa)
      defer { espalier_kernels_cap(3) }
      let result = try chain(recipe, steps)(x)
      #expect(isClose(result, expected, absolute: 1e-5, relative: 1e-5), "\(isa)")
    }
  }

  @Test(arguments: recipes) func batchThreadsAndWidthChangeNoBit(_ recipe: Recipe) throws {
    let chain = try chain(recipe, steps(recipe))
    let x = try images(recipe, 70)
    let all = try bits(chain, x)
    #expect(try bits(threads: 1, chain, x) == all)
    #expect(try bits(threads: 3, chain, x) == all)
    if espalier_kernels_isa() > 0 { #expect(try bits(isa: 1, chain, x) == all) }
    let (width, results) = (x.count / 70, all.count / 70)
    for (first, count) in [(0, 1), (5, 2), (30, 9), (69, 1)] {
      let part = try Tensor(
        Shape([count] + recipe.input.dimensions),
        Array(x.scalars[first * width..<(first + count) * width]))
      #expect(
        try bits(chain, part) == Array(all[first * results..<(first + count) * results]))
    }
    #expect(try chain(Tensor.zeros(Shape([0] + recipe.input.dimensions))).count == 0)
  }

  @Test func whatIsNotFiniteStaysWhereItsWindowsAre() throws {
    let recipe = Recipe(
      input: [16, 40, 11], layers: [.convolution(17, kernel: 3, stride: 1, padding: 1)])
    let steps = try steps(recipe)
    let chain = try chain(recipe, steps)
    for value in [Float.nan, .infinity, -.infinity] {
      var scalars = try images(recipe, 2).scalars
      scalars[5 * 440 + 3 * 11 + 10] = value
      scalars[16 * 440 + 39 * 11] = value
      let x = try Tensor([2, 16, 40, 11], scalars)
      let expected = try steps.reduce(x) { try apply($1, $0) }
      let result = try chain(x)
      #expect(isClose(result, expected, absolute: 1e-4, relative: 1e-4))
      let plain = try chain(images(recipe, 2))
      let spoiled = zip(result.scalars, plain.scalars).filter { abs($0 - $1) > 1 || $0.isNaN }
      #expect(spoiled.count <= 17 * 10)
    }
  }

  @Test func valuesThatAreNotPositiveBecomeZeroAndNaNStays() throws {
    let eye = try Tensor([4, 4], (0..<16).map { $0 % 5 == 0 ? 1 : 0 })
    var builder = ChainBuilder([4])
    for step in [ChainStep.linear(weights: eye, bias: try .zeros([4])), .relu] {
      #expect(try builder.append(step))
    }
    let result = try builder.chain()(Tensor([2, 4], [-1, -0.0, 2, 3, 1, .nan, 1, 1])).scalars
    let (first, second) = (result[..<4].map(\.bitPattern), result[4...].filter(\.isNaN).count)
    #expect(first == [Float(0), 0, 2, 3].map(\.bitPattern))
    #expect(second == 4)
  }

  @Test func whatTheKernelsDoNotKnowIsRefused() throws {
    var builder = ChainBuilder([1, 8, 8])
    let unknown: [ChainStep] = [
      .convolution(
        try Convolution(), weights: try .zeros([1, 1, 1, 2]), bias: try .zeros([1])),
      .convolution(
        try Convolution(padding: 1000), weights: try .zeros([1, 1, 1, 1]), bias: try .zeros([1])),
      .relu,
      .maximum(try MaxPooling(window: 3, padding: 1)),
      .linear(weights: try .zeros([2, 64]), bias: try .zeros([2])),
    ]
    for step in unknown { #expect(try !builder.append(step)) }
    #expect(!builder.isWorthwhile)
  }

  @Test func workIsCountedAndCanBeStopped() throws {
    let recipe = Self.recipes[0]
    let chain = try chain(recipe, steps(recipe))
    let x = try images(recipe, 3)
    let (first, second) = (Work(), Work())
    try Work.$current.withValue(first) { _ = try chain(x) }
    Kernels.use(threads: 1)
    defer { Kernels.use(threads: 0) }
    try Work.$current.withValue(second) { _ = try chain(x) }
    #expect(first.usedUnits == second.usedUnits)
    #expect(first.usedUnits > 3 * 12 * 12 * 48 * 32 * 9)
    first.cancel()
    #expect(throws: Cancelled.self) { try Work.$current.withValue(first) { _ = try chain(x) } }
    let narrow = Work(memory: Memory(limit: 1000))
    #expect(throws: LimitError.self) { try Work.$current.withValue(narrow) { _ = try chain(x) } }
    #expect(narrow.memory.live == 0)
  }
}
