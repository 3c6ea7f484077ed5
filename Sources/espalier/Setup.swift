import Glibc
import Interpreter

extension Session.Configuration {
  /// Everything the language brings along.
  static func standard(seed: UInt64 = 0, files: FilePolicy) -> Session.Configuration {
    Session.Configuration(builtins: builtinCatalog, seed: seed, files: files)
  }
}

/// The absolute path of the folder the program was started in.
func currentFolder() -> String {
  guard let path = getcwd(nil, 0) else { return "/" }
  defer { free(path) }
  return String(cString: path)
}

/// The absolute path of the folder that holds a file.
func folder(of file: String) -> String {
  let parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
  let folder = parts.joined(separator: "/")
  if file.hasPrefix("/") { return folder.isEmpty ? "/" : folder }
  return folder.isEmpty ? currentFolder() : currentFolder() + "/" + folder
}
