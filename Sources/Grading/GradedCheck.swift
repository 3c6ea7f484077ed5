/// One `check` of a lesson or key, as it is counted.
public struct GradedCheck: Sendable {
  /// Step and place in it, from 1: `2.1`.
  public var number: String
  /// The step's id in the lesson.
  public var step: String
  public var name: String
  public var points: Double
  public var visibility: CheckVisibility
  public var tags: [String]
  /// Checks that have to pass first, as indices into `GradingPlan.checks`.
  public var needs: [Int]
  /// Elements that hold earn their share; otherwise it is all or nothing.
  public var isPartial: Bool
  /// What to say when it does not pass; of a hidden check, all that is said.
  public var says: String
}

/// A fence of checks, cut into its statements.
struct CheckFence: Sendable, Equatable {
  struct Statement: Sendable, Equatable {
    var piece: CodePiece
    /// The checks in it, in the order of the text, as indices into `GradingPlan.checks`.
    var checks: [Int]
  }
  var statements: [Statement]

  var checks: [Int] { statements.flatMap(\.checks) }
}

/// A piece of code with the place it was written at.
struct CodePiece: Sendable, Equatable {
  /// The file's name, as messages show it.
  var name: String
  var firstLine: Int
  var text: String
}

/// A mistake that the author knows: the code that makes it, and the answer to it.
struct KnownMistake: Sendable {
  var name: String
  var piece: CodePiece
  var feedback: String
}

/// A number of a submission that a leaderboard shows.
struct Measure: Sendable {
  var name: String
  /// `asc`: less is better; `desc`: more is.
  var order: String
  var piece: CodePiece
}
