import Catalog
import Interpreter
import Language
import Rendering

extension Prompt {
  /// Answers `?`, `?name`, `?layers`, `?E0214`.
  func help(_ name: String) {
    let cards = builtins.map(\.card) + keywordCards
    let options = Screen.options()
    if let text = helpAnswer(for: name, cards, options) {
      console.results(text)
    } else if let value = mode.session.value(of: name) {
      console.results("`\(name)` is yours: \(value.kind)")
    } else {
      let near = near(name, cards.map(\.name))
      console.complain(
        code: nil,
        "nothing is called `\(name)`"
          + (near.isEmpty
            ? "\n  help: `?` lists the verbs"
            : "\n  help: " + near.map { "`?\($0)`" }.joined(separator: ", ")))
    }
  }

  func near(_ name: String, _ names: [String]) -> [String] { nearestNames(to: name, among: names) }
}

/// The help for a name, a family of names, or nothing at all; `nil` when there is none.
public func helpAnswer(for name: String, _ cards: [Card], _ options: DisplayOptions) -> String? {
  if name.isEmpty {
    let others = familyWords.map { "?" + $0.word }.joined(separator: ", ")
    return helpIndex(cards, families: [.verb], options) + "\n\n"
      + wrapped("?name explains one of them; \(others) list the others", width: options.width)
      .joined(separator: "\n")
  }
  if let card = cards.first(where: { $0.name == name }) { return helpText(card, options) }
  if let code = diagnosticCodes.first(where: { $0.code == name.uppercased() }) {
    return codeText(code, options)
  }
  guard let family = familyWords.first(where: { $0.word == name })?.family,
    cards.contains(where: { $0.family == family })
  else { return nil }
  return helpIndex(cards, families: [family], options)
}

private let familyWords: [(word: String, family: Card.Family)] = [
  ("functions", .function), ("layers", .layer), ("criteria", .criterion), ("formats", .format),
  ("losses", .loss), ("optimizers", .optimizer), ("options", .option), ("data", .data),
  ("words", .keyword),
]
