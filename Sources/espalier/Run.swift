import ArgumentParser
import Terminal

/// Runs scripts: `espalier run FILE… [--seed N] [--json]`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run scripts, or lessons with their solutions.",
    discussion: "Each file runs in a session of its own, files in its folder within reach.")

  @Argument(help: ArgumentHelp("Scripts (.esp) and lessons (.md).", valueName: "file"))
  var files: [String]

  @ArgumentParser.Option(
    help: ArgumentHelp("What random numbers start from; 0, or a lesson's own.", valueName: "n"))
  var seed: UInt64?

  @Flag(help: "Print one JSON object a file; what the script prints goes to standard error.")
  var json = false

  func run() throws {
    var scripts = ScriptRun(Signals())
    scripts.seed = seed
    scripts.printsJSON = json
    throw scripts.run(files.map { .file($0) })
  }
}
