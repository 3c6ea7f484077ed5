import Foundation
import Testing

@testable import Language

/// Small programs in `Programs/<topic>/<mistake>.esp`, each with what is found in it.
///
/// It stands behind the line, as ` // error 14 E0006: headline help: …` (14 is the column). A line
/// `---` parts programs. In `script` values are dropped at top level, elsewhere they are shown.
/// ESPALIER_PROMOTE=1 writes what is found now into the files, to be read before it is committed.
@Suite struct ProgramTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Programs")

  static let files: [String] = {
    let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (found ?? []).filter { $0.hasSuffix(".esp") }.sorted()
  }()

  @Test(arguments: files) func comesOutAsTheLinesSay(file: String) throws {
    let url = Self.folder.appending(path: file)
    let text = try String(contentsOf: url, encoding: .utf8)
    let pieces = text.components(separatedBy: "\n---\n")
    let found = pieces.map { annotated(Self.bare($0), isScript: file.hasPrefix("script/")) }
    if ProcessInfo.processInfo.environment["ESPALIER_PROMOTE"] != nil {
      try found.joined(separator: "\n---\n").write(to: url, atomically: true, encoding: .utf8)
    }
    for (piece, found) in zip(pieces, found) { #expect(found == piece) }
  }

  @Test func filesAreFound() {
    #expect(Self.files.count > 60)
  }

  private static func bare(_ piece: String) -> String {
    piece.components(separatedBy: "\n").map { line in
      ["  // error ", "  // warning "].compactMap { line.range(of: $0)?.lowerBound }.min()
        .map { String(line[..<$0]) } ?? line
    }.joined(separator: "\n")
  }

  /// The program with what is found in it behind its lines.
  private func annotated(_ program: String, isScript: Bool) -> String {
    var lines = program.components(separatedBy: "\n")
    let scope = TestCards.scope("w", "n", "q", echoes: !isScript)
    for found in diagnostics(program, scope) {
      let position = found.source.position(of: found.span.start)
      let help = found.help.map { " help: " + $0.text }.joined()
      lines[position.line - 1] +=
        "  // \(found.severity.rawValue) \(position.column) \(found.code): \(found.headline)\(help)"
    }
    return lines.joined(separator: "\n")
  }
}
