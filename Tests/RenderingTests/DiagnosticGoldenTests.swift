import Catalog
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

  @Test(arguments: diagnosticCodes.map(\.code)) func looksAsItsFileShows(code: String) throws {
    let (bytes, shown) = try #require(Self.source(of: code))
    let source = Source(name: "golden.esp", text: bytes)
    let found = Self.diagnose(source).filter { $0.code == code }
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

  @Test func everyCodeOfTheLanguageHasItsRow() throws {
    let sources = Self.folder.appending(path: "../../../Sources/Language").standardized
    let rows = Set(diagnosticCodes.map(\.code))
    for file in try FileManager.default.contentsOfDirectory(atPath: sources.path)
    where file.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      for match in text.matches(of: /"([EW]\d{4})"/) {
        #expect(rows.contains(String(match.1)), "\(match.1) in \(file)")
      }
    }
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
    case "E0608": return (Array(repeating: 0x20, count: 17 << 20), "17 MiB of spaces")
    default:
      guard let example = diagnosticCodes.first(where: { $0.code == code })?.example else {
        return nil
      }
      return (Array(example.utf8), example)
    }
  }

  private static func diagnose(_ source: Source) -> [Diagnostic] {
    let earlier = Source(name: "<earlier>", "let w = 3")
    let globals = ["ans", "w"].map {
      GlobalName(name: $0, source: earlier, span: Span(4, 5), signature: nil)
    }
    let scope = Scope(
      globals: globals, cards: Dictionary(uniqueKeysWithValues: cards.map { ($0.name, $0) }))
    switch check(parse(source), in: scope) {
    case .success(let resolution):
      return resolution.warnings.isEmpty ? ran(source) : resolution.warnings
    case .failure(let refusal): return refusal.diagnostics
    }
  }

  /// What a program ends in that can only go wrong while it runs.
  private static func ran(_ source: Source) -> [Diagnostic] {
    let session = Session(.init()) { _ in }
    _ = session.run(Source(name: "<earlier>", "let w = 3"), echo: false)
    return session.run(source, echo: false).diagnostics
  }

  private static let cards: [Card] = [
    Card("print", .function, summary: "", parameters: [values], examples: [], givesValue: false),
    Card(
      "near", .function, summary: "", parameters: [value("a"), value("b"), within], examples: []),
    Card("mod", .function, summary: "", parameters: [value("a"), value("b")], examples: []),
    Card("replace", .function, summary: "", parameters: [values], examples: []),
    Card("round", .function, summary: "", parameters: [value("x")], examples: []),
    Card("abs", .function, summary: "", parameters: [value("x")], examples: []),
    Card("floor", .function, summary: "", parameters: [value("x")], examples: []),
    Card("prune", .verb, summary: "", parameters: [values, per], examples: []),
    Card("tensor", .function, summary: "", parameters: [value("x")], examples: []),
    Card("concat", .function, summary: "", parameters: [values], examples: []),
    Card("channel", .option, summary: "", examples: []),
  ]
  private static let values = Parameter("values", .variadic, accepts: "anything")
  private static func value(_ name: String) -> Parameter { Parameter(name, accepts: "a number") }
  private static let within = Parameter("within", .label, or: "1e-6", accepts: "a distance")
  private static let per = Parameter(
    "per", .label, or: "tensor", accepts: "an option", choices: ["channel"])
}
