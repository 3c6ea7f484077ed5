import ArgumentParser
import Catalog
import Glibc
import Interpreter
import Terminal

/// The program: the prompt, a script from standard input, or one of the subcommands.
@main
struct Espalier: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "espalier",
    abstract: "Learn how neural networks are made small: prune, quantize, weigh, compare.",
    discussion: """
      Without arguments it opens the prompt, or runs standard input when that is no terminal. \
      Exit code 0 when all ran and every check passed, 1 when a check failed, 2 when the input \
      does not parse or run, 64 for wrong usage.
      """,
    version: "espalier " + version,
    subcommands: [
      Run.self, LessonCommand.self, Test.self, Grade.self, Promote.self, Export.self, Explain.self,
      Help.self, Reference.self, GradeBench.self,
    ])

  static let version = "0.1"

  /// The subcommand of a name, for `help`.
  static func command(named name: String) -> (any ParsableCommand.Type)? {
    configuration.subcommands.first {
      ($0.configuration.commandName ?? "\($0)".lowercased()) == name
    }
  }

  @ArgumentParser.Option(
    name: .customShort("e"), parsing: .unconditional,
    help: ArgumentHelp("Run a piece of code.", valueName: "code"))
  var code: String?

  func run() throws {
    let signals = Signals()
    if let code {
      throw ScriptRun(signals).run([.text(name: "<code>", code)])
    }
    if isatty(STDIN_FILENO) == 0 { throw ScriptRun(signals).run([.standardInput]) }
    throw prompt(signals)
  }

  private func prompt(_ signals: Signals) -> ExitCode {
    let console = Console(StandardStreams(), checks: .everyOne)
    let session = Session(
      .standard(files: .folder(currentFolder())), output: { console.receive($0) })
    let banner = "Espalier \(Self.version)   ?name explains   :lessons   Ctrl-D leaves"
    Prompt(
      SessionMode(session, console, banner: banner), builtins: session.configuration.builtins,
      console: console, signals: signals, history: .standard(environment: Screen.environment)
    ).run()
    return console.finish() ? .success : ExitCode(2)
  }
}
