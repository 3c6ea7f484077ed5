import Encodings
import Synchronization
import Tensors

/// A product with weights as they are stored, sparse or packed; without one the plain float kernel
/// runs.
enum StoredKernel: Sendable {
  case sparse(SparseWeights)
  case packed(PackedWeights)

  func callAsFunction(_ x: Tensor, _ node: Model.Node) throws -> Tensor {
    let outputs = node.weight?.shape.dimensions.first ?? 0
    let bias = try node.bias ?? Tensor.zeros([outputs])
    switch (self, try node.layer.product) {
    case (.sparse(let weights), .windows(let windows, let kernel)?):
      return try weights.windows(x, windows, kernel: kernel, bias: bias)
    case (.sparse(let weights), _): return try weights.linear(x, bias: bias)
    case (.packed(let weights), .windows(let windows, let kernel)?):
      return try weights.windows(x, windows, kernel: kernel, bias: bias)
    case (.packed(let weights), _): return try weights.linear(x, bias: bias)
    }
  }
}

/// When sparse rows are faster than the chain of dense kernels that would run in their place,
/// measured with `Benchmarks kernels` and `Benchmarks rows sparse`.
enum SparseRule {
  /// The largest share of kept weights at which sparse rows win; 0 where they never do.
  ///
  /// A chain multiplies what the cache holds at the processor's peak and hands nothing over between
  /// layers. One row by 235,200 weights takes it 4 µs, as long as sparse rows need to begin; weights
  /// that come from memory take it twice as long each as a kept one takes. Many rows by as many
  /// weights with 8% kept take sparse rows less than half the time. Windows of images would have to
  /// be laid out as columns first, which takes longer than their products; they are worth it where
  /// no chain takes them. (Zen 5, two threads.)
  ///
  /// - Parameter weights: their shape, outputs first.
  static func densest(_ product: WeightProduct, _ weights: Shape, rows: Int) -> Double {
    switch product {
    // Rows are turned first, which few outputs do not repay.
    case .rows where rows >= fewestRows:
      weights.count >= 1 << 15 && weights[0] >= 64 ? 0.25 : 0
    case .rows: weights.count >= 1 << 19 ? 0.12 : 0
    case .windows: weights.count > ChainBuilder.mostWeights ? 0.15 : 0
    }
  }

  /// Rows from which kept weights are multiplied with whole vectors of rows.
  static let fewestRows = 16

  /// Below this many weights the choice is not worth its preparation.
  static let fewest = 256
}

/// When products of bytes gain by skipping groups of four weights that are all 0.
enum ByteRule {
  /// The largest share of groups with a weight that is not 0 at which skipping the others wins.
  ///
  /// 300 × 784 by 256 rows, one thread of Zen 5: with VNNI 153 µs for all groups, 81 for 8% of them,
  /// 140 for 28%; with AVX2 974, 248 and 587. Rows are laid out anew for it, images are anyway.
  static func mostGroups(_ product: WeightProduct) -> Double {
    guard Kernels.hasByteProducts else { return 0.4 }
    return product == .rows ? 0.15 : 0.25
  }

  /// Rows, or places of an image, that fill the lanes.
  static let fewestVectors = 16
}

/// What kernels prepared of one layer's parameters, made when first needed.
final class KernelCache: Sendable {
  private struct Prepared: Sendable {
    /// `.some(nil)`: looked at, and there is none.
    var integers: [ActivationGrid?: IntegerKernel?] = [:]
    var density: Double?
    var sparse: SparseWeights??
    var packed: PackedWeights??
    var decoded: [Int: Tensor] = [:]
  }

  private let prepared = Mutex(Prepared())

  /// The bytes of weights laid out for kernels, beside what the parameters hold.
  var bytes: Int {
    prepared.withLock { prepared in
      let integers = prepared.integers.values.reduce(0) { $0 + ($1?.bytes ?? 0) }
      let decoded = prepared.decoded.values.reduce(0) { $0 + 4 * $1.count }
      return integers + decoded + (prepared.sparse??.bytes ?? 0)
        + (prepared.packed??.bytes ?? 0)
    }
  }

