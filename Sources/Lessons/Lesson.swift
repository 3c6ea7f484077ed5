/// One Markdown file: a heading of level 1 names it, each heading of level 2 starts a step.
public struct Lesson: Sendable {
  /// As the file's name is reported: `lessons/01-first.md`.
  public var path: String
  public var title: String
  /// Stable name under which progress is kept; the file name without its number unless given.
  public var id: String
  /// Raised by the author when a change should make kept answers be checked again.
  public var version: Int
  /// What the random state starts from.
  public var seed: UInt64
  /// Relative tolerance for numbers in transcripts; `nil` compares to the digits printed.
  public var tolerance: Double?
  /// Units of work that an answer or a check may use when it is graded; the grader's own unless given.
  public var budget: Int?
  /// Names that its own code binds or asks for: in its checks they never mean a built-in.
  public var ownNames: Set<String> = []
  /// What stands before the first step.
  public var introduction: [Block]
  public var steps: [Step]

  public struct Step: Sendable {
    public var title: String
    /// `{#id}` at the end of the heading, else the heading's words joined by hyphens.
    public var id: String
    public var blocks: [Block]
    /// The line of the heading.
    public var line: Int
  }

  /// A part of a step, in the order of the page.
  public enum Block: Sendable {
    /// Text as Markdown, with the line it starts on.
    case prose(String, line: Int)
    case code(Fence)
    case transcript(Transcript)
    /// A `<details>` without code to run: shown one at a time on `:hint`.
    case hint(title: String, text: String)
  }

  /// A fence whose language is `espalier`.
  public struct Fence: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
      /// Runs when the step is reached, and is shown.
      case run
      /// Runs when the step is reached, and is not shown.
      case setup
      /// The exercise as shipped, with `____` where the student writes.
      case exercise = "try"
      /// Runs after the student's answer; its `check` statements decide.
      case check
      /// The author's answer.
      case solution
      /// A known mistake; the block quote below it is the answer to it.
      case wrong
    }
    public var kind: Kind
    public var text: String
    /// The line of the file that the first line of `text` stands on.
    public var line: Int
    /// `key=value` words of the info string.
    public var attributes: [String: String]
    /// For `wrong`: what to tell a student who made the mistake.
    public var feedback: String
  }

  /// A fence whose language is `espalier>`: what was typed, and what it printed.
  public struct Transcript: Sendable {
    public struct Entry: Sendable {
      public var input: String
      /// The line of the file that the input starts on.
      public var line: Int
      public var output: [String]

      /// Whether the page shows that this ends in an error.
      public var showsError: Bool { output.contains { $0.hasPrefix("error[") } }
    }
    public var entries: [Entry]
    public var line: Int
    /// The fence's `tol=`, relative.
    public var tolerance: Double?
  }
}

extension Lesson.Step {
  /// The exercise as shipped; a step has at most one.
  public var exercise: Lesson.Fence? { fences(.exercise).first }
  /// The author's answer; of a question that binds a name, the line with the answer filled in.
  public var solution: Lesson.Fence? {
    if let written = fences(.solution).first { return written }
    guard var fence = exercise, let question = fence.question, !fence.boundNames.isEmpty else {
      return nil
    }
    fence.text = fence.text.replacing("____", with: "(" + question.answer + ")")
    return fence
  }
  public var checks: [Lesson.Fence] { fences(.check) }

  public var hints: [(title: String, text: String)] {
    blocks.compactMap { block in
      if case .hint(let title, let text) = block { (title, text) } else { nil }
    }
  }

  public func fences(_ kind: Lesson.Fence.Kind) -> [Lesson.Fence] {
    blocks.compactMap { block in
      if case .code(let fence) = block, fence.kind == kind { fence } else { nil }
    }
  }
}

/// Something about a lesson file that its author must mend.
public struct LessonProblem: Error, Sendable, Equatable {
  public var path: String
  public var line: Int
  public var message: String

  public init(path: String, line: Int, message: String) {
    self.path = path
    self.line = line
    self.message = message
  }
}
