import Foundation
import Formats
import Tensors
import Testing

/// A folder that a test fills and that is gone with the last mention of it.
final class TemporaryFolder {
  let path: String
  let access: FileAccess

  init() throws {
    let base = FileManager.default.temporaryDirectory.appendingPathComponent(
      "espalier-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    access = try FileAccess(folder: base.path)
    path = access.folder ?? base.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func write(_ text: String, _ name: String) throws { try write(Array(text.utf8), name) }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }

  /// Loads a file that holds one tensor.
  func tensor(_ name: String, _ options: LoadOptions = LoadOptions()) throws -> Tensor {
    guard case .tensor(let tensor) = try access.load(name, options).content else {
      throw WrongContent()
    }
    return tensor
  }

  /// The error that loading ends in; fails the test when there is none.
  func failure(_ name: String, _ options: LoadOptions = LoadOptions()) -> FileError? {
    #expect(throws: FileError.self) { try access.load(name, options) }
  }
}

struct WrongContent: Error {}

/// The bytes of a file that make_fixtures.py wrote.
func fixture(_ name: String) throws -> [UInt8] {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  return Array(try Data(contentsOf: folder.appendingPathComponent("Fixtures/\(name)")))
}
