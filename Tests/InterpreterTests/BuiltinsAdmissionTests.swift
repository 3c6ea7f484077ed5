import Foundation
import Interpreter
import Testing

/// A file with a card that no catalog admits would be dead; this finds it.
@Suite struct BuiltinsAdmissionTests {
  @Test func everyCardOfASourceFileIsAdmitted() throws {
    let admitted = Set(builtinCatalog.map(\.card.name))
    let written = try cardsInSources()
    // Layers, losses, optimizers, criteria, formats and options: far more than this in all.
    #expect(written.count > 20)
    let dead = written.filter { !admitted.contains($0.name) }.map { "`\($0.name)` of \($0.file)" }
    #expect(dead == [], "add their lines to a catalog")
  }

  @Test func aFileWithoutItsLineIsNoticed() {
    let text = "  public static let card = Card(\n    \"wanda\", .criterion, summary: \"\")"
    #expect(cardNames(in: text) == ["wanda"])
    #expect(cardNames(in: "static var card: Card {\n  Card(\"hqq\", .verb)\n}") == ["hqq"])
    #expect(cardNames(in: "  Builtin(\n    Card(\n      \"print\", .function)") == ["print"])
    #expect(cardNames(in: "Card(name, .format)") == [])
  }

  private func cardsInSources() throws -> [(name: String, file: String)] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    var found: [(String, String)] = []
    for target in ["Networks", "Compression", "Interpreter"] {
      let folder = root.appending(path: target)
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard file.pathExtension == "swift" else { continue }
        for name in cardNames(in: try String(contentsOf: file, encoding: .utf8)) {
          found.append((name, file.lastPathComponent))
        }
      }
    }
    return found
  }

  private func cardNames(in text: String) -> [String] {
    // Cards of types and of built-ins; not those of values that can be called, as models can.
    text.matches(of: /(?:\bcard\b[:=\sA-Za-z{]*|Builtin\(\s*)\bCard\(\s*"([^"]+)", \./)
      .map { String($0.output.1) }
  }
}
