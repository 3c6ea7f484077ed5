/// How one submission was graded; the same whatever form it is written in.
public struct SubmissionResult: Sendable {
  public struct Check: Sendable {
    public var check: GradedCheck
    public var verdict = CheckVerdict.notRun
    public var score = 0.0
    /// What the student is told; of a hidden check only what its author says.
    public var output = ""
    /// `misconception:truncate`, where the answer is what a known mistake gives.
    public var cause: String?
    /// Where the step's answer stands in the submission.
    public var line: Int?
    public var units = 0
  }
  public struct Answer: Sendable {
    public var step: String
    public var line: Int
    /// What it printed, and how many lines were cut off.
    public var output: String
    public var droppedLines: Int
    /// The error it ended in.
    public var error: String
    public var units: Int
  }
  public struct LeaderboardValue: Sendable {
    public var name: String
    public var value: Double
    public var order: String
  }

  public var name: String
  public var checks: [Check]
  public var answers: [Answer] = []
  public var leaderboard: [LeaderboardValue] = []
  /// Why nothing of it was run.
  public var refusal: String?
  public var remarks: [String] = []
  public var units = 0
  /// The walls around the process that ran it, such as `limits`, `landlock` and `seccomp`.
  public var walls: [String] = []
  /// Whether grading came to its end.
  public var isComplete = false
  /// What went wrong with the lesson's or key's own code; the grader's fault, not the student's.
  public var problem: String?

  /// A result before the submission was even read: every check is `not-run`.
  public init(name: String, _ plan: GradingPlan) {
    self.init(Submission(name: name), plan)
  }

  /// A result before anything ran.
  init(_ submission: Submission, _ plan: GradingPlan) {
    name = submission.name
    refusal = submission.refusal
    remarks = submission.remarks
    checks = plan.checks.map { Check(check: $0) }
  }

  public var score: Double { checks.reduce(0) { $0 + $1.score } }
  public var maximum: Double { checks.reduce(0) { $0 + $1.check.points } }
  public var passed: Int { checks.filter { $0.verdict == .pass }.count }
  public var hasPassed: Bool { isComplete && refusal == nil && passed == checks.count }

  /// 0 all passed, 1 something failed, 2 it does not parse, 3 the grader's own trouble.
  public var exitCode: Int32 {
    if problem != nil || !isComplete { return 3 }
    if refusal != nil { return 2 }
    return hasPassed ? 0 : 1
  }

  /// One sentence for the top of a report.
  public var headline: String {
    if let problem { return "This submission could not be graded: \(problem)" }
    if let refusal { return "This submission cannot be read: \(refusal)" }
    let count = "\(passed) of \(checks.count) checks passed."
    let shown = checks.first { $0.verdict != .pass && $0.check.visibility == .visible }
    return count + (shown.map { " Fix first: \($0.check.number) \($0.check.name)." } ?? "")
  }
}

/// A score as results print it: at most two decimals, the same on every machine.
public func rounded(_ points: Double) -> Double { (points * 100).rounded() / 100 }
