import Lessons

/// One submission on its way through the lesson.
///
/// Each step is entered as the lesson has it, answered, and checked. An answer that does not pass is
/// followed by the lesson's solution, so that one mistake is not paid for in later steps. The key's
/// checks come last, when no line of the student's is left to run.
struct GradingRun {
  let plan: GradingPlan
  let limits: Limits
  let submission: Submission
  let bench: Workbench
  private(set) var result: SubmissionResult
  private let progress: (SubmissionResult) -> Void
  /// How each step's answer ended, by the step's place.
  private var ends: [Int: BenchReply] = [:]
  private var printedBytes = 0
  /// What the lesson's checks said to the current answer, statement by statement.
  private var heard: [HeardCheck: BenchReply] = [:]
  /// Hidden checks say what they found too: for the author of the key.
  var showsHidden = false

  init(
    _ plan: GradingPlan, _ limits: Limits, _ submission: Submission, _ bench: Workbench,
    _ result: SubmissionResult, _ progress: @escaping (SubmissionResult) -> Void
  ) {
    self.plan = plan
    self.limits = limits
    self.submission = submission
    self.bench = bench
    self.result = result
    self.progress = progress
  }

  mutating func grade() throws(GradingProblem) {
    let opened = try bench.ask(
      .open(
        seed: plan.lesson.seed, memory: limits.memory, output: limits.stepOutput,
        ownNames: plan.lesson.ownNames.sorted()))
    guard opened.state == .finished else {
      throw GradingProblem(path: submission.name, line: 0, message: opened.headline)
    }
    result.walls = opened.output.split(separator: " ").map(String.init)
    guard try somethingParses() else { return }
    try runLesson(plan.introduction)
    var wholeIsPending = submission.whole
    for (index, step) in plan.steps.enumerated() {
      try runLesson(step.before)
      if step.hasExercise {
        var answer = submission.answers[step.id]
        if let whole = wholeIsPending { (answer, wholeIsPending) = (whole, nil) }
        try grade(step, at: index, answer)
      }
      try runLesson(step.after)
    }
    for (index, step) in plan.steps.enumerated() {
      for fence in step.secret { try check(fence, of: step, at: index) }
      try measure(step, at: index)
    }
  }

  /// A file of which no answer is a program cannot be graded at all.
  private mutating func somethingParses() throws(GradingProblem) -> Bool {
    var first: BenchReply?
    for piece in submission.pieces {
      let reply = try bench.askOfStudent(.examine(piece))
      if reply.state == .finished { return true }
      first = first ?? reply
    }
    result.refusal = first?.complaint ?? ""
    return false
  }

  // MARK: Steps

  private func entrance(_ step: Int) -> Int { 2 * step }
  private func answered(_ step: Int) -> Int { 2 * step + 1 }

  /// The lesson's own code has no budget: its author tested it.
  private func runLesson(
    _ pieces: [CodePiece], keepsRandom: Bool = false
  ) throws(GradingProblem) {
    // Names of the student's that hide built-ins must not bend it.
    for piece in pieces {
      let reply = try bench.ask(
        .run(piece, budget: nil, prefersBuiltins: true, keepsRandom: keepsRandom))
      if reply.state == .timedOut || reply.state == .died {
        throw GradingProblem(
          path: piece.name, line: piece.firstLine,
          message: "\(piece.name):\(piece.firstLine): \(reply.headline)")
      }
    }
  }

  private mutating func grade(
    _ step: GradingPlan.Step, at index: Int, _ answer: CodePiece?
  ) throws(GradingProblem) {
    try bench.ask(.mark(entrance(index)))
    if let answer { try run(answer, of: step, at: index) }
    try bench.ask(.mark(answered(index)))
    heard = [:]
    for fence in step.open { try check(fence, of: step, at: index) }
    let isWrong = result.checks.contains {
      $0.check.step == step.id && $0.verdict != .pass && $0.verdict != .notRun
    }
    if isWrong || step.open.isEmpty { try recognise(step, at: index) }
    if isWrong, submission.whole == nil, let solution = step.solution {
      try bench.ask(.back(entrance(index)))
      try runLesson([solution], keepsRandom: step.isQuestion)
    } else {
      try bench.ask(.back(answered(index)))
    }
  }

