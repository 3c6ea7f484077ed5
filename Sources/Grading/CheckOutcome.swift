/// What one check of one submission is worth.
struct CheckOutcome {
  var verdict: CheckVerdict
  var score = 0.0
  var output = ""

  /// - Parameters:
  ///   - record: how the session saw it; `nil` when it was not reached.
  ///   - reply: how the statement ended that it stands in.
  ///   - answer: how the step's answer ended; `nil` when there was none.
  ///   - asked: names that the exercise asks for.
  init(
    _ record: BenchReply.Check?, _ reply: BenchReply, answer: BenchReply?, check: GradedCheck,
    asked: Set<String>
  ) {
    if let record, record.hasRun, reply.state == .finished {
      self.init(record, check)
      return
    }
    switch reply.state {
    case .overBudget, .timedOut:
      self.init(verdict: .overBudget, output: reply.complaint)
      return
    case .died:
      self.init(verdict: .error, output: reply.complaint)
      return
    case .finished:
      self.init(verdict: .fail, output: "the check was not reached")
      return
    case .unreadable, .blank, .failed: break
    }
    // The check could not be made; most often because the answer has not come so far.
    switch answer?.state {
    case nil: self.init(verdict: .fail, output: "not answered")
    case .blank: self.init(verdict: .fail, output: "not answered: a blank `____` is left")
    case .unreadable:
      self.init(verdict: .error, output: "the answer does not parse: \(answer?.complaint ?? "")")
    case .overBudget, .timedOut:
      self.init(verdict: .overBudget, output: answer?.complaint ?? "")
    case .failed, .died: self.init(verdict: .error, output: answer?.complaint ?? "")
    case .finished: self.init(verdict: .fail, output: reply.headline)
    }
  }

  private init(verdict: CheckVerdict, output: String) {
    self.verdict = verdict
    self.output = output
  }

  private init(_ record: BenchReply.Check, _ check: GradedCheck) {
    if record.passed, record.elements > 0 {
      verdict = .pass
      score = check.points
      return
    }
    if record.passed {
      verdict = .fail
      output = "it compares no elements"
      return
    }
    let message = record.message == check.name ? [] : [record.message]
    output = (message + record.detail).filter { !$0.isEmpty }.joined(separator: "\n")
    if output.isEmpty { output = "it does not hold" }
    verdict = .fail
    if check.isPartial, record.share > 0, record.share < 1, check.points > 0 {
      verdict = .partial
      score = check.points * record.share
    }
  }
}
