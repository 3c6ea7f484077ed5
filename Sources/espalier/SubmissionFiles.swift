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
      for path in Self.plainFiles(below: folder) {
        if let full = resolved(path), others.contains(full) { continue }
        entries.append(Entry(path: path, name: String(path.dropFirst(folder.count + 1))))
      }
    }
    nameApart()
  }

  /// Pages and scripts in a folder, by name; links are not followed, for students made them.
  private static func plainFiles(below folder: String) -> [String] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().flatMap { name -> [String] in
      let path = folder + "/" + name
      var facts = stat()
      guard lstat(path, &facts) == 0 else { return [] }
      switch facts.st_mode & S_IFMT {
      case S_IFDIR: return plainFiles(below: path)
      case S_IFREG where name.hasSuffix(".md") || name.hasSuffix(".esp"): return [path]
      default: return []
      }
    }
  }

  /// The bytes of a submission, one more than are read of it at most; `nil` of what is no file.
  static func bytes(_ path: String, atMost most: Int) -> [UInt8]? {
    // A pipe must not make the grader wait.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    var bytes = [UInt8](repeating: 0, count: min(Int(facts.st_size), most + 1))
    var done = 0
    while done < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { break }
      done += got
    }
    return Array(bytes[..<done])
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
