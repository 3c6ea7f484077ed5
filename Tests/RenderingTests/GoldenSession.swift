import Catalog
import Containers
import Encodings
import Foundation
import Interpreter
import Language
import Networks

@testable import Tensors

/// Runs the example of a code as a user would: with every built-in, `w` bound to 3, and a folder
/// of the files that go wrong in the way the code says.
enum GoldenSession {
  /// What a program ends in; warnings only when it runs to its end.
  static func diagnose(_ source: Source, _ code: String) throws -> [Diagnostic] {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "espalier-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try write(filesFor: code, in: folder)
    let warnings = Warnings()
    let session = Session(configuration(for: code, folder.path)) { event in
      if case .warning(let warning) = event { warnings.add(warning) }
    }
    _ = session.run(Source(name: "<earlier>", "let w = 3"), echo: false)
    switch session.run(source, echo: false) {
    case .failed(let diagnostics): return diagnostics.map { $0.replacing(folder) }
    case .incomplete: return parse(source).diagnostics
    case .finished, .interrupted: return warnings.all
    }
  }

  private static func configuration(for code: String, _ folder: String) -> Session.Configuration {
    var builtins = builtinCatalog
    let card = Card("fault", .function, summary: "", parameters: [], examples: [])
    switch code {
    case "E0701":
      builtins.append(
        Builtin(
          card,
          explain: { _ in
            Explanation(
              Derivation(title: "", steps: [.init("y", "1 + 1", "1 + 1")], result: "y"), inputs: [])
          }
        ) { _ in .number(3) })
    default: builtins.append(Builtin(card) { _ in throw fault(of: code) })
    }
    return .init(
      builtins: builtins, files: code == "E0503" ? .none : .folder(folder),
      memory: Memory(limit: 1 << 30), unitLimit: code == "L0002" ? 1000 : nil,
      clock: code == "E0383" ? nil : Session.monotonicClock)
  }

  /// Errors of parts that no program of a user's reaches while they are whole.
  private static func fault(of code: String) -> any Error {
    switch code {
    case "E0246": DataError.countsDiffer(images: [10, 1, 8, 8], labels: [9])
    case "E0315":
      EncodingError.unavailable(Layout(.all, .packed), because: "it has no integer codes")
    case "E0514": ContainerError.notAContainer
    case "E0603": KernelError(name: "conv2d", status: 3)
    default: Unexpected.mistake
    }
  }

  private enum Unexpected: Error { case mistake }

  // MARK: Files

  private static func write(filesFor code: String, in folder: URL) throws {
    func write(_ name: String, _ bytes: [UInt8]) throws {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    // Magic number and the length of the one axis of an IDX file.
    func labels(_ count: [UInt8]) -> [UInt8] { [0, 0, 8, 1] + count }
    var saved = try Container.encode(EncodedTensor(Tensor([3], [1, 2, 3])))
    switch code {
    case "E0504": try write("labels.idx", labels([0, 0, 0, 10]) + [1, 2])
    case "E0505":
      try write(
        "weights.npy",
        Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }) + [1, 0, 8, 0]
          + Array("nonsense".utf8))
    case "E0506":
      // Only as large as it says: a file of holes.
      try write("labels.idx", [])
      let file = try FileHandle(forWritingTo: folder.appending(path: "labels.idx"))
      try file.truncate(atOffset: 2 << 30)
      try file.close()
    case "E0507": try write("picture.raw", [0xDE, 0xAD, 0xBE, 0xEF, 0, 0, 0, 0])
    case "E0508", "E0510":
      try FileManager.default.createDirectory(
        at: folder.appending(path: "folder"), withIntermediateDirectories: true)
    case "E0509": try write("table.csv", Array("1,2\n3,4\n5\n".utf8))
    case "E0511": try write("small.espm", Array(saved.dropLast(4)))
    case "E0512":
      saved[saved.count - 1] ^= 1
      try write("small.espm", saved)
    case "E0513":
      saved[4] = 9
      try write("small.espm", saved)
    case "E0520":
      let fixture = DiagnosticGoldenTests.folder.appending(
        path: "../../FormatsTests/Fixtures/stored.npz")
      try write("many.npz", Array(Data(contentsOf: fixture)))
    default: break
    }
  }
}

/// Warnings come from the run's own thread.
private final class Warnings: @unchecked Sendable {
  // Unchecked: the run has ended before they are read.
  private(set) var all: [Diagnostic] = []
  func add(_ warning: Diagnostic) { all.append(warning) }
}

extension Diagnostic {
  /// The same with a name for the temporary folder that does not change.
  fileprivate func replacing(_ folder: URL) -> Diagnostic {
    var diagnostic = self
    let above = folder.deletingLastPathComponent().path
    func named(_ text: String) -> String {
      text.replacingOccurrences(of: folder.path, with: "/home/you/work")
        .replacingOccurrences(of: above + "/secret", with: "/home/you/secret")
    }
    diagnostic.headline = named(headline)
    diagnostic.notes = notes.map(named)
    return diagnostic
  }
}
