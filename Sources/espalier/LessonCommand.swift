import ArgumentParser
import Catalog
import Interpreter
import Lessons
import Terminal

/// Lists lessons or opens one: `espalier lesson [N|NAME]`.
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson", abstract: "List the lessons, step through one, or begin to write one.",
    discussion: """
      Progress is kept; the next visit goes on where this one ended. `espalier lesson new TITLE` \
      writes a page with every kind of fence, to be written over.
      """)

  @Argument(help: ArgumentHelp("Its number or name, or `new`.", valueName: "lesson"))
  var lesson: String?

  @Argument(help: ArgumentHelp("The title of a new lesson.", valueName: "title"))
  var title: [String] = []

  func validate() throws {
    if lesson == "new" {
      guard !title.isEmpty else { throw ValidationError("a new lesson needs a title") }
    } else if let extra = title.first {
      throw ValidationError("unexpected argument '\(extra)'")
    }
  }

  func run() throws {
    let console = Console(StandardStreams(), checks: .failures)
    do {
      lesson == "new" ? try write(console) : try run(console)
    } catch let error as any DescribedError {
      console.complain(code: error.code, error.headline)
      throw ExitCode(2)
    } catch let problem as LessonProblem {
      console.complain(code: nil, "\(problem.path):\(problem.line): \(problem.message)")
      throw ExitCode(2)
    }
    if !console.finish() { throw ExitCode(2) }
  }

  /// Writes a new lesson into the folder `lessons`, or into the current one where there is none.
  private func write(_ console: Console) throws {
    let folder = isFolder("lessons") ? "lessons" : "."
    let numbers = filesBelow(folder).compactMap { path in
      Int((path.split(separator: "/").last ?? "").prefix { $0.isNumber })
    }
    let words = title.joined(separator: " ")
    let name = lessonFileName(words, number: (numbers.max() ?? 0) + 1)
    let path = try writeWhole(lessonTemplate(words), to: folder + "/" + name)
    console.results("written: \(path)\n`espalier test \(folder)/\(name)` proves it")
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
      list: { (try? library.list(progress, Screen.options())) ?? "" },
      save: { save($0, entry, to: $1) }
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

  /// What the student did, with every output, in the form that the file's name asks for.
  private func save(
    _ record: LessonProgress.LessonRecord, _ entry: LessonLibrary.Entry, to path: String
  ) -> String {
    let text: String
    if path.hasSuffix(".esp") {
      text = entry.lesson.script(of: record)
    } else if let format = ExportFormat(path: path) {
      let answers = record.steps.mapValues(\.inputs)
      text = entry.lesson.exported(.given(answers), .standard(files: .folder(currentFolder())))
        .text(as: format)
    } else {
      return "the file's name ends in .md, .html, .ipynb or .esp"
    }
    do {
      return "written: " + (try writeWhole(text, to: path))
    } catch let error as any DescribedError {
      return error.headline
    } catch {
      return "the file could not be written"
    }
  }
}
