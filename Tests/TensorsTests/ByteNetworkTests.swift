import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Networks of bytes give the codes that their layers give one by one, on every instruction set, by
/// one and by two workers.
extension InstructionSetTests {
  @Test(arguments: 0..<32) func aNetworkOfBytesIsItsLayers(seed: Int) throws {
    var random = Random(seed: UInt64(seed))
    let chain = try RandomChain(&random)
    let network = try #require(
      ByteNetwork(
        chain.input, scale: chain.scale, zero: chain.zero, highest: chain.highest,
        layers: chain.layers))
    let images = try chain.images([1, 2, 3, 11, 37][seed % 5], &random)
    let expected = try chain.codes(images)
    let shape = Shape(Array(expected.shape.dimensions.dropFirst()))
    let table = (0..<256).map { Float($0) / 3 - 20 }
    let (bytes, numbers) = (expected.bytes, try expected.lookedUp(table))
    for threads in [1, 2] {
      for isa in Int32(0)...3 {
        Kernels.use(threads: threads)
        espalier_kernels_cap(isa)
        defer {
          espalier_kernels_cap(3)
          Kernels.use(threads: 0)
        }
        let areEqual =
          try network.codes(images, shape: shape).bytes == bytes
          && network.values(images, table, shape: shape) == numbers
        #expect(areEqual, "\(chain.name), instructions \(isa)")
      }
    }
  }

  /// Rows of numbers and images, shorter and longer than what is taken at a time.
  @Test(arguments: [[5], [200], [1, 3, 50], [3, 2, 70], [6, 3, 5]] as [Shape])
  func awkwardNumbersEnterAsCodes(shape: Shape) throws {
    let awkward: [Float] = [
      .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .greatestFiniteMagnitude, 0.5, -0.5, 1.5, 2.5,
      254.5, 255.49998, 0.49999997, -0.0, 1e-30, -.nan, 3e9, -3e9,
    ]
    for scale: Float in [1, 0.1, .leastNonzeroMagnitude, 1e-38, 3e38, 1.0 / 3] {
      // Ties and what lies next to them, scaled.
      let near = (0..<15).map { (Float($0) * 17 + 0.5) * scale }
      for (zero, highest) in [(0, 255), (7, 255), (255, 255), (3, 15)] as [(Int32, Int32)] {
        let network = try #require(
          ByteNetwork(shape, scale: scale, zero: zero, highest: highest, layers: []))
        for numbers in [awkward, near, near.map(\.nextUp), near.map(\.nextDown)] {
          let scalars = (0..<3 * shape.count).map { numbers[$0 % numbers.count] }
          let x = try Tensor(Shape([3] + shape.dimensions), scalars)
          let codes = try ByteTensor(x, scale: scale, zero: zero).bytes.map {
            min($0, UInt8(highest))
          }
          for isa in Int32(0)...3 {
            espalier_kernels_cap(isa)
            defer { espalier_kernels_cap(3) }
            let entered = try network.codes(x, shape: shape).bytes
            #expect(entered == codes, "\(scale) \(zero) \(highest), instructions \(isa)")
          }
        }
      }
    }
  }

  @Test func layersThatDoNotFitMakeNoNetwork() {
    func network(_ shape: Shape, _ layers: [ByteLayer]) -> ByteNetwork? {
      ByteNetwork(shape, scale: 1, zero: 0, highest: 255, layers: layers)
    }
    func product(_ inputs: Int, multiplier: Float = 1) -> ByteProduct {
      ByteProduct(
        codes: [Int8](repeating: 1, count: inputs), offsets: [0], multipliers: [multiplier],
        zero: 0, highest: 255)
    }
    #expect(network([4], [.linear(product(4))]) != nil)
    #expect(network([4], [.linear(product(5))]) == nil)
    #expect(network([4], [.linear(product(4, multiplier: -1))]) == nil)
    #expect(network([4], [.linear(product(4, multiplier: .nan))]) == nil)
    #expect(network([2, 2], [.linear(product(4))]) == nil)
    #expect(network([0], []) == nil)
    // Far beyond what a worker may hold.
    #expect(network([1, 10_000, 10_000], []) == nil)
  }

  @Test func aNetworkBooksItsMemoryAndStops() throws {
    var random = Random(seed: 3)
    let chain = try RandomChain(&random)
    let images = try chain.images(2, &random)
    let shape = Shape(Array(try chain.codes(images).shape.dimensions.dropFirst()))
    let network = try #require(
      ByteNetwork(
        chain.input, scale: chain.scale, zero: chain.zero, highest: chain.highest,
        layers: chain.layers))
    let small = Work(memory: Memory(limit: 1000))
    #expect(throws: LimitError.self) {
      try Work.$current.withValue(small) { _ = try network.codes(images, shape: shape) }
    }
    #expect(small.memory.live == 0)
    let stopped = Work()
    stopped.cancel()
    #expect(throws: Cancelled.self) {
      try Work.$current.withValue(stopped) { _ = try network.codes(images, shape: shape) }
    }
    let bounded = Work(unitLimit: 10)
    #expect(throws: LimitError.self) {
      try Work.$current.withValue(bounded) { _ = try network.codes(images, shape: shape) }
    }
  }
}

