import Interpreter

/// Grades submissions to one lesson, each in a process of its own.
public struct Grader: Sendable {
  let plan: GradingPlan
  let limits: Limits
  /// This program and the arguments that make it serve as a bench.
  let program: String
  let arguments: [String]
  /// The empty folder that processes stand in.
  let folder: String
  let isCancelled: @Sendable () -> Bool

  public init(
    _ plan: GradingPlan, limits: Limits, program: String, arguments: [String], folder: String,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.plan = plan
    self.limits = limits
    self.program = program
    self.arguments = arguments
    self.folder = folder
    self.isCancelled = isCancelled
  }

  /// Grades one submission.
  ///
  /// - Parameter progress: the result so far, before the first check and after each.
  public func grade(
    _ submission: Submission, progress: @escaping (SubmissionResult) -> Void = { _ in }
  ) -> SubmissionResult {
    grade(submission, showsHidden: false, progress: progress)
  }

  private func grade(
    _ submission: Submission, showsHidden: Bool, progress: @escaping (SubmissionResult) -> Void
  ) -> SubmissionResult {
    var result = SubmissionResult(submission, plan)
    progress(result)
    guard submission.refusal == nil else {
      result.isComplete = true
      progress(result)
      return result
    }
    let (program, arguments, folder) = (program, arguments, folder)
    let bench = Workbench(limits, isCancelled: isCancelled) { () throws(GradingProblem) in
      try BenchProcess(program, arguments, folder: folder)
    }
    var run = GradingRun(plan, limits, submission, bench, result, progress)
    run.showsHidden = showsHidden
    do throws(GradingProblem) {
      try run.grade()
      result = run.result
      result.isComplete = !isCancelled()
      if isCancelled() { result.problem = "the grading was stopped" }
    } catch {
      result = run.result
      result.problem = error.message
    }
    result.units = bench.units
    progress(result)
    return result
  }

  /// Grades the lesson's own solutions, which have to pass every check.
  ///
  /// - Returns: what is wrong with the lesson or the key; `nil` when all is well.
  public func problemOfSolutions() -> String? {
    var solution = Submission(name: plan.lesson.path)
    for step in plan.steps { solution.answers[step.id] = step.solution }
    let result = grade(solution, showsHidden: true) { _ in }
    if let problem = result.problem { return problem }
    guard let failed = result.checks.first(where: { $0.verdict != .pass }) else { return nil }
    return "the lesson's own solution does not pass check \(failed.check.number) "
      + "\"\(failed.check.name)\": \(failed.verdict.rawValue)"
      + (failed.output.isEmpty ? "" : "; \(failed.output)")
  }
}
