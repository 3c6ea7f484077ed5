import CKernels

/// An immutable array of float32 numbers: a shape, and the scalars in row-major order.
///
/// One word wide; copies share their bytes. Every allocation is booked in `Work.current` first, so
/// a size that cannot be is an error and no crash.
public struct Tensor: Sendable {
  let header: Header

  /// What a tensor's one word points to.
  ///
  /// A reshape shares the storage under a new header.
  final class Header: Sendable {
    let shape: Shape
    let storage: Storage

    init(_ shape: Shape, _ storage: Storage) {
      self.shape = shape
      self.storage = storage
    }
  }

  init(_ shape: Shape, _ storage: Storage) { header = Header(shape, storage) }

  public var shape: Shape { header.shape }

  /// The number of elements.
  public var count: Int { header.shape.count }

  var storage: Storage { header.storage }
  var pointer: UnsafePointer<Float> { UnsafePointer(header.storage.base) }

  /// - Parameter scalars: as many as the shape has, row by row.
  /// - Throws: `TensorError.wrongCount`, `.negativeLength`, or `LimitError.tooLarge`.
  public init(_ shape: Shape, _ scalars: [Float]) throws {
    guard scalars.count == shape.count else {
      throw TensorError.wrongCount(scalars.count, shape)
    }
    try self.init(unsafeUninitialized: shape) { target in
      guard let out = target.baseAddress else { return }
      try scalars.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress else { return }
        try inPieces(target.count) { (out + $0).update(from: from + $0, count: $1) }
      }
    }
  }

  /// A tensor whose scalars a closure writes; it must write every one of them.
  ///
  /// - Throws: `TensorError.negativeLength`, `LimitError.tooLarge`, and what `fill` throws.
  public init(
    unsafeUninitialized shape: Shape,
    fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let storage = try Storage(shape)
    try fill(UnsafeMutableBufferPointer(start: storage.base, count: shape.count))
    self.init(shape, storage)
  }

  /// A tensor of one number repeated.
  public static func full(_ shape: Shape, _ value: Float) throws -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      guard let out = target.baseAddress else { return }
      try inPieces(target.count) { (out + $0).update(repeating: value, count: $1) }
    }
  }

  public static func zeros(_ shape: Shape) throws -> Tensor { try full(shape, 0) }

  public static func ones(_ shape: Shape) throws -> Tensor { try full(shape, 1) }

  /// One axis of the numbers given.
  public init(_ scalars: [Float]) throws { try self.init([scalars.count], scalars) }

  /// All scalars, row by row.
  public var scalars: [Float] { withScalars { Array($0) } }

  /// Lends the scalars without a copy; the pointer is not valid afterwards.
  public func withScalars<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(header) {} }
    return try body(UnsafeBufferPointer(start: pointer, count: count))
  }

  /// One scalar by its row-major position, `0..<count`.
  public subscript(flat: Int) -> Float { withScalars { $0[flat] } }

  /// The same scalars under another shape.
  ///
  /// - Throws: `TensorError.cannotReshape` unless both have the same number of elements.
  public func reshaped(_ shape: Shape) throws -> Tensor {
    if shape.dimensions.contains(where: { $0 < 0 }) { throw TensorError.negativeLength(shape) }
    guard shape.count == count else { throw TensorError.cannotReshape(self.shape, shape) }
    return Tensor(shape, storage)
  }
}

extension Tensor: Equatable {
  /// Same shape, and scalar by scalar the same number; a NaN is the same as a NaN here.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.shape == right.shape else { return false }
    return left.withScalars { a in
      right.withScalars { b in
        zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
      }
    }
  }
}

/// The bytes of one or more tensors: booked, taken from a free list, given back at the end.
final class Storage: @unchecked Sendable {
  // Unchecked: written only by the one who makes it, before anyone else can see it.
  let base: UnsafeMutablePointer<Float>
  private let bytes: Int
  private let memory: Memory

  init(_ shape: Shape) throws {
    if shape.dimensions.contains(where: { $0 < 0 }) { throw TensorError.negativeLength(shape) }
    let memory = Work.current.memory
    let (bytes, overflow) = shape.count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    if overflow {
      throw LimitError.tooLarge(bytes: Int.max, live: memory.live, limit: memory.limit)
    }
    try memory.reserve(bytes)
    do {
      // Filling and copying cost what they fill; kernels charge what they compute besides.
      try Work.current.charge(shape.count)
    } catch {
      memory.release(bytes)
      throw error
    }
    guard let raw = espalier_allocate(bytes) else {
      memory.release(bytes)
      throw LimitError.tooLarge(bytes: bytes, live: memory.live, limit: memory.limit)
    }
    base = raw.assumingMemoryBound(to: Float.self)
    self.bytes = bytes
    self.memory = memory
  }

  deinit {
    espalier_free(base, bytes)
    memory.release(bytes)
  }
}
