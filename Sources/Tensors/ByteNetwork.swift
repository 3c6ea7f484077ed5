import CKernels
import Synchronization

/// Layers of bytes that run in one call: floats in, codes from layer to layer, codes or floats out.
///
/// Each worker takes images through all layers within memory of its own, which is kept for the next
/// call. Sums are exact and every code is what `ByteWeights` and the pooling of `ByteTensor` make of
/// the same numbers, whatever the instructions and the number of threads.
public final class ByteNetwork: @unchecked Sendable {
  // Unchecked: the pointers are written once, by the initializer, and read only.
  private let network: UnsafeMutablePointer<EspalierByteNetwork>
  private let layers: UnsafeMutablePointer<EspalierByteLayer>
  private let weights: [Owned<Int8>]
  private let offsets: [Owned<Int32>]
  private let multipliers: [Owned<Float>]
  /// Of one image.
  private let units: Int
  /// The channels, height and width of the results.
  private let results: (Int, Int, Int)
  private let idle = Mutex<[WorkerMemory]>([])

  /// The most bytes a worker may need; larger images go layer by layer.
  private static let mostMemory = 64 << 20

  /// - Parameters:
  ///   - shape: of one example, channels, height and width or a row of numbers.
  ///   - scale: what one step of its codes is worth; numbers become
  ///     clamp(rne(x / scale) + zero, 0, highest), a NaN the code of 0.
  /// - Returns: `nil` when the layers do not fit one another or take too much memory.
  public init?(
    _ shape: Shape, scale: Float, zero: Int32, highest: Int32, layers: [ByteLayer]
  ) {
    guard var plan = ByteNetworkPlan(shape, zero: zero) else { return nil }
    for layer in layers {
      guard plan.append(layer) else { return nil }
    }
    let (piece, memory) = plan.placed()
    guard memory <= Self.mostMemory else { return nil }
    weights = plan.packed.map { Owned($0) }
    offsets = plan.offsets.map { Owned($0) }
    multipliers = plan.multipliers.map { Owned($0) }
    units = plan.units
    let last = plan.layers.last?.to ?? plan.first
    results = (last.channels, last.height, last.width)
    self.layers = .allocate(capacity: max(1, plan.layers.count))
    for (index, layer) in plan.layers.enumerated() {
      var layer = layer
      layer.weights = UnsafePointer(weights[index].base)
      layer.offset = UnsafePointer(offsets[index].base)
      layer.multiplier = UnsafePointer(multipliers[index].base)
      (self.layers + index).initialize(to: layer)
    }
    network = .allocate(capacity: 1)
    network.initialize(
      to: EspalierByteNetwork(
        scale: scale, zero: zero, highest: highest, first: plan.first,
        layers: UnsafePointer(self.layers), count: plan.layers.count, piece: piece,
        memory: memory))
  }

  deinit {
    network.deallocate()
    layers.deallocate()
  }

  /// The bytes of its own layout of the weights.
  public var bytes: Int { weights.reduce(0) { $0 + $1.count } }

  /// The number that each code of the results stands for, out of 256.
  ///
  /// - Parameters:
  ///   - images: `[n, …]`, the examples in the shape that was given.
  ///   - shape: of one result.
  public func values(_ images: Tensor, _ table: [Float], shape: Shape) throws -> Tensor {
    guard table.count == 256 else { throw TensorError.wrongCount(table.count, [256]) }
    let count = try count(of: images, shape)
    return try Tensor(unsafeUninitialized: Shape([count] + shape.dimensions)) { target in
      try run(images, table, UnsafeMutableRawPointer(target.baseAddress), stride: 4)
    }
  }

  /// The codes of the results.
  public func codes(_ images: Tensor, shape: Shape) throws -> ByteTensor {
    let count = try count(of: images, shape)
    return try ByteTensor(unsafeUninitialized: Shape([count] + shape.dimensions)) { target in
      try run(images, nil, UnsafeMutableRawPointer(target.baseAddress), stride: 1)
    }
  }

  private var inputs: Int {
    network.pointee.first.channels * network.pointee.first.height * network.pointee.first.width
  }
  private var outputs: Int { results.0 * results.1 * results.2 }

  private func count(of images: Tensor, _ shape: Shape) throws -> Int {
    let count = images.shape.rank > 0 ? images.shape[0] : 0
    guard images.count == count * inputs, shape.count == outputs else {
      throw TensorError.wrongCount(images.count, shape)
    }
    return count
  }

  /// Units after which Ctrl-C is looked for.
  private static let unitsAtOnce = 1 << 31

  private func run(
    _ images: Tensor, _ table: [Float]?, _ out: UnsafeMutableRawPointer?, stride: Int
  ) throws {
    guard images.count > 0, let out else { return }
    let count = images.shape[0]
    let memory = try memory(workers: max(1, min(count, Kernels.threads)))
    defer { idle.withLock { $0.append(memory) } }
    let most = max(memory.workers, Self.unitsAtOnce / max(1, units))
    var done = 0
    while done < count {
      let now = min(most, count - done)
      try Work.current.charge(units * now)
      let (from, to) = (images.pointer + done * inputs, out + done * outputs * stride)
      espalier_bytes_run(
        network, memory.base, memory.workers, from, now, units, table, to)
      done += now
    }
  }

  /// Memory that no other call uses just now.
  private func memory(workers: Int) throws -> WorkerMemory {
    if let kept = idle.withLock({ $0.popLast() }), kept.workers >= workers { return kept }
    return try WorkerMemory(network, workers: workers)
  }
}

/// What workers write while a network runs; borders are filled once.
private final class WorkerMemory: @unchecked Sendable {
  // Unchecked: used by one call at a time.
  let base: UnsafeMutablePointer<UInt8>
  let bytes: Int
  let workers: Int
  private let memory: Memory

  init(_ network: UnsafePointer<EspalierByteNetwork>, workers: Int) throws {
    let memory = Work.current.memory
    let bytes = network.pointee.memory * workers
    try memory.reserve(bytes)
    guard let raw = espalier_allocate(bytes) else {
      memory.release(bytes)
      throw LimitError.tooLarge(bytes: bytes, live: memory.live, limit: memory.limit)
    }
    base = raw.assumingMemoryBound(to: UInt8.self)
    self.bytes = bytes
    self.workers = workers
    self.memory = memory
    espalier_bytes_ready(network, base, workers)
  }

  deinit {
    espalier_free(base, bytes)
    memory.release(bytes)
  }
}

/// Numbers at an address that does not change, where vectors begin.
private final class Owned<Number: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Unchecked: written by the initializer alone.
  let base: UnsafeMutablePointer<Number>
  let count: Int
  private let raw: UnsafeMutableRawPointer

  init(_ numbers: [Number]) {
    count = numbers.count
    raw = .allocate(byteCount: max(64, count * MemoryLayout<Number>.stride), alignment: 64)
    base = raw.bindMemory(to: Number.self, capacity: count)
    base.initialize(from: numbers, count: count)
  }

  deinit { raw.deallocate() }
}
