/// Bytes that are read front to back, such as those of a file: nobody holds them all at once.
public protocol ByteSource: AnyObject {
  /// How many have not been read.
  var left: Int { get }

  /// Fills a target with the next bytes, at most as many as are left.
  ///
  /// - Throws: when they cannot be had, though they should be there; `Cancelled`.
  func read(into target: UnsafeMutableRawBufferPointer) throws
}

extension ByteSource {
  /// The next bytes, at most as many as are left.
  public func next(_ count: Int) throws -> [UInt8] {
    try [UInt8](large: min(count, left)) { target in
      try read(into: target)
      return target.count
    }
  }
}

/// Bytes in memory, as a source.
public final class ByteList: ByteSource {
  private var rest: ArraySlice<UInt8>

  public init(_ bytes: [UInt8]) { rest = bytes[...] }

  public var left: Int { rest.count }

  public func read(into target: UnsafeMutableRawBufferPointer) {
    target.copyBytes(from: rest.prefix(target.count))
    rest = rest.dropFirst(target.count)
  }
}
