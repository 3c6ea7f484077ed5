import Interpreter
import Language
import Lessons

/// What is run and checked for every submission to one lesson, in order.
public struct GradingPlan: Sendable {
  struct Step: Sendable {
    var id: String
    var title: String
    /// The lesson's code up to its exercise, and behind it.
    var before: [CodePiece]
    var after: [CodePiece]
    /// Names that the exercise asks for.
    var asked: Set<String>
    var solution: CodePiece?
    /// The lesson's own checks, and the key's.
    var open: [CheckFence]
    var secret: [CheckFence]
    var mistakes: [KnownMistake]
    var measures: [Measure]

    /// The answer is one expression, and its value is what was asked for.
    var answersByValue = false
    /// A number is asked for; the solution in its place draws no random numbers.
    var isQuestion = false

    var hasExercise: Bool { solution != nil }
  }

  public let lesson: Lesson
  public let checks: [GradedCheck]
  /// Of the key file's bytes; `nil` without a key.
  public let keyHash: String?
  /// Units of work for one answer or check, where the lesson says.
  let budget: Int?
  let introduction: [CodePiece]
  let steps: [Step]

  /// Reads a lesson and, if there is one, its key.
  ///
  /// - Parameter keyHash: the key's SHA-256, kept in results so that they say what they came from.
  /// - Throws: `GradingProblem` for a key that does not fit the lesson, a doubled check name, a
  ///   check that needs a later one, points that are no number.
  public init(_ lesson: Lesson, key: Lesson? = nil, keyHash: String? = nil) throws(GradingProblem) {
    var builder = PlanBuilder(lesson, key: key)
    try builder.build()
    self.lesson = lesson
    self.keyHash = keyHash
    checks = builder.checks
    steps = builder.steps
    budget = key?.budget ?? lesson.budget
    introduction = builder.pieces(of: lesson.introduction)
  }

  public var points: Double { checks.reduce(0) { $0 + $1.points } }
}

extension Lesson.Fence {
  /// The fence's code as a piece of the file it stands in.
  func piece(in lesson: Lesson) -> CodePiece {
    CodePiece(name: lesson.path, firstLine: line, text: text)
  }
}
