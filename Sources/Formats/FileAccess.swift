import Glibc
import Tensors

/// What a run may do with files: nothing, or read and write inside one folder.
///
/// Relative paths start at that folder. Links are followed before the path is judged, so that none
/// leads out. What was read or written is reported by its full path.
public struct FileAccess: Sendable {
  /// The full path of the granted folder, links resolved; `nil` grants nothing.
  public let folder: String?

  /// Grants nothing: what grading uses.
  public static let none = FileAccess()

  private init() { folder = nil }

  /// Grants one folder and what is in it.
  ///
  /// - Throws: `FileError` when there is no such folder.
  public init(folder: String) throws {
    guard let resolved = realPath(folder) else {
      throw FileError.unreadable(path: folder, reason: systemReason())
    }
    self.folder = resolved
  }

  /// The largest file that is read, in bytes.
  static let largestFile = 4 << 30

  /// The full path of a file or folder to read.
  public func pathForReading(_ path: String) throws -> String {
    let wanted = try absolute(path)
    guard let resolved = realPath(wanted) else {
      let reason = systemReason()
      try requireInside(parentResolved(wanted))
      throw FileError.unreadable(path: wanted, reason: reason)
    }
    return try requireInside(resolved)
  }

  /// The full path of a file to write; its folder must exist.
  public func pathForWriting(_ path: String) throws -> String {
    let wanted = try absolute(path)
    if let existing = realPath(wanted) { return try requireInside(existing) }
    let resolved: String
    do {
      resolved = try requireInside(parentResolved(wanted))
    } catch FileError.unreadable(let folder, let reason) {
      throw FileError.unwritable(path: wanted, reason: "\(folder): \(reason)")
    }
    // A link that leads nowhere would be replaced by the file; refuse rather than surprise.
    guard kind(of: resolved, followingLinks: false) == .missing else {
      throw FileError.unwritable(path: resolved, reason: "it is a link that leads nowhere")
    }
    return resolved
  }

  /// Reads a whole file.
  ///
  /// - Returns: its full path and bytes.
  /// - Throws: `FileError` when the path is not granted, is no regular file, or is too large.
  public func read(_ path: String) throws -> FileContents { try open(path).contents() }

  /// Opens a file to be read front to back.
  ///
  /// - Throws: `FileError` when the path is not granted, is no regular file, or is too large.
  public func open(_ path: String) throws -> FileSource {
    try FileSource(pathForReading(path), most: min(Self.largestFile, Work.current.memory.limit))
  }

  /// Replaces a file as a whole, or leaves it as it was: bytes go to a file beside it first.
  ///
  /// - Returns: the full path written.
  /// - Throws: `FileError` when the path is not granted or the system refuses.
  @discardableResult
  public func writeAtomically(_ bytes: [UInt8], to path: String) throws -> String {
    try writeAtomically(to: path) { write in try bytes.withUnsafeBytes { try write($0) } }
  }

  /// The same of bytes that come in pieces.
  ///
  /// - Parameter pieces: calls its argument with one piece after the other.
  /// - Returns: the full path written.
  /// - Throws: `FileError` when the path is not granted or the system refuses, `Cancelled`, and
  ///   what `pieces` throws; the file is as it was then.
  @discardableResult
  public func writeAtomically(
    to path: String, pieces: (_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> String {
    let full = try pathForWriting(path)
    if kind(of: full, followingLinks: true) == .folder {
      throw FileError.unwritable(path: full, reason: "it is a folder")
    }
    let (temporary, descriptor) = try temporaryFile(beside: full)
    do {
      try pieces { try write($0, to: descriptor, path: full) }
      // The name must not move to bytes that a power cut could still lose.
      guard fsync(descriptor) == 0 else {
        throw FileError.unwritable(path: full, reason: systemReason())
      }
      close(descriptor)
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard rename(temporary, full) == 0 else {
      let reason = systemReason()
      unlink(temporary)
      throw FileError.unwritable(path: full, reason: reason)
    }
    return full
  }

  /// The names in a folder, sorted; hidden ones left out.
  func names(inFolder full: String) throws -> [String] {
    guard let stream = opendir(full) else {
      throw FileError.unreadable(path: full, reason: systemReason())
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  // MARK: -

  private func absolute(_ path: String) throws -> String {
    guard let folder else { throw FileError.notGranted(path: path) }
    guard !path.isEmpty, !path.utf8.contains(0), path.utf8.count < Int(PATH_MAX) else {
      throw FileError.unusablePath(path.replacing("\0", with: "\\0"))
    }
    return path.hasPrefix("/") ? path : folder + "/" + path
  }

  @discardableResult
  private func requireInside(_ full: String) throws -> String {
    guard let folder else { throw FileError.notGranted(path: full) }
    let prefix = folder == "/" ? "/" : folder + "/"
    guard full == folder || full.hasPrefix(prefix) else {
      throw FileError.outsideFolder(path: full, folder: folder)
    }
    return full
  }

  /// The path of something that is not there yet: its folder with links resolved, and its name.
  private func parentResolved(_ path: String) throws -> String {
    let trimmed = path.last == "/" ? String(path.dropLast()) : path
    let cut = trimmed.lastIndex(of: "/") ?? trimmed.startIndex
    let name = trimmed[cut...].drop { $0 == "/" }
    let parent = cut == trimmed.startIndex ? "/" : String(trimmed[..<cut])
    guard !name.isEmpty, name != ".", name != ".." else { throw FileError.unusablePath(path) }
    guard let resolved = realPath(parent) else {
      throw FileError.unreadable(path: parent, reason: systemReason())
    }
    return (resolved == "/" ? "" : resolved) + "/" + name
  }

  private func temporaryFile(beside full: String) throws -> (path: String, descriptor: Int32) {
    // Several attempts: a file of this name may have been left by a run that was killed.
    for attempt in 0..<100 {
      let path = "\(full).\(getpid())-\(attempt).part"
      let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (path, descriptor) }
      guard errno == EEXIST else { break }
    }
    throw FileError.unwritable(path: full, reason: systemReason())
  }

  /// With a checkpoint every 16 MB.
  private func write(
    _ source: UnsafeRawBufferPointer, to descriptor: Int32, path: String
  ) throws {
    var done = 0
    while done < source.count {
      try Work.current.checkpoint()
      let wrote = Glibc.write(
        descriptor, source.baseAddress?.advanced(by: done), min(source.count - done, 16 << 20))
      if wrote < 0, errno == EINTR { continue }
      guard wrote > 0 else { throw FileError.unwritable(path: path, reason: systemReason()) }
      done += wrote
    }
  }
}
