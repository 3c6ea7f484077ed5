import Synchronization
import Tensors

/// Layers in a row that inference computes together: nobody else reads what is between them.
struct ChainedNodes: Sendable {
  /// The nodes, the first of which gets the chain's input.
  let places: ClosedRange<Int>
  let chain: LayerChain
}

/// The chains of a model's nodes, made when first needed.
final class ChainCache: Sendable {
  private struct Known: Sendable {
    /// The nodes that stored kernels take.
    let stored: [Int]
    let chains: [ChainedNodes]
  }

  /// By the last node that runs, for few rows and for many.
  private let known = Mutex<[Int: (few: Known?, many: Known?)]>([:])

  /// - Parameters:
  ///   - stored: which nodes stored kernels take; asked for when it is not known yet.
  ///   - make: the chains of the others; not made twice where both numbers of rows have the same.
  func chains(
    upTo last: Int, areMany: Bool, stored: () -> [Int], _ make: ([Int]) throws -> [ChainedNodes]
  ) rethrows -> [ChainedNodes] {
    func found(_ areMany: Bool) -> Known? {
      known.withLock { areMany ? $0[last]?.many : $0[last]?.few }
    }
    if let known = found(areMany) { return known.chains }
    let (stored, other) = (stored(), found(!areMany))
    let chains =
      if let other, other.stored == stored { other.chains } else { try make(stored) }
    let made = Known(stored: stored, chains: chains)
    known.withLock {
      if areMany {
        $0[last, default: (nil, nil)].many = made
      } else {
        $0[last, default: (nil, nil)].few = made
      }
    }
    return chains
  }

  /// `.some(nil)`: looked for, and there is none.
  private let bytes = Mutex<ByteRun??>(nil)

  func byteRun(_ make: () -> ByteRun?) -> ByteRun? {
    if let known = bytes.withLock({ $0 }) { return known }
    let made = make()
    bytes.withLock { $0 = .some(made) }
    return made
  }
}

extension Model {
  /// The chains in a run that ends with a node, in the order of the nodes.
  ///
  /// A chain begins with any layer it knows and holds at least one with weights. Weights that are
  /// stored sparse or packed, and layers in integers, have kernels of their own.
  ///
  /// - Parameter rows: how many examples run, on which the choice of a sparse kernel depends.
  func chained(upTo last: Int, rows: Int) throws -> [ChainedNodes] {
    let takesStored = { nodes.indices.filter { nodes[$0].hasStoredKernel(rows: rows) } }
    let areMany = rows >= SparseRule.fewestRows
    return try chains.chains(upTo: last, areMany: areMany, stored: takesStored) { stored in
      var found: [ChainedNodes] = []
      let lastUse = lastUses(upTo: last)
      let readers = nodes[...last].reduce(into: [Int: Int]()) { counts, node in
        for input in node.inputs { counts[input, default: 0] += 1 }
      }
      var place = 1
      while place <= last {
        let end = try chain(from: place, upTo: last, without: stored) {
          lastUse[$0] == $0 + 1 && readers[$0] == 1
        }
        if let end { found.append(end) }
        place = (end?.places.upperBound ?? place) + 1
      }
      return found
    }
  }

  /// The longest chain that begins with a node.
  private func chain(
    from first: Int, upTo last: Int, without stored: [Int], passesOn: (Int) -> Bool
  ) throws -> ChainedNodes? {
    guard nodes[first].inputs.count == 1 else { return nil }
    var builder = ChainBuilder(nodes[nodes[first].inputs[0]].outputShape)
    var end = first - 1
    for place in first...last {
      if place > first, !passesOn(place - 1) || nodes[place].inputs != [place - 1] { break }
      guard !stored.contains(place), let step = try nodes[place].chainStep,
        try builder.append(step)
      else { break }
      end = place
    }
    guard end >= first, builder.isWorthwhile else { return nil }
    return ChainedNodes(places: first...end, chain: builder.chain())
  }
}

extension Model.Node {
  fileprivate var chainStep: ChainStep? {
    get throws {
      guard integers == nil, let step = try layer.inferenceStep else { return nil }
      switch step {
      case .product(let product): return try chained(product)
      case .relu: return .relu
      case .maximum(let pooling): return .maximum(pooling)
      case .mean(let pooling): return .mean(pooling)
      case .flatten: return .flatten
      case .nothing: return .nothing
      }
    }
  }

  private func chained(_ product: WeightProduct) throws -> ChainStep? {
    let parameters = try floats
    guard parameters.count == 2 else { return nil }
    return switch product {
    case .rows: .linear(weights: parameters[0], bias: parameters[1])
    case .windows(let windows, _):
      .convolution(windows, weights: parameters[0], bias: parameters[1])
    }
  }

  /// Whether `storedKernel` has one.
  fileprivate func hasStoredKernel(rows: Int) -> Bool {
    guard integers == nil, let weight, let product = try? layer.product,
      case .encoded(let tensor) = weight.value, tensor.count >= SparseRule.fewest
    else { return false }
    if let grid = tensor.grid, !grid.isSimulated, grid.format.codeBits <= 8 { return true }
    return density <= SparseRule.densest(product, tensor.shape, rows: rows)
  }
}
