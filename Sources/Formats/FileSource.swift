import Glibc
import Tensors

/// An open file, read front to back.
public final class FileSource: ByteSource {
  public let path: String
  public private(set) var left: Int
  private let descriptor: Int32

  /// - Throws: `FileError` when this is no regular file, has more bytes than `most`, or the system
  ///   refuses.
  init(_ path: String, most: Int) throws {
    // O_NONBLOCK: a pipe in the folder must not make `load` wait; it is refused below.
    let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError.unreadable(path: path, reason: systemReason())
    }
    self.path = path
    self.descriptor = descriptor
    left = 0
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FileError.unreadable(path: path, reason: systemReason())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError.notAFile(path: path, what: isFolder ? "a folder" : "a device or a pipe")
    }
    left = Int(status.st_size)
    guard left <= most else { throw FileError.tooLarge(path: path, bytes: left, limit: most) }
  }

  deinit { close(descriptor) }

  /// The next bytes, which stay to be read.
  func ahead(_ count: Int) -> [UInt8] {
    let place = lseek(descriptor, 0, SEEK_CUR)
    return [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      filled = max(0, pread(descriptor, target.baseAddress, count, place))
    }
  }

  /// All bytes.
  func contents() throws -> FileContents { FileContents(path: path, bytes: try next(left)) }

  /// With a checkpoint every 16 MB.
  public func read(into target: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < target.count {
      try Work.current.checkpoint()
      let got = Glibc.read(
        descriptor, target.baseAddress?.advanced(by: filled), min(target.count - filled, 16 << 20))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        let reason = got < 0 ? systemReason() : "it became shorter while it was read"
        throw FileError.unreadable(path: path, reason: reason)
      }
      filled += got
      left -= got
    }
  }
}

/// A file's full path and all its bytes.
public struct FileContents: Sendable {
  public var path: String
  public var bytes: [UInt8]

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}
