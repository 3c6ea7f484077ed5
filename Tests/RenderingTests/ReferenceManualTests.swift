import Catalog
import Foundation
import Interpreter
import Language
import Testing

@testable import Rendering

/// docs/reference.md is what the cards give now.
///
/// `espalier reference --output docs/reference.md` writes it anew, and so does this test with
/// ESPALIER_PROMOTE=1.
@Suite struct ReferenceManualTests {
  private var path: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/reference.md").path
  }

  private var cards: [Card] { builtinCatalog.map(\.card) + keywordCards }

  @Test func theManualIsUpToDate() throws {
    let text = referenceManual(cards)
    if ProcessInfo.processInfo.environment["ESPALIER_PROMOTE"] != nil {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let kept = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      kept == text,
      "docs/reference.md is stale: `./espalier reference --output docs/reference.md` renews it")
  }

  @Test func everyNameHasItsEntry() {
    let text = referenceManual(cards)
    for card in cards {
      #expect(text.contains("\n### \(card.name)\n"), "\(card.name)")
    }
  }
}
