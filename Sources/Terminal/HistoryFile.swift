import Glibc

/// The entries of earlier sessions, one a line; a line end inside an entry is written `\n`.
///
/// Every entry is appended as soon as it is made, in one write, so that sessions side by side do
/// not tear each other's lines and none is lost when a session ends badly.
public struct HistoryFile: Sendable, Equatable {
  /// More would make starting slow and help nobody.
  static let limit = 10_000
  let path: String

  public init(path: String) {
    self.path = path
  }

  /// `history` in the state folder; `nil` without one.
  public static func standard(environment: (String) -> String?) -> HistoryFile? {
    stateFolder(environment: environment).map { HistoryFile(path: $0 + "/history") }
  }

  /// All entries, oldest first; none when the file is missing or cannot be read.
  func entries() -> [String] {
    guard let bytes = contentsOfFile(path) else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return lines.suffix(Self.limit).map { unescaped(String(decoding: $0, as: UTF8.self)) }
  }

  /// Adds an entry at the end; a history that cannot be written is no reason to stop anyone.
  func append(_ entry: String) {
    makeFolders()
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    let line = Array((escaped(entry) + "\n").utf8)
    _ = write(file, line, line.count)
  }

  private func makeFolders() {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o700)
    }
  }

  private func escaped(_ entry: String) -> String {
    var text = ""
    for character in entry.unicodeScalars {
      switch character {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }

  private func unescaped(_ line: String) -> String {
    var text = String.UnicodeScalarView()
    var isEscape = false
    for character in line.unicodeScalars {
      if isEscape {
        text.append(character == "n" ? "\n" : character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        text.append(character)
      }
    }
    return String(text)
  }
}

/// Where the program keeps what outlives a session: `$XDG_STATE_HOME/espalier`, else
/// `~/.local/state/espalier`; `nil` without a home.
public func stateFolder(environment: (String) -> String?) -> String? {
  if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/espalier" }
  guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
  return home + "/.local/state/espalier"
}

/// The bytes of a file; `nil` with `errno` set when it cannot be read.
public func contentsOfFile(_ path: String) -> [UInt8]? {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { close(file) }
  return contents(ofDescriptor: file)
}

/// Everything that can still be read from a descriptor; `nil` with `errno` set on an error.
public func contents(ofDescriptor file: Int32) -> [UInt8]? {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(file, &buffer, buffer.count)
    if count == 0 { return bytes }
    if count < 0 {
      if errno == EINTR { continue }
      return nil
    }
    bytes += buffer[..<count]
  }
}
