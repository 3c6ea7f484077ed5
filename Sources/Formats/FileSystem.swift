import Glibc

/// What a path leads to.
enum FileKind {
  case missing, file, folder, link, other
}

func kind(of path: String, followingLinks: Bool) -> FileKind {
  var status = stat()
  guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return .missing }
  return switch status.st_mode & S_IFMT {
  case S_IFREG: .file
  case S_IFDIR: .folder
  case S_IFLNK: .link
  default: .other
  }
}

/// The full path without links, `.` and `..`; `nil` when something of it does not exist.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The system's words for an error number: `No such file or directory`.
func systemReason(_ number: Int32 = errno) -> String {
  var text = [CChar](repeating: 0, count: 256)
  // The XSI form fills the buffer and returns a number; whatever it leaves is ended by a zero.
  guard strerror_r(number, &text, text.count - 1) == 0 else { return "error \(number)" }
  let words = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  return words.prefix(1).lowercased() + words.dropFirst()
}

/// The part of a path after its last slash.
func lastPart(of path: String) -> String {
  String(path.split(separator: "/").last ?? "data")
}
