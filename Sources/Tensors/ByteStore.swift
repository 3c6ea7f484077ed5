import CKernels

/// Bytes from the free list of tensors, for what is no float: codes, and what is read or written.
///
/// Nothing is in them at first. Whoever makes them writes them, before anyone else can see them.
public final class ByteStore: @unchecked Sendable {
  // Unchecked: written only by the one who makes it.
  private let base: UnsafeMutableRawPointer
  private let memory: Memory?
  public let count: Int

  /// Bytes that are booked like a tensor's.
  ///
  /// - Parameters:
  ///   - count: from 0.
  ///   - isHeld: whether they stay booked, or must only have room now: codes of a model are its own.
  /// - Throws: `LimitError.tooLarge`, `Cancelled`.
  public init(count: Int, isHeld: Bool = true) throws {
    let work = Work.current
    try work.checkpoint()
    try work.memory.reserve(count)
    guard let raw = espalier_allocate(count) else {
      work.memory.release(count)
      throw LimitError.tooLarge(bytes: count, live: work.memory.live, limit: work.memory.limit)
    }
    if !isHeld { work.memory.release(count) }
    (base, memory) = (raw, isHeld ? work.memory : nil)
    self.count = count
  }

  /// Bytes that are not booked, as those of an array; there is no memory for more than there is.
  public init(unbooked count: Int) {
    guard let raw = espalier_allocate(count) else { fatalError("no memory for \(count) bytes") }
    (base, memory) = (raw, nil)
    self.count = count
  }

  deinit {
    espalier_free(base, count)
    memory?.release(count)
  }

  /// Lends the bytes; the pointer is not valid afterwards.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The same to the one who made them and has not shown them to anyone.
  public func withMutableBytes<Result, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeMutableRawBufferPointer(start: base, count: count))
  }
}

extension [UInt8] {
  /// Bytes that a closure writes, in large pages where there are many.
  ///
  /// - Parameter fill: returns how many it has written, from the first on.
  public init(
    large count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Int
  ) rethrows {
    try self.init(unsafeUninitializedCapacity: count) { target, written in
      espalier_advise_large(target.baseAddress, count)
      written = try fill(UnsafeMutableRawBufferPointer(start: target.baseAddress, count: count))
    }
  }
}