  private mutating func run(
    _ answer: CodePiece, of step: GradingPlan.Step, at index: Int
  ) throws(GradingProblem) {
    let reply = try bench.askOfStudent(
      .run(
        answer, budget: plan.budget ?? limits.units, prefersBuiltins: false,
        keepsValue: step.answersByValue))
    ends[index] = reply
    let room = max(0, limits.output - printedBytes)
    let output =
      reply.output.utf8.count <= room
      ? reply.output : String(decoding: reply.output.utf8.prefix(room), as: UTF8.self)
    printedBytes += output.utf8.count
    let cut = reply.output.utf8.dropFirst(output.utf8.count).filter { $0 == UInt8(ascii: "\n") }
    result.answers.append(
      .init(
        step: step.id, line: answer.firstLine, output: output,
        droppedLines: reply.droppedLines + cut.count,
        error: reply.diagnostic.isEmpty ? reply.headline : reply.diagnostic, units: reply.units))
    for place in result.checks.indices where result.checks[place].check.step == step.id {
      result.checks[place].line = reply.line > 0 ? reply.line : answer.firstLine
    }
  }

  // MARK: Checks

  private mutating func check(
    _ fence: CheckFence, of step: GradingPlan.Step, at index: Int
  ) throws(GradingProblem) {
    // Every fence finds the names as the answer left them, but for those it was not asked to change.
    try bench.ask(.back(answered(index)))
    try bench.ask(.protect(entrance(index), except: step.asked.sorted()))
    for (position, statement) in fence.statements.enumerated() {
      let waiting = statement.checks.filter { place in
        guard let needed = unmet(place) else { return true }
        settle(place, .notRun, says: "not run: it needs \(needed)")
        return false
      }
      if waiting.isEmpty, !statement.checks.isEmpty { continue }
      let reply = try bench.askOfStudent(
        .check(statement.piece, budget: plan.budget ?? limits.units))
      if !step.secret.contains(fence) { heard[.init(fence, position)] = reply }
      for (position, place) in statement.checks.enumerated() where waiting.contains(place) {
        let record = position < reply.checks.count ? reply.checks[position] : nil
        let outcome = CheckOutcome(
          record, reply, answer: ends[index], check: plan.checks[place], asked: step.asked)
        result.checks[place].units = reply.units
        settle(place, outcome.verdict, score: outcome.score, says: outcome.output)
      }
    }
  }

  /// The first check that has to pass and did not.
  private func unmet(_ place: Int) -> String? {
    plan.checks[place].needs.first { result.checks[$0].verdict != .pass }.map {
      "\(plan.checks[$0].number) \(plan.checks[$0].name)"
    }
  }

  private mutating func settle(
    _ place: Int, _ verdict: CheckVerdict, score: Double = 0, says output: String
  ) {
    result.checks[place].verdict = verdict
    result.checks[place].score = score
    let isOpen = showsHidden || plan.checks[place].visibility == .visible
    let words = verdict == .pass || verdict == .notRun ? "" : plan.checks[place].says
    result.checks[place].output =
      ([words] + (isOpen || verdict == .notRun ? [output] : [])).filter { !$0.isEmpty }
      .joined(separator: "\n")
    progress(result)
  }

  /// Looks for a known mistake that leaves the names exactly as the student's answer left them.
  private mutating func recognise(
    _ step: GradingPlan.Step, at index: Int
  ) throws(GradingProblem) {
    guard ends[index]?.state == .finished else { return }
    if step.isQuestion {
      for mistake in step.mistakes where try isGuessed(mistake, at: index) {
        note(mistake, of: step)
        return
      }
      return
    }
    guard !step.asked.isEmpty else { return }
    for mistake in step.mistakes where try answer(mistake.piece, isGivenFor: step, at: index).same {
      note(mistake, of: step)
      return
    }
    // Then the solution with one thing done wrong, as long as that is quick.
    guard let solution = step.solution else { return }
    var used = 0
    for mutation in mutations(of: solution.text) where used < Self.longestSearch {
      var piece = solution
      piece.text = mutation.text
      let (same, units) = try answer(piece, isGivenFor: step, at: index, Self.longestRun)
      if same {
        let name = mutation.what.lowercased().split { !($0.isLetter || $0.isNumber) }
        note(
          KnownMistake(
            name: name.joined(separator: "-"), piece: piece,
            feedback: "Your answer is what comes of \(mutation.what)."), of: step)
        return
      }
      used += units
    }
  }

