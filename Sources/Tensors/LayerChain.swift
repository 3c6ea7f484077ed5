import CKernels

/// Layers that follow one another, laid out to be computed together in inference.
///
/// An image goes through all of them before the next one, so that what is between stays in the
/// processor's cache, and weights are laid out once. Kernels and the order of their sums:
/// `espalier_inference_run`.
public final class LayerChain: @unchecked Sendable {
  // Unchecked: nothing is written after the initializer.
  private let network: UnsafeMutablePointer<EspalierInference>
  private let held: [Floats]
  private let inputShape: Shape
  private let outputShape: Shape
  /// Units of work for one example: what the layers would charge one by one.
  private let units: Int

  init(
    _ images: [EspalierImageStep], _ rows: [EspalierRowStep], holding: [Floats],
    from input: Shape, to output: Shape, units: Int
  ) {
    network = .allocate(capacity: 1)
    let imageSteps = UnsafeMutablePointer<EspalierImageStep>.allocate(capacity: images.count)
    imageSteps.initialize(from: images, count: images.count)
    let rowSteps = UnsafeMutablePointer<EspalierRowStep>.allocate(capacity: rows.count)
    rowSteps.initialize(from: rows, count: rows.count)
    network.initialize(
      to: EspalierInference(
        images: imageSteps, imageCount: images.count, rows: rowSteps, rowCount: rows.count,
        imageFloats: 0, scratchFloats: 0, leaving: 0))
    espalier_inference_layout(network)
    held = holding
    inputShape = input
    outputShape = output
    self.units = units
  }

  deinit {
    network.pointee.images.deallocate()
    network.pointee.rows.deallocate()
    network.deallocate()
  }

  /// Work between two checkpoints: below 100 ms.
  private static let pieceWork = 2_000_000_000

  /// The results for a batch.
  ///
  /// Each example's are the same in any batch and on any number of threads.
  ///
  /// - Parameter batch: `[n, …input shape]`.
  /// - Returns: `[n, …output shape]`.
  public func callAsFunction(_ batch: Tensor) throws -> Tensor {
    let count = batch.shape[0]
    let shape = Shape([count] + outputShape.dimensions)
    guard batch.shape.dimensions.dropFirst().elementsEqual(inputShape.dimensions) else {
      throw TensorError.shapesDiffer("layers", Shape([count] + inputShape.dimensions), batch.shape)
    }
    let piece = max(1, min(count, Self.pieceWork / max(1, units)))
    let workers = Kernels.threads
    let memory = try Floats(espalier_inference_floats(network, piece, workers))
    return try Tensor(unsafeUninitialized: shape) { target in
      guard let out = target.baseAddress else { return }
      for start in stride(from: 0, to: count, by: piece) {
        let length = min(piece, count - start)
        // The tensor has charged for its elements.
        try Work.current.charge(length * units)
        espalier_inference_run(
          network, batch.pointer + start * inputShape.count, length, workers,
          out + start * outputShape.count, memory.base)
      }
    }
  }
}

/// Memory for numbers that no tensor is made of: booked, but not charged as work.
final class Floats: @unchecked Sendable {
  // Unchecked: written only by the one who makes it, before anyone else can see it.
  let base: UnsafeMutablePointer<Float>
  private let bytes: Int
  private let memory: Memory

  init(_ count: Int) throws {
    memory = Work.current.memory
    bytes = max(1, count) * MemoryLayout<Float>.stride
    try memory.reserve(bytes)
    guard let raw = espalier_allocate(bytes) else {
      memory.release(bytes)
      throw LimitError.tooLarge(bytes: bytes, live: memory.live, limit: memory.limit)
    }
    base = raw.assumingMemoryBound(to: Float.self)
  }

  deinit {
    espalier_free(base, bytes)
    memory.release(bytes)
  }
}
