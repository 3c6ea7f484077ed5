import ArgumentParser
import Glibc
import Synchronization
import Terminal

/// The files to grade, each under the name that results call it by.
struct SubmissionFiles {
  struct Entry {
    var path: String
    /// The path inside the folder that was given, else the file's own name.
    var name: String
  }
  var entries: [Entry] = []
  /// Several were asked for, so results are of a class.
  var isClass: Bool

  /// - Parameter excluded: files that are no submissions though they may lie beside them.
  init(_ arguments: [String], except excluded: [String]) throws {
    isClass = arguments.count > 1 || arguments.contains(where: isFolder)
    let others = Set(excluded.compactMap(resolved))
    for argument in arguments {
      guard isFolder(argument) else {
        guard access(argument, F_OK) == 0 else {
          throw ValidationError("there is no file \(argument)")
        }
        entries.append(Entry(path: argument, name: fileName(argument)))
        continue
      }
      let folder = argument.hasSuffix("/") ? String(argument.dropLast()) : argument
      for path in filesBelow(folder) where path.hasSuffix(".md") || path.hasSuffix(".esp") {
        if let full = resolved(path), others.contains(full) { continue }
        entries.append(Entry(path: path, name: String(path.dropFirst(folder.count + 1))))
      }
    }
    nameApart()
  }

  /// Two files of one name are told apart by their folders.
  private mutating func nameApart() {
    var counts: [String: Int] = [:]
    for entry in entries { counts[entry.name, default: 0] += 1 }
    for index in entries.indices where counts[entries[index].name] ?? 0 > 1 {
      entries[index].name = entries[index].path
    }
  }
}

/// The last part of a path.
func fileName(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

private func resolved(_ path: String) -> String? {
  guard let full = realpath(path, nil) else { return nil }
  defer { free(full) }
  return String(cString: full)
}

/// The path of this program.
func programPath() -> String { resolved("/proc/self/exe") ?? "/proc/self/exe" }

func processors() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// A flag that Ctrl-C sets.
final class Interruption: Sendable {
  private let flag = Atomic<Bool>(false)
  var isRequested: Bool { flag.load(ordering: .relaxed) }
  func request() { flag.store(true, ordering: .relaxed) }
}

/// A new folder with nothing in it, for processes to stand in.
struct EmptyFolder {
  let path: String

  init?() {
    var template = Array("/tmp/espalier-grade-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  func remove() { rmdir(path) }
}
