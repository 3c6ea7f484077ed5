import ArgumentParser
import Catalog
import Interpreter
import Language
import Rendering
import Terminal

/// Explains a name: `espalier help [NAME]`.
struct Help: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a name of the language, or list them.")

  @Argument(help: ArgumentHelp("A name of the language, or a subcommand.", valueName: "name"))
  var name: String?

  func run() throws {
    let streams = StandardStreams()
    let console = Console(streams, checks: .failures)
    let cards =
      Session.Configuration.standard(files: .none).builtins.map(\.card)
      + keywordCards
    if let name, let command = Espalier.command(named: name) {
      // `explain` is a word of the language too.
      if let text = helpAnswer(for: name, cards, Screen.options()) { console.results(text + "\n") }
      console.results(Espalier.helpMessage(for: command))
      if !console.finish() { throw ExitCode(2) }
      return
    }
    if name == nil { console.results(Espalier.helpMessage() + "\n") }
    if let text = helpAnswer(for: name ?? "", cards, Screen.options()) {
      console.results(text)
    } else if let name {
      let near = nearestNames(to: name, among: cards.map(\.name))
      console.complain(
        code: nil,
        "nothing is called `\(name)`"
          + (near.isEmpty ? "" : "\n  help: " + near.map { "`\($0)`" }.joined(separator: ", ")))
      throw ExitCode(2)
    }
    if !console.finish() { throw ExitCode(2) }
  }
}