/// Layers of odd sizes in a row, and what each of them makes of codes by itself.
private struct RandomChain {
  let input: Shape
  let scale = Float(0.037)
  let zero: Int32
  let highest: Int32
  private(set) var layers: [ByteLayer] = []
  private(set) var name = ""

  init(_ random: inout Random) throws {
    zero = [0, 3, 128, 255][random.below(4)]
    highest = 255
    var shape: [Int]
    if random.below(5) == 0 {
      shape = [1 + random.below(70)]
    } else {
      shape = [[1, 2, 3, 4, 5, 17][random.below(6)], 5 + random.below(10), 5 + random.below(10)]
    }
    input = Shape(shape)
    if random.below(4) == 0 { layers.append(.aboveZero) }
    for _ in 0..<random.below(4) where shape.count == 3 {
      try appendImageLayer(&shape, &random)
    }
    for _ in 0..<random.below(3) {
      let outputs = [1, 3, 10, 16, 17, 33, 70][random.below(7)]
      layers.append(.linear(product(outputs, shape.reduce(1, *), &random)))
      name += " linear \(shape)→\(outputs)"
      shape = [outputs]
      if random.below(2) == 0 { layers.append(.aboveZero) }
    }
  }

  private mutating func appendImageLayer(_ shape: inout [Int], _ random: inout Random) throws {
    let side = min(shape[1], shape[2])
    switch random.below(5) {
    case 0, 1, 2:
      let (stride, padding) = (1 + random.below(2), random.below(3))
      let kernel = 1 + random.below(min(5, side + 2 * padding))
      let outputs = [1, 4, 5, 16, 20, 32, 40, 64][random.below(8)]
      let windows = try Convolution(stride: stride, padding: padding)
      layers.append(
        .convolution(product(outputs, shape[0] * kernel * kernel, &random), windows, kernel: kernel)
      )
      name += " conv \(shape)→\(outputs) \(kernel)/\(stride)+\(padding)"
      shape = [
        outputs, (shape[1] + 2 * padding - kernel) / stride + 1,
        (shape[2] + 2 * padding - kernel) / stride + 1,
      ]
      if random.below(2) == 0 { layers.append(.aboveZero) }
      if random.below(2) == 0, min(shape[1], shape[2]) > 1 {
        layers.append(.maximum(try MaxPooling(window: 2)))
        name += " max 2"
        shape = [shape[0], shape[1] / 2, shape[2] / 2]
      }
    default:
      let window = 1 + random.below(min(3, side)), stride = 1 + random.below(3)
      if random.below(2) == 0 {
        layers.append(.maximum(try MaxPooling(window: window, stride: stride)))
      } else {
        layers.append(
          .average(
            try AveragePooling(window: window, stride: stride),
            offset: Int32(random.below(50)) - 25, multiplier: 1.3 / Float(window * window),
            zero: Int32(random.below(100)), highest: 255))
      }
      name += " pool \(window)/\(stride)"
      shape = [shape[0], (shape[1] - window) / stride + 1, (shape[2] - window) / stride + 1]
    }
  }

  private func product(_ outputs: Int, _ inputs: Int, _ random: inout Random) -> ByteProduct {
    // Of eight bits or of four.
    let wide: Int32 = random.below(3) == 0 ? 17 : 1
    return ByteProduct(
      codes: (0..<outputs * inputs).map { _ in Int8(random.below(256) - 128) },
      offsets: (0..<outputs).map { _ in Int32(random.below(20_000)) - 10_000 },
      // Most codes neither 0 nor the highest.
      multipliers: (0..<outputs).map { _ in
        Float(1 + random.below(9)) / (900 * Float(inputs).squareRoot())
      },
      zero: [0, 60, 128, 255][random.below(4)] / wide, highest: 255 / wide)
  }

  func images(_ count: Int, _ random: inout Random) throws -> Tensor {
    try Tensor.normal(
      Shape([count] + input.dimensions), mean: Double((128 - Float(zero)) * scale), deviation: 2,
      &random)
  }

  /// Layer by layer.
  func codes(_ images: Tensor) throws -> ByteTensor {
    var x = try ByteTensor(images, scale: scale, zero: zero, highest: highest)
    var zero = zero
    for layer in layers {
      switch layer {
      case .aboveZero: x = try x.atLeast(UInt8(zero))
      case .maximum(let pooling): x = try x.maxPooled(pooling)
      case .average(let pooling, let offset, let multiplier, let target, let highest):
        zero = target
        x = try x.averagePooled(
          pooling, offset: offset, multiplier: multiplier, zero: zero, highest: highest)
      case .convolution(let product, let windows, let kernel):
        let weights = ByteWeights(
          product.codes, outputs: product.offsets.count,
          inputs: product.codes.count / product.offsets.count, isForWindows: true)
        x = try weights.windowCodes(x, windows, kernel: kernel, zeros: [zero], rescaling(product))
        zero = product.zero
      case .linear(let product):
        let inputs = product.codes.count / product.offsets.count
        x = try ByteWeights(product.codes, outputs: product.offsets.count, inputs: inputs)
          .linearCodes(x.reshaped([x.shape[0], inputs]), rescaling(product))
        zero = product.zero
      }
    }
    return x
  }

  private func rescaling(_ product: ByteProduct) -> Rescaling {
    Rescaling(
      offsets: product.offsets, multipliers: product.multipliers, zero: product.zero,
      highest: product.highest)
  }
}
