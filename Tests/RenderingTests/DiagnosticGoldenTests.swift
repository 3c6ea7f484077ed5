import Foundation
import Interpreter
import Language
import Testing

@testable import Rendering

/// One file a code in `Diagnostics/`: a source that ends in it, a line, and what is shown.
///
/// ESPALIER_PROMOTE=1 writes the files anew, to be read before they are committed.
@Suite struct DiagnosticGoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Diagnostics")
  static let rule = "\n" + String(repeating: "─", count: 40) + "\n"

  @Test(arguments: diagnosticCodes.map(\.code).filter { !placeless.contains($0) })
  func looksAsItsFileShows(code: String) throws {
    let (bytes, shown) = try #require(Self.source(of: code))
    let source = Source(name: "golden.esp", text: bytes)
    let found = try GoldenSession.diagnose(source, code).filter { $0.code == code }
    let diagnostic = try #require(found.first, "the example of \(code) does not end in it")
    let text =
      shown + Self.rule + renderDiagnostic(diagnostic, width: 80) + Self.rule
      + narrateDiagnostic(diagnostic) + "\n"
    let file = Self.folder.appending(path: code + ".txt")
    if ProcessInfo.processInfo.environment["ESPALIER_PROMOTE"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(text == (try? String(contentsOf: file, encoding: .utf8)))
  }

  /// Codes that say why nothing runs at all, so that there is no place for a caret.
  static let placeless: Set = ["E0036", "L0001"]

  @Test func everyCodeHasItsRowAndEveryRowItsCode() throws {
    let sources = Self.folder.appending(path: "../../../Sources").standardized
    let rows = Set(diagnosticCodes.map(\.code))
    var found: Set<String> = []
    let files = try #require(FileManager.default.enumerator(atPath: sources.path))
    for case let file as String in files
    where file.hasSuffix(".swift") && !file.contains("/DiagnosticCode") {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      for match in text.matches(of: /"([EWL]0\d{3})"/) {
        #expect(rows.contains(String(match.1)), "\(match.1) in \(file)")
        found.insert(String(match.1))
      }
    }
    #expect(rows.subtracting(found).sorted() == [], "rows that no source ends in")
    #expect(diagnosticCodes.count == rows.count)
  }

  /// The bytes that end in a code, and how the golden file shows them.
  private static func source(of code: String) -> (bytes: [UInt8], shown: String)? {
    switch code {
    case "E0001": return (Array("let a = ".utf8) + [0xFF, 0xFE], "let a = <FF FE>")
    case "E0002": return (Array("let a = ".utf8) + [0x00], "let a = <00>")
    case "E0607":
      let text = String(repeating: "(", count: 300) + "1" + String(repeating: ")", count: 300)
      return (Array(text.utf8), "300 × ( 1 300 × )")
    case "E0701": return (Array("print(explain fault())".utf8), "print(explain fault())")
    case "E0608": return (Array(repeating: 0x20, count: 17 << 20), "17 MiB of spaces")
    default:
      guard let example = diagnosticCodes.first(where: { $0.code == code })?.example else {
        return nil
      }
      let program = example.isEmpty ? "fault()" : example
      return (Array(program.utf8), program)
    }
  }

}
