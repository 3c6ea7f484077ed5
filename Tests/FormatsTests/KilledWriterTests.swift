import Containers
import Encodings
import Formats
import Foundation
import Tensors
import Testing

/// A program killed while it saves: the file under the name is always a whole one.
@Suite struct KilledWriterTests {
  @Test func theOldFileIsWholeAtAnyMoment() throws {
    guard let program = Self.program else { return }
    let folder = try TemporaryFolder()
    try folder.write(
      "for i in 1..<100000 { save(full(300000, value: i), \"w.espm\") }", "save.esp")
    var seen: Set<Float> = []
    for round in 0..<12 {
      let writer = Process()
      writer.executableURL = URL(fileURLWithPath: program)
      writer.arguments = ["run", folder.path + "/save.esp"]
      writer.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      writer.standardOutput = FileHandle.nullDevice
      writer.standardError = FileHandle.nullDevice
      try writer.run()
      let file = folder.path + "/w.espm"
      // The first round waits for a first file; the others stop it in the middle of one.
      while round == 0, !FileManager.default.fileExists(atPath: file), writer.isRunning {
        usleep(1000)
      }
      usleep(UInt32(20_000 + 7919 * round))
      // What another program sees at a moment is what a kill at that moment would leave.
      for _ in 0..<40 {
        let length = (try? folder.bytes("w.espm"))?.count
        #expect(length == Self.length, "a part of a file stands under the name")
        if length != Self.length { break }
      }
      #expect(writer.isRunning, "the writer stopped by itself")
      kill(writer.processIdentifier, SIGKILL)
      writer.waitUntilExit()
      guard case .tensor(let tensor) = try Container.decode(folder.bytes("w.espm")) else {
        Issue.record("the file holds no tensor")
        return
      }
      #expect(tensor.count == 300_000)
      let values = try tensor.values
      #expect(values.scalars.allSatisfy { $0 == values[0] })
      seen.insert(values[0])
    }
    #expect(!seen.isEmpty)
  }

  /// The bytes of a file that holds 300,000 floats.
  private static let length = (try? EncodedTensor(Tensor.full([300_000], 1))).map {
    Container.encode($0).count
  }

  /// The program that was built beside these tests, if it was.
  private static var program: String? {
    let folders = CommandLine.arguments.compactMap { argument -> String? in
      guard let range = argument.range(of: "/[^/]*\\.xctest", options: .regularExpression) else {
        return nil
      }
      return String(argument[..<range.lowerBound])
    }
    return folders.map { $0 + "/espalier" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }
}
