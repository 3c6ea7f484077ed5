import ArgumentParser
import Interpreter
import Lessons
import Terminal

/// Lists lessons or opens one: `espalier lesson [N|NAME]`.
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson", abstract: "List the lessons, or step through one.",
    discussion: "Progress is kept; the next visit goes on where this one ended.")

  @Argument(help: ArgumentHelp("Its number or name.", valueName: "lesson"))
  var lesson: String?

  func run() throws {
    let console = Console(StandardStreams(), checks: .failures)
    do {
      try run(console)
    } catch let problem as LessonProblem {
      console.complain(code: nil, "\(problem.path):\(problem.line): \(problem.message)")
      throw ExitCode(2)
    }
    if !console.finish() { throw ExitCode(2) }
  }

  private func run(_ console: Console) throws {
    let library = LessonLibrary()
    let path = stateFolder(environment: Screen.environment).map { $0 + "/progress.json" }
    var progress = try path.map { try LessonProgress(path: $0) } ?? LessonProgress()
    guard let lesson else {
      console.results(try library.list(progress, Screen.options()))
      return
    }
    guard let entry = try library.entry(lesson) else {
      console.complain(
        code: nil, "there is no lesson `\(lesson)`\n  help: `espalier lesson` lists them")
      throw ExitCode(64)
    }
    let signals = Signals()
    let id = entry.lesson.id
    let mode = LessonMode(
      entry.lesson, .standard(files: .folder(currentFolder())), console: console,
      signals: signals, record: progress.lessons[id],
      predictions: progress.predictions(outside: id),
      list: { (try? library.list(progress, Screen.options())) ?? "" }
    ) { record in
      guard let path else {
        progress.lessons[id] = record
        return
      }
      do throws(LessonProblem) {
        // Another window may have moved on in another lesson meanwhile.
        progress = try LessonProgress(path: path)
        progress.lessons[id] = record
        try progress.write(to: path)
      } catch {
        console.complain(code: nil, "\(error.path): \(error.message)")
      }
    }
    Prompt(
      mode, builtins: mode.session.configuration.builtins, console: console, signals: signals,
      history: .standard(environment: Screen.environment)
    ).run()
  }
}
