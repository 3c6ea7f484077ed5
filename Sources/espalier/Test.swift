import ArgumentParser
import Glibc
import Lessons
import Rendering
import Terminal

/// Proves lessons and scripts: `espalier test [PATH…]`.
struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prove lessons and scripts: every output real, every exercise sound.",
    discussion: """
      In a lesson, every shown output must be what is printed; every exercise must fail and earn \
      nothing as shipped and empty; every listed mistake must fail and get its own answer; every \
      solution must pass and earn all points, also on the hidden checks of keys/LESSON.key.md; \
      links must lead somewhere. A script must run, its checks must hold, and every `// → text` \
      must be printed.
      """)

  @Argument(help: ArgumentHelp("Files or folders; the program's own course.", valueName: "path"))
  var paths: [String] = []

  @Flag(name: .shortAndLong, help: "Name everything that was examined.")
  var verbose = false

  func run() throws {
    let console = Console(StandardStreams(), checks: .failures)
    makeKernelsRepeatable()
    var passed = 0
    var failed = 0
    do {
      for path in try CourseFiles(paths).paths {
        let findings = examine(path)
        let wrong = findings.filter { !$0.passed }
        passed += findings.count - wrong.count
        failed += wrong.count
        let shown = verbose ? findings : wrong
        for finding in shown { console.results(text(of: finding)) }
        console.results("\(path): \(findings.count - wrong.count) passed, \(wrong.count) failed")
        if console.streams.hasFailed { break }
      }
    } catch let problem as LessonProblem {
      console.complain(code: nil, "\(problem.path): \(problem.message)")
      throw ExitCode(2)
    }
    console.results("\(passed) passed, \(failed) failed")
    guard console.finish() else { throw ExitCode(2) }
    if failed > 0 { throw ExitCode(1) }
  }

  private func examine(_ path: String) -> [CourseFinding] {
    let configuration = CourseFiles.configuration(for: path)
    do throws(LessonProblem) {
      let text = try lessonText(path)
      if path.hasSuffix(".md") {
        return checkLesson(
          try parseLesson(text, path: path), key: try CourseFiles.key(of: path), configuration,
          exists: { access($0, F_OK) == 0 }, text: { Terminal.pageText($0) })
      }
      return checkScript(text, path: path, configuration, text: { Terminal.pageText($0) })
    } catch {
      return [
        CourseFinding(
          path: path, line: error.line, subject: "can be read", passed: false,
          message: error.message)
      ]
    }
  }

  private func text(of finding: CourseFinding) -> String {
    let mark = finding.passed ? "✓" : "✗"
    let message = finding.message.isEmpty ? "" : "\n  " + finding.message
    return "\(mark) \(finding.path):\(finding.line): \(finding.subject)\(message)"
  }
}
