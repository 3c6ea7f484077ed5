import ArgumentParser
import Catalog
import Formats
import Lessons
import Terminal

/// Rewrites what lessons show: `espalier promote [PATH…]`.
struct Promote: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Accept what lessons print now as what they show.",
    discussion:
      "Outputs that still match are left as they are; look at the difference before you keep it.")

  @Argument(help: ArgumentHelp("Lessons or folders; the program's own.", valueName: "path"))
  var paths: [String] = []

  func run() throws {
    let console = Console(StandardStreams(), checks: .failures)
    makeKernelsRepeatable()
    do {
      for path in try CourseFiles(paths).paths where path.hasSuffix(".md") {
        let text = try promoted(
          lessonText(path), path: path, CourseFiles.configuration(for: path),
          text: { Terminal.pageText($0) })
        guard let text else { continue }
        try FileAccess(folder: folder(of: path)).writeAtomically(
          Array(text.utf8), to: String(path.split(separator: "/").last ?? ""))
        console.results("\(path): outputs rewritten")
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
}
