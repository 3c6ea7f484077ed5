import ArgumentParser
import Catalog
import Interpreter
import Language
import Rendering
import Terminal

/// Writes the reference manual from the cards: `espalier reference [--output docs/reference.md]`.
struct Reference: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the reference manual, made from the cards of every name.")

  @ArgumentParser.Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to write it; standard output unless given.", valueName: "file"))
  var output: String?

  func run() throws {
    let console = Console(StandardStreams(), checks: .failures)
    let text = referenceManual(builtinCatalog.map(\.card) + keywordCards)
    do {
      if let output {
        console.remark("written: \(try writeWhole(text, to: output))")
      } else {
        console.results(String(text.dropLast()))
      }
    } catch let error as any DescribedError {
      console.complain(code: error.code, error.headline)
      throw ExitCode(2)
    }
    if !console.finish() { throw ExitCode(2) }
  }
}
