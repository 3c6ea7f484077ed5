import Glibc

/// A new folder with nothing in it, for processes to stand in.
///
/// Its name carries the grader's process, so that a later grader can clear away what one that was
/// killed could not.
public struct EmptyFolder: Sendable {
  public let path: String

  private static let stem = "espalier-grade-"

  /// - Parameter parent: where folders for a while are made.
  /// - Returns: `nil` when none can be made there.
  public init?(in parent: String = "/tmp") {
    Self.removeAbandoned(in: parent)
    var template = Array("\(parent)/\(Self.stem)\(getpid())-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  public func remove() { rmdir(path) }

  /// Removes the empty folders of graders that are no more.
  static func removeAbandoned(in parent: String) {
    guard let folder = opendir(parent) else { return }
    defer { closedir(folder) }
    var abandoned: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      let parts = name.dropFirst(stem.count).split(separator: "-")
      guard name.hasPrefix(stem), parts.count == 2, let process = pid_t(parts[0]), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      abandoned.append(name)
    }
    // Of somebody else's, or with something in it: it stays.
    for name in abandoned { rmdir("\(parent)/\(name)") }
  }
}
