import Foundation

/// The program that was built beside these tests, and folders for it to work in.
struct GradingProgram {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }
  let path: String

  /// Another program.
  init(path: String) { self.path = path }

  /// `nil` where only the tests were built.
  init?() {
    let folders = CommandLine.arguments.compactMap { argument -> String? in
      guard let range = argument.range(of: "/[^/]*\\.xctest", options: .regularExpression) else {
        return nil
      }
      return String(argument[..<range.lowerBound])
    }
    let found = folders.map { $0 + "/espalier" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let found else { return nil }
    path = found
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    // Errors are short; results may be longer than a pipe holds.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaints, as: UTF8.self))
  }

  /// The folder with the tests' lesson, its key and a class of submissions.
  static var classFolder: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Class").path
  }

  static var lesson: String { classFolder + "/four-bits.md" }
  static var key: String { classFolder + "/four-bits.key.md" }
}

/// A folder that is gone when nobody holds it any more.
final class WorkFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "espalier-grading-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func write(bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
  }
}
