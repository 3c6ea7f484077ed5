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
    for (name, file) in written {
      #expect(admitted.contains(name), "\(file) describes `\(name)`, and no catalog has its line")
    }
  }

  @Test func aFileWithoutItsLineIsNoticed() {
    let text = "  public static let card = Card(\n    \"wanda\", .criterion, summary: \"\")"
    #expect(cardNames(in: text) == ["wanda"])
  }

  private func cardsInSources() throws -> [(name: String, file: String)] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    var found: [(String, String)] = []
    for target in ["Networks", "Compression"] {
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
    text.matches(of: /static (?:let|var) card(?:: Card)? = Card\(\s*"([^"]+)"/).map {
      String($0.output.1)
    }
  }
}
