import Foundation
import Formats
import Testing

struct FileAccessTests {
  @Test func relativePathsStartAtTheFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write("abc", "a.txt")
    let contents = try folder.access.read("a.txt")
    #expect(contents.path == folder.path + "/a.txt")
    #expect(contents.bytes == Array("abc".utf8))
    #expect(try folder.access.read(folder.path + "/./a.txt").path == contents.path)
  }

  @Test(arguments: ["../secret", "/etc/passwd", "/", "..", "sub/../../x"])
  func nothingOutsideTheFolderIsTouched(path: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/sub", withIntermediateDirectories: true)
    for attempt in [
      { _ = try folder.access.read(path) },
      {
        _ = try folder.access.writeAtomically([1], to: path)
      },
    ] {
      let error = #expect(throws: FileError.self) { try attempt() }
      #expect(error?.code == "E0502" || path == "..")
    }
  }

  @Test func aFolderWhoseNameBeginsTheSameIsOutside() throws {
    let folder = try TemporaryFolder()
    let beside = folder.path + "-beside"
    try FileManager.default.createDirectory(
      atPath: beside, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: beside) }
    let error = #expect(throws: FileError.self) {
      try folder.access.writeAtomically([1], to: beside + "/x")
    }
    #expect(error?.code == "E0502")
  }

  @Test func linksDoNotLeadOut() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    try other.write("secret", "s.txt")
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: folder.path + "/file", withDestinationPath: other.path + "/s.txt")
    try manager.createSymbolicLink(
      atPath: folder.path + "/way", withDestinationPath: other.path)
    try manager.createSymbolicLink(
      atPath: folder.path + "/nowhere", withDestinationPath: other.path + "/new")
    #expect(throws: FileError.self) { try folder.access.read("file") }
    #expect(throws: FileError.self) { try folder.access.read("way/s.txt") }
    for path in ["file", "way/new", "nowhere"] {
      #expect(throws: FileError.self) { try folder.access.writeAtomically([1], to: path) }
    }
    #expect(try other.bytes("s.txt") == Array("secret".utf8))
    #expect(try manager.contentsOfDirectory(atPath: other.path) == ["s.txt"])
  }

  @Test func linksInsideAreFollowed() throws {
    let folder = try TemporaryFolder()
    try folder.write("abc", "a.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: "a.txt")
    #expect(try folder.access.read("link").path == folder.path + "/a.txt")
  }

  @Test func withoutAGrantNothingIsTouched() throws {
    let error = #expect(throws: FileError.self) { try FileAccess.none.read("a.txt") }
    #expect(error == .notGranted(path: "a.txt"))
    #expect(throws: FileError.self) { try FileAccess.none.writeAtomically([], to: "a") }
    #expect(throws: FileError.self) { try FileAccess.none.load("a") }
  }

  @Test func aMissingFileSaysSoWithItsFullPath() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: FileError.self) { try folder.access.load("no.npy") }
    #expect(
      error?.headline == "\(folder.path)/no.npy cannot be read: no such file or directory")
    #expect(error?.code == "E0501")
  }

  @Test(arguments: ["", "a\0b", String(repeating: "x", count: 5000)])
  func pathsThatCannotBeAreRefused(path: String) throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError.self) { try folder.access.read(path) }
    #expect(throws: FileError.self) { try folder.access.writeAtomically([1], to: path) }
  }

  @Test func aPipeIsRefusedAndNotWaitedFor() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    let error = #expect(throws: FileError.self) { try folder.access.read("pipe") }
    #expect(error?.code == "E0507")
  }

  @Test func writingReplacesTheWholeFileAndLeavesNothingElse() throws {
    let folder = try TemporaryFolder()
    try folder.write("a long first version", "m.espm")
    let path = try folder.access.writeAtomically([1, 2, 3], to: "m.espm")
    #expect(path == folder.path + "/m.espm")
    #expect(try folder.bytes("m.espm") == [1, 2, 3])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["m.espm"])
  }

  @Test func writingOverAFolderOrIntoAMissingOneFails() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/sub", withIntermediateDirectories: true)
    let error = #expect(throws: FileError.self) {
      try folder.access.writeAtomically([1], to: "sub")
    }
    #expect(error?.code == "E0508")
    #expect(throws: FileError.self) { try folder.access.writeAtomically([1], to: "no/x") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["sub"])
  }
}
