import CKernels

/// An immutable array of unsigned bytes: the codes of a batch of activations.
///
/// Booked and kept like a `Tensor`; a quarter of its size.
public struct ByteTensor: Sendable {
  public let shape: Shape
  // Floats' storage takes four bytes each; they come from the same free list.
  private let storage: Storage

  /// The number of elements.
  public var count: Int { shape.count }

  /// Bytes that a closure writes; it must write every one of them.
  ///
  /// - Throws: `TensorError.negativeLength`, `LimitError.tooLarge`, and what `fill` throws.
  public init(
    unsafeUninitialized shape: Shape,
    fill: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
  ) throws {
    storage = try Storage([(shape.count + 3) / 4])
    self.shape = shape
    try fill(UnsafeMutableBufferPointer(start: base, count: shape.count))
  }

  /// - Throws: `TensorError.wrongCount` unless there are as many bytes as the shape has elements.
  public init(_ shape: Shape, _ bytes: [UInt8]) throws {
    guard bytes.count == shape.count else { throw TensorError.wrongCount(bytes.count, shape) }
    try self.init(unsafeUninitialized: shape) { _ = $0.update(fromContentsOf: bytes) }
  }

  private init(_ shape: Shape, _ storage: Storage) {
    self.shape = shape
    self.storage = storage
  }

  private var base: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: UInt8.self)
  }

  var pointer: UnsafePointer<UInt8> { UnsafePointer(base) }

  /// All bytes, row by row.
  public var bytes: [UInt8] { withBytes { Array($0) } }

  /// Lends the bytes without a copy; the pointer is not valid afterwards.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: pointer, count: count))
  }

  /// The same bytes under another shape.
  ///
  /// - Throws: `TensorError.cannotReshape` unless both have the same number of elements.
  public func reshaped(_ shape: Shape) throws -> ByteTensor {
    guard shape.count == count else { throw TensorError.cannotReshape(self.shape, shape) }
    return ByteTensor(shape, storage)
  }
}

extension ByteTensor {
  /// clamp(rne(x / scale) + zero, 0, highest) of every number; a NaN becomes the code of 0.
  ///
  /// float32 throughout; the division is a division.
  public init(_ x: Tensor, scale: Float, zero: Int32, highest: Int32 = 255) throws {
    try Work.current.charge(x.count)
    try self.init(unsafeUninitialized: x.shape) { target in
      espalier_quantize_bytes(x.pointer, target.baseAddress, x.count, scale, zero, 0, highest)
    }
  }

  /// The same with a scale and a code of 0 for each slice of the first axis.
  ///
  /// - Throws: `TensorError.wrongCount` unless there is one of each a slice.
  public init(_ x: Tensor, scales: [Float], zeros: [Int32], highest: Int32 = 255) throws {
    let rows = x.shape.rank > 0 ? x.shape[0] : 0
    guard scales.count == rows, zeros.count == rows else {
      throw TensorError.wrongCount(min(scales.count, zeros.count), [rows])
    }
    try Work.current.charge(x.count)
    try self.init(unsafeUninitialized: x.shape) { target in
      espalier_quantize_rows(
        x.pointer, target.baseAddress, rows, x.count / max(1, rows), scales, zeros, highest)
    }
  }

  /// Every byte, or another one where it is below that.
  public func atLeast(_ least: UInt8) throws -> ByteTensor {
    try Work.current.charge(count)
    return try ByteTensor(unsafeUninitialized: shape) { target in
      espalier_at_least_bytes(pointer, least, target.baseAddress, count)
    }
  }

  /// A float for each byte, out of 256.
  public func lookedUp(_ table: [Float]) throws -> Tensor {
    try Work.current.charge(count)
    return try Tensor(unsafeUninitialized: shape) { target in
      guard table.count == 256 else { return target.update(repeating: 0) }
      espalier_look_up_floats(pointer, table, target.baseAddress, count)
    }
  }

  /// A byte for each byte, out of 256.
  public func lookedUp(_ table: [UInt8]) throws -> ByteTensor {
    try Work.current.charge(count)
    return try ByteTensor(unsafeUninitialized: shape) { target in
      guard table.count == 256 else { return target.update(repeating: 0) }
      espalier_look_up_bytes(pointer, table, target.baseAddress, count)
    }
  }

  /// The largest byte of each window of images `[n, channels, height, width]`.
  ///
  /// - Throws: `TensorError.wrongRank`, `.windowTooLarge`.
  public func maxPooled(_ pooling: MaxPooling) throws -> ByteTensor {
    let out = try unpadded(pooling.outputShape(shape), pooling.padding)
    try Work.current.charge(out.count * pooling.window * pooling.window)
    return try ByteTensor(unsafeUninitialized: out) { target in
      espalier_maxpool_bytes(
        shape[0] * shape[1], shape[2], shape[3], pooling.window, pooling.stride, out[2], out[3],
        pointer, target.baseAddress)
    }
  }

  /// The sum of each window's bytes plus an offset, times a float32, rounded half to even, plus the
  /// code of 0, kept within 0…highest.
  ///
  /// - Throws: `TensorError.wrongRank`, `.windowTooLarge`.
  public func averagePooled(
    _ pooling: AveragePooling, offset: Int32, multiplier: Float, zero: Int32, highest: Int32
  ) throws -> ByteTensor {
    let out = try unpadded(pooling.outputShape(shape), pooling.padding)
    try Work.current.charge(out.count * pooling.window * pooling.window)
    let rescaling = Rescaling(
      offsets: [offset], multipliers: [multiplier], zero: zero, highest: highest)
    return try ByteTensor(unsafeUninitialized: out) { target in
      rescaling.withKernel(kind: .codes) { rescale in
        espalier_avgpool_bytes(
          shape[0] * shape[1], shape[2], shape[3], pooling.window, pooling.stride, out[2], out[3],
          pointer, &rescale, target.baseAddress)
      }
    }
  }

  /// Layers pool without padding, so kernels of bytes have none.
  private func unpadded(_ shape: Shape, _ padding: Int) throws -> Shape {
    guard padding == 0 else {
      throw TensorError.outsideDomain("`padding:`", Double(padding), allowed: "0 for codes")
    }
    return shape
  }
}