  /// Units of work that one changed solution, and all of them, may use.
  private static let longestRun = 20_000_000
  private static let longestSearch = 100_000_000

  /// Whether a piece leaves the step's names as the student's answer left them.
  private func answer(
    _ piece: CodePiece, isGivenFor step: GradingPlan.Step, at index: Int, _ units: Int? = nil
  ) throws(GradingProblem) -> (same: Bool, units: Int) {
    try bench.ask(.back(entrance(index)))
    let reply = try bench.ask(.run(piece, budget: units ?? plan.budget ?? limits.units))
    guard reply.state == .finished else { return (false, reply.units) }
    let agree = try bench.ask(.agree(mark: answered(index), names: step.asked.sorted()))
    if let number = agree.number { return (number == 1, reply.units) }
    let (same, more) = try isHeardAgain(of: step, units)
    return (same, reply.units + more)
  }

  /// Whether the lesson's checks say of the names as they are what they said of the answer, to the
  /// last number: that is how functions are compared, on the checks' own inputs.
  private func isHeardAgain(
    of step: GradingPlan.Step, _ units: Int?
  ) throws(GradingProblem) -> (same: Bool, units: Int) {
    guard heard.values.contains(where: \.tellsNumbers) else { return (false, 0) }
    try bench.ask(.mark(2 * plan.steps.count))
    var used = 0
    for fence in step.open {
      try bench.ask(.back(2 * plan.steps.count))
      for (position, statement) in fence.statements.enumerated() {
        guard let before = heard[HeardCheck(fence, position)] else { continue }
        let reply = try bench.ask(
          .check(statement.piece, budget: units ?? plan.budget ?? limits.units))
        used += reply.units
        if !reply.saysTheSame(as: before) { return (false, used) }
      }
    }
    return (true, used)
  }

  /// Whether a question's wrong answer is the one that a mistake leads to, within its margin.
  private func isGuessed(
    _ mistake: KnownMistake, at index: Int
  ) throws(GradingProblem) -> Bool {
    try bench.ask(.back(answered(index)))
    let reply = try bench.ask(.check(mistake.piece, budget: plan.budget ?? limits.units))
    return reply.state == .finished && reply.checks.first?.passed == true
  }

  private mutating func note(_ mistake: KnownMistake, of step: GradingPlan.Step) {
    var hasSaid = false
    for place in result.checks.indices
    where result.checks[place].check.step == step.id && result.checks[place].verdict != .pass {
      result.checks[place].cause = "misconception:\(mistake.name)"
      guard !hasSaid, result.checks[place].check.visibility == .visible,
        !mistake.feedback.isEmpty
      else { continue }
      hasSaid = true
      result.checks[place].output +=
        (result.checks[place].output.isEmpty ? "" : "\n") + mistake.feedback
    }
    progress(result)
  }

  /// A leaderboard shows the numbers of answers that pass every check of their step.
  private mutating func measure(
    _ step: GradingPlan.Step, at index: Int
  ) throws(GradingProblem) {
    let own = result.checks.filter { $0.check.step == step.id }
    guard own.allSatisfy({ $0.verdict == .pass }) else { return }
    for measure in step.measures {
      try bench.ask(.back(answered(index)))
      try bench.ask(.protect(entrance(index), except: step.asked.sorted()))
      let reply = try bench.askOfStudent(
        .measure(measure.piece, budget: plan.budget ?? limits.units))
      guard let number = reply.number else { continue }
      result.leaderboard.append(.init(name: measure.name, value: number, order: measure.order))
    }
  }
}