  func integers(
    _ input: ActivationGrid?, _ make: () throws -> IntegerKernel?
  ) -> IntegerKernel? {
    if let known = prepared.withLock({ $0.integers[input] }) { return known }
    let made = try? make()
    prepared.withLock { $0.integers[input] = .some(made) }
    return made
  }

  func density(_ make: () -> Double) -> Double {
    if let known = prepared.withLock({ $0.density }) { return known }
    let made = make()
    prepared.withLock { $0.density = made }
    return made
  }

  func sparse(_ make: () -> SparseWeights?) -> SparseWeights? {
    if let known = prepared.withLock({ $0.sparse }) { return known }
    let made = make()
    prepared.withLock { $0.sparse = .some(made) }
    return made
  }

  func packed(_ make: () -> PackedWeights?) -> PackedWeights? {
    if let known = prepared.withLock({ $0.packed }) { return known }
    let made = make()
    prepared.withLock { $0.packed = .some(made) }
    return made
  }

  func decoded(_ index: Int, _ make: () throws -> Tensor) throws -> Tensor {
    if let known = prepared.withLock({ $0.decoded[index] }) { return known }
    let made = try make()
    prepared.withLock { $0.decoded[index] = made }
    return made
  }
}

extension Model.Node {
  /// The share of this layer's weights that are not 0.
  var density: Double {
    identity.kernels.density {
      guard let weight, weight.shape.count > 0 else { return 1 }
      return Double(weight.value.nonZeroCount) / Double(weight.shape.count)
    }
  }

  /// The kernel for weights as they are stored, or `nil` when the plain float one is faster.
  func storedKernel(rows: Int) -> StoredKernel? {
    guard let weight, let product = try? layer.product,
      case .encoded(let tensor) = weight.value, tensor.count >= SparseRule.fewest
    else { return nil }
    if density <= SparseRule.densest(product, tensor.shape, rows: rows),
      let sparse = identity.kernels.sparse({ SparseWeights(tensor) })
    {
      return .sparse(sparse)
    }
    return identity.kernels.packed { PackedWeights(tensor) }.map(StoredKernel.packed)
  }

  /// The parameters as the plain float kernel reads them.
  ///
  /// Codes that no other kernel takes, those of 16 bits for one, are decoded once and kept.
  var floats: [Tensor] {
    get throws {
      try parameters.enumerated().map { index, parameter in
        guard case .encoded(let tensor) = parameter.value else { return try parameter.tensor }
        return try identity.kernels.decoded(index) { try tensor.values }
      }
    }
  }
}

extension SparseWeights {
  /// The weights that are not 0, decoded a piece at a time.
  init?(_ tensor: EncodedTensor) {
    self.init(tensor.shape) { tensor.forEachPiece($0) }
  }
}

extension PackedWeights {
  /// Weights on a grid of at most 256 levels, or `nil` when the grid is another, floats only claim
  /// to be on it, or pruned elements would need a code of 0 that it does not have.
  init?(_ tensor: EncodedTensor) {
    guard let grid = tensor.grid, !grid.isSimulated, grid.format.codeBits <= 8,
      tensor.shape.rank >= 2
    else { return nil }
    let outputs = tensor.shape[0]
    let inputs = tensor.count / max(1, outputs)
    var group: Int?
    switch grid.partition {
    case .tensor, .axis(0): break
    case .axis: return nil
    case .groups(let size): group = size
    }
    if tensor.kept != nil, grid.zeroPoints.isEmpty, grid.format.zeroCode == nil { return nil }
    // Zero points of groups differ within one output.
    if group != nil, grid.zeroPoints.contains(where: { $0 != 0 }) { return nil }
    let lowest = grid.format.codes.lowerBound
    let isByte = grid.format.integers.map { $0.isSigned && $0.bits == 8 } ?? false
    self.init(
      codes: grid.codes.map { UInt8(truncatingIfNeeded: isByte ? $0 : $0 - lowest) },
      outputs: outputs, inputs: inputs,
      levels: isByte ? [] : grid.format.codes.map(grid.format.level), scales: grid.scales,
      zeros: grid.zeroPoints.map { Float($0) }, group: group)
  }
}
