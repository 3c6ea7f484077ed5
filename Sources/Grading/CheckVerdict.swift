/// How one check of a submission ended.
public enum CheckVerdict: String, Sendable, CaseIterable {
  /// Every element held.
  case pass
  /// Some elements held; they earn their share of the points.
  case partial
  case fail
  /// Stopped by a limit: work, memory, or the watchdog.
  case overBudget = "over-budget"
  /// The answer ended in an error, so that the check had nothing to look at.
  case error
  /// A check it needs did not pass, or the grading ended before it.
  case notRun = "not-run"

  /// Whether the submission was stopped rather than wrong.
  public var isStop: Bool { self == .overBudget || self == .error }
}

/// Who may see a check, in Gradescope's words.
public enum CheckVisibility: String, Sendable, CaseIterable {
  case visible, hidden
  case afterDueDate = "after_due_date"
  case afterPublished = "after_published"
}
