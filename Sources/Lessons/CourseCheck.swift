import Interpreter
import Language

/// One thing the course check looked at, and how it stands.
public struct CourseFinding: Sendable, Equatable {
  public var path: String
  public var line: Int
  /// What was examined: `transcript`, `exercise predict fails as shipped`, `check "codes"`.
  public var subject: String
  public var passed: Bool
  /// What is wrong, with the promised and the printed text; empty when it passed.
  public var message: String

  public init(path: String, line: Int, subject: String, passed: Bool, message: String) {
    self.path = path
    self.line = line
    self.subject = subject
    self.passed = passed
    self.message = message
  }
}

/// Proves that a lesson is what it says.
///
/// Every shown output is real; every exercise fails, and earns nothing, as shipped and when left
/// empty; every listed mistake fails and gets its own answer; every solution passes and earns all
/// points, the hidden checks of a key included; every question has a number for an answer; every link
/// and every `?name` leads somewhere.
///
/// - Parameters:
///   - key: the hidden checks, when there are any.
///   - exists: whether there is a file at a path that the page links to.
public func checkLesson(
  _ lesson: Lesson, key: Lesson? = nil, _ configuration: Session.Configuration,
  exists: (String) -> Bool = { _ in true }, text: @escaping EventText
) -> [CourseFinding] {
  var configuration = configuration
  configuration.seed = lesson.seed
  var course = CourseCheck(
    lesson: lesson, key: key, runner: PieceRunner(configuration, text: text))
  course.examine()
  course.examineLinks(exists)
  return course.findings
}

struct CourseCheck {
  let lesson: Lesson
  let key: Lesson?
  let runner: PieceRunner
  var findings: [CourseFinding] = []

  mutating func examine() {
    for block in lesson.introduction { examine(block) }
    for step in lesson.steps {
      for block in step.blocks {
        if case .code(let fence) = block, fence.kind == .exercise {
          examine(exercise: fence, of: step)
        } else {
          examine(block)
        }
      }
    }
  }

  private mutating func examine(_ block: Lesson.Block) {
    switch block {
    case .prose, .hint: break
    case .transcript(let transcript): examine(transcript)
    case .code(let fence):
      switch fence.kind {
      case .run, .setup:
        note(fence.line, "fence", runner.run(lesson.piece(fence)).complaint)
      case .check:
        let result = runner.run(lesson.piece(fence))
        if result.checks.isEmpty { note(fence.line, "check", result.complaint ?? "checks nothing") }
        for record in result.checks {
          note(record.line, "check \"\(record.name)\"", record.passed ? nil : describe(record))
        }
      case .exercise, .solution, .wrong: break
      }
    }
  }

  private mutating func examine(_ transcript: Lesson.Transcript) {
    for entry in transcript.entries {
      let result = runner.run(lesson.piece(entry))
      var message: String?
      if !entry.showsError, !result.isGood {
        message = result.complaint
      } else if !matches(
        result.output, entry.output, tolerance: transcript.tolerance ?? lesson.tolerance)
      {
        message =
          "the page shows\n" + indented(entry.output) + "\n  but it prints\n"
          + indented(result.output)
      }
      note(entry.line, "output of `\(entry.input)`", message)
    }
  }

  mutating func note(_ line: Int, _ subject: String, _ message: String?, in file: Lesson? = nil) {
    findings.append(
      CourseFinding(
        path: (file ?? lesson).path, line: line, subject: subject, passed: message == nil,
        message: message ?? ""))
  }
}

func indented(_ lines: [String]) -> String {
  lines.isEmpty ? "    (nothing)" : lines.map { "    " + $0 }.joined(separator: "\n")
}
