import ArgumentParser
import Interpreter
import Language
import Lessons
import Rendering
import Terminal

extension MarkupFormat: ExpressibleByArgument {}

/// Derives an expression: `espalier explain 'quantize(tensor([0.4, -1.3]), int4)' --as latex`.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Derive an expression on its own numbers, as text, LaTeX, HTML or JSON.",
    discussion: """
      Each line is recomputed from the lines above it; a derivation that does not arrive at the \
      operator's own result is refused.
      """)

  @Argument(help: ArgumentHelp("An expression of the language.", valueName: "expression"))
  var expression: String

  @ArgumentParser.Option(name: .customLong("as"), help: "text, latex, html or json.")
  var format = MarkupFormat.text

  @ArgumentParser.Option(
    name: .customLong("after"),
    help: ArgumentHelp("A script that binds the names it uses.", valueName: "file"))
  var script: String?

  func run() throws {
    let console = Console(StandardStreams(), checks: .failures)
    let session = Session(
      .standard(files: .folder(script.map { folder(of: $0) } ?? currentFolder())),
      output: { _ in })
    do {
      if let script { try run(Source(name: script, lessonText(script)), session, console) }
    } catch let problem as LessonProblem {
      console.complain(code: nil, "\(problem.path): \(problem.message)")
      throw ExitCode(2)
    }
    try run(Source(name: "<code>", "let theExplanation = explain \(expression)"), session, console)
    guard let report = session.value(of: "theExplanation") else { throw ExitCode(2) }
    let text = format == .text ? display(report, Screen.options()) : markup(report, as: format)
    console.results(text)
    if !console.finish() { throw ExitCode(2) }
  }

  private func run(_ source: Source, _ session: Session, _ console: Console) throws {
    switch session.run(source, echo: false) {
    case .finished: return
    case .failed(let diagnostics): console.complain(diagnostics)
    case .incomplete: console.complain(Language.parse(source).diagnostics)
    case .interrupted: console.remark("stopped")
    }
    throw ExitCode(2)
  }
}
