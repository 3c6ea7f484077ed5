import CCMark
import Catalog
import Language

extension CourseCheck {
  /// Every link to a file or a step, and every `?name` in code marks, leads somewhere; addresses on
  /// the web are not asked for.
  mutating func examineLinks(_ exists: (String) -> Bool) {
    let folder = lesson.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let blocks = lesson.introduction + lesson.steps.flatMap(\.blocks)
    var headings = Set(lesson.steps.flatMap { [$0.id, anchor($0.title)] })
    for case .prose(let text, _) in blocks where text.hasPrefix("#") {
      headings.insert(anchor(text.drop { $0 == "#" }.trimmed))
    }
    for block in blocks {
      let (text, line): (String, Int)
      switch block {
      case .prose(let prose, let start): (text, line) = (prose, start)
      case .hint(_, let hint): (text, line) = (hint, lesson.steps[0].line)
      case .code, .transcript: continue
      }
      let found = Mentions(text)
      for link in found.links where !link.contains("://") && !link.hasPrefix("mailto:") {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        if parts[0].isEmpty {
          let isThere = headings.contains(parts.last.map(String.init) ?? "")
          note(line, "link to `\(link)`", isThere ? nil : "this page has no such heading")
        } else {
          let path = (folder + [parts[0]]).joined(separator: "/")
          note(line, "link to `\(link)`", exists(path) ? nil : "there is no such file")
        }
      }
      for name in found.helps {
        note(line, "`?\(name)` has help", isExplained(name) ? nil : "nothing is called that")
      }
    }
  }

  /// A heading's address as sites give it: lower case, hyphens for blanks, no punctuation.
  private func anchor(_ heading: String) -> String {
    String(
      heading.lowercased().compactMap { character in
        character == " "
          ? "-"
          : character.isLetter || character.isNumber || "-_".contains(character) ? character : nil
      })
  }

  private func isExplained(_ name: String) -> Bool {
    runner.session.configuration.builtins.contains { $0.card.name == name }
      || reservedWords.contains(name)
      || diagnosticCodes.contains { $0.code == name }
      || [
        "name", "functions", "layers", "criteria", "formats", "losses", "optimizers", "options",
        "data", "words",
      ].contains(name)
  }
}

/// Links, and code of the form `?name`, in a piece of Markdown.
private struct Mentions {
  var links: [String] = []
  var helps: [String] = []

  init(_ markdown: String) {
    guard let document = cmark_parse_document(markdown, markdown.utf8.count, CMARK_OPT_DEFAULT)
    else { return }
    defer { cmark_node_free(document) }
    guard let walk = cmark_iter_new(document) else { return }
    defer { cmark_iter_free(walk) }
    while cmark_iter_next(walk) != CMARK_EVENT_DONE {
      guard let node = cmark_iter_get_node(walk),
        cmark_iter_get_event_type(walk) == CMARK_EVENT_ENTER
      else { continue }
      switch cmark_node_get_type(node) {
      case CMARK_NODE_LINK, CMARK_NODE_IMAGE:
        if let address = cmark_node_get_url(node) { links.append(String(cString: address)) }
      case CMARK_NODE_CODE:
        guard let literal = cmark_node_get_literal(node) else { continue }
        let text = String(cString: literal)
        let name = text.dropFirst()
        if text.hasPrefix("?"), !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber }) {
          helps.append(String(name))
        }
      default: break
      }
    }
  }
}
