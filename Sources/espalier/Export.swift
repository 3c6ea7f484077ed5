import ArgumentParser
import Catalog
import Formats
import Lessons
import Terminal

extension ExportFormat: ExpressibleByArgument {}

/// Lays a lesson out for elsewhere: `espalier export LESSON --to html|ipynb|md [--output FILE]`.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a lesson as a web page, a notebook or plain Markdown.",
    discussion: """
      The lesson is run from its beginning, so every output is real. Exercises stay open, with \
      their hints and solutions folded below them.
      """)

  @Argument(help: ArgumentHelp("A lesson's number, name or file.", valueName: "lesson"))
  var lesson: String

  @ArgumentParser.Option(name: .customLong("to"), help: "html, ipynb or md.")
  var format = ExportFormat.html

  @ArgumentParser.Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to write it; standard output unless given.", valueName: "file"))
  var output: String?

  func run() throws {
    let console = Console(StandardStreams(), checks: .failures)
    makeKernelsRepeatable()
    do {
      let (found, path) = try find()
      let page = found.exported(.open, CourseFiles.configuration(for: path))
      let text = page.text(as: format)
      if let output {
        let full = try writeWhole(text, to: output)
        console.remark("written: \(full)")
      } else {
        console.results(text.hasSuffix("\n") ? String(text.dropLast()) : text)
      }
    } catch let error as any DescribedError {
      console.complain(code: error.code, error.headline)
      throw ExitCode(2)
    } catch let problem as LessonProblem {
      console.complain(code: nil, "\(problem.path):\(problem.line): \(problem.message)")
      throw ExitCode(2)
    }
    if !console.finish() { throw ExitCode(2) }
  }

  private func find() throws -> (Lesson, path: String) {
    if lesson.hasSuffix(".md") {
      return (try parseLesson(lessonText(lesson), path: lesson), lesson)
    }
    guard let entry = try LessonLibrary().entry(lesson) else {
      throw LessonProblem(
        path: lesson, line: 1, message: "there is no such lesson; `espalier lesson` lists them")
    }
    return (entry.lesson, entry.path)
  }
}

/// Writes a file whole or not at all, in the folder its path names.
///
/// - Returns: its full path.
func writeWhole(_ text: String, to path: String) throws -> String {
  try FileAccess(folder: folder(of: path)).writeAtomically(
    Array(text.utf8), to: String(path.split(separator: "/").last ?? ""))
}
