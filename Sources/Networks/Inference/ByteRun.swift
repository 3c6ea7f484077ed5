import Encodings
import Tensors

/// The first layers of a model as one network of bytes, as far as they are a chain of products,
/// relus and poolings on codes; most often that is all of them.
///
/// It gives the codes that the same layers give one by one.
struct ByteRun: Sendable {
  /// The last node of the chain.
  let last: Int
  private let network: ByteNetwork
  /// Of the last node's codes, and the numbers they stand for.
  private let grid: ActivationGrid
  private let table: [Float]
  private let shape: Shape

  /// - Returns: `nil` for a model without such a chain.
  init?(_ model: Model) {
    guard let chain = ByteChain(model.nodes) else { return nil }
    let last = chain.last
    // What comes later may read nothing but the end of the chain.
    guard model.nodes[(last + 1)...].allSatisfy({ $0.inputs.allSatisfy { $0 >= last } }),
      let network = chain.network(model.inputShape)
    else { return nil }
    self.last = last
    self.network = network
    grid = chain.grid
    table = chain.grid.values
    shape = model.nodes[last].outputShape
  }

  /// The bytes of its own layout of the weights.
  var bytes: Int { network.bytes }

  /// The numbers that the last layer's codes stand for.
  func values(_ batch: Tensor) throws -> Tensor { try network.values(batch, table, shape: shape) }

  func codes(_ batch: Tensor) throws -> Codes {
    Codes(grid, .bytes(try network.codes(batch, shape: shape)))
  }
}

/// Layers of bytes, collected node by node.
private struct ByteChain {
  let entry: ActivationGrid
  private(set) var grid: ActivationGrid
  private(set) var last = 0
  private(set) var layers: [ByteLayer] = []
  private(set) var hasProduct = false

  init?(_ nodes: [Model.Node]) {
    guard let grid = nodes.first?.codes else { return nil }
    entry = grid
    self.grid = grid
    for place in nodes.indices.dropFirst() {
      guard nodes[place].inputs == [place - 1], append(nodes[place]) else { return }
      last = place
    }
  }

  func network(_ shape: Shape) -> ByteNetwork? {
    guard hasProduct else { return nil }
    return ByteNetwork(
      shape, scale: entry.scale, zero: entry.byteZero, highest: entry.byteHighest, layers: layers)
  }

  private mutating func append(_ node: Model.Node) -> Bool {
    guard let target = node.codes, let step = try? node.layer.inferenceStep else { return false }
    switch step {
    case .flatten, .nothing: break
    case .relu: layers.append(.aboveZero)
    case .maximum(let pooling): layers.append(.maximum(pooling))
    case .mean(let pooling):
      let (offset, multiplier) = grid.averaging(pooling, onto: target)
      layers.append(
        .average(
          pooling, offset: offset, multiplier: multiplier, zero: target.byteZero,
          highest: target.byteHighest))
      grid = target
    case .product:
      guard let layer = node.byteLayer(grid, target) else { return false }
      layers.append(layer)
      grid = target
      hasProduct = true
    }
    return true
  }
}

extension Model.Node {
  /// The grid of its results, when those are bytes.
  fileprivate var codes: ActivationGrid? {
    guard let integers, !integers.isSimulated else { return nil }
    return integers.grid
  }

  fileprivate func byteLayer(_ input: ActivationGrid, _ output: ActivationGrid) -> ByteLayer? {
    let places = outputShape.rank == 3 ? outputShape[1] * outputShape[2] : ByteRule.fewestVectors
    guard let kernel = integerKernel(input: input),
      let product = kernel.byteProduct(onto: output, places: places)
    else { return nil }
    switch kernel.product {
    case .rows: return .linear(product)
    case .windows(let windows, let side): return .convolution(product, windows, kernel: side)
    }
  }
}

extension Model {
  /// The layers that run as bytes in one go, found when first asked for.
  var byteRun: ByteRun? {
    guard nodes[0].integers != nil else { return nil }
    return chains.byteRun { ByteRun(self) }
  }
}
