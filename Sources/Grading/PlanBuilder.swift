import Language
import Lessons

/// Joins a lesson and its key, step by step.
struct PlanBuilder {
  let lesson: Lesson
  let key: Lesson?
  private(set) var checks: [GradedCheck] = []
  private(set) var steps: [GradingPlan.Step] = []
  /// `step/name` of every check and named fence, with the checks it stands for.
  private var known: [String: [Int]] = [:]
  /// Checks of the key.
  private var secret: Set<Int> = []
  /// `needs=` words, by check, until every name is known.
  private var wanted: [(check: Int, words: [String], path: String, line: Int)] = []

  init(_ lesson: Lesson, key: Lesson?) {
    self.lesson = lesson
    self.key = key
  }

  mutating func build() throws(GradingProblem) {
    if let key { try examine(key) }
    for (index, step) in lesson.steps.enumerated() {
      try add(step, index + 1)
    }
    guard !checks.isEmpty else {
      throw GradingProblem(
        path: lesson.path, line: 1, message: "this lesson has no exercise with checks to grade")
    }
    for want in wanted { try resolve(want) }
  }

  func pieces(of blocks: [Lesson.Block]) -> [CodePiece] {
    blocks.flatMap { block -> [CodePiece] in
      switch block {
      case .code(let fence) where fence.kind == .run || fence.kind == .setup:
        [fence.piece(in: lesson)]
      case .transcript(let transcript):
        transcript.entries.filter { !$0.showsError }.map {
          CodePiece(name: lesson.path, firstLine: $0.line, text: $0.input)
        }
      case .code, .prose, .hint: []
      }
    }
  }

  // MARK: Steps

  private func examine(_ key: Lesson) throws(GradingProblem) {
    guard key.id == lesson.id || key.id == lesson.id + "-key" else {
      throw GradingProblem(
        path: key.path, line: 1,
        message: "this key is for the lesson `\(key.id)`, not for `\(lesson.id)`")
    }
    guard key.version == lesson.version else {
      throw GradingProblem(
        path: key.path, line: 1,
        message: "this key is for version \(key.version) of the lesson, which is now at "
          + "\(lesson.version)")
    }
    for step in key.steps {
      guard let own = lesson.steps.first(where: { $0.id == step.id }) else {
        throw GradingProblem(
          path: key.path, line: step.line, message: "the lesson has no step `\(step.id)`")
      }
      guard own.exercise != nil else {
        throw GradingProblem(
          path: key.path, line: step.line,
          message: "the lesson's step `\(step.id)` asks for nothing that could be checked")
      }
    }
  }

  private mutating func add(_ step: Lesson.Step, _ number: Int) throws(GradingProblem) {
    let secret = key?.steps.first { $0.id == step.id }
    var made = GradingPlan.Step(
      id: step.id, title: step.title, before: [], after: [], asked: [],
      solution: step.solution?.piece(in: lesson), open: [], secret: [], mistakes: [], measures: [])
    let cut = step.blocks.firstIndex {
      if case .code(let fence) = $0 { fence.kind == .exercise } else { false }
    }
    made.before = pieces(of: Array(step.blocks[..<(cut ?? step.blocks.count)]))
    if let cut, let exercise = step.exercise {
      made.after = pieces(of: Array(step.blocks[cut...]))
      made.asked = boundNames(exercise.piece(in: lesson))
      if let solution = made.solution { made.asked.formUnion(boundNames(solution)) }
      if let question = exercise.question { ask(question, exercise, number, &made) }
      for fence in step.checks {
        made.open.append(try checkFence(fence, of: lesson, step.id, number, isSecret: false))
      }
      made.mistakes = mistakes(step, of: lesson, answering: exercise)
    }
    if let key, let secret {
      for fence in secret.checks {
        made.secret.append(try checkFence(fence, of: key, step.id, number, isSecret: true))
      }
      made.mistakes += mistakes(secret, of: key, answering: step.exercise)
      for fence in secret.fences(.run) where fence.attributes["leaderboard"] != nil {
        made.measures.append(try measure(fence, of: key))
      }
    }
    steps.append(made)
  }

  /// A question is a check of the number that was predicted, under its name or as it stands.
  private mutating func ask(
    _ question: Lesson.Question, _ exercise: Lesson.Fence, _ number: Int,
    _ made: inout GradingPlan.Step
  ) {
    let path = lesson.path
    func piece(_ text: String) -> CodePiece {
      CodePiece(name: path, firstLine: exercise.line, text: text)
    }
    let name = exercise.boundNames.first
    let subject = name ?? "ans"
    if name == nil { made.solution = made.solution ?? piece("(\(question.answer))") }
    made.answersByValue = name == nil
    made.isQuestion = true
    let margin = margin(question, question.answer, subject)
    let text = "check near(\(subject), (\(question.answer)), within: \(margin)), \"prediction\""
    checks.append(
      GradedCheck(
        number: "\(number).1", step: made.id, name: "prediction", points: question.points ?? 1,
        visibility: .visible, tags: [], needs: [], isPartial: false, says: ""))
    known[made.id + "/prediction", default: []].append(checks.count - 1)
    made.open.append(
      CheckFence(statements: [.init(piece: piece(text), checks: [checks.count - 1])]))
  }

  /// How far a prediction may lie from a number, as an expression.
  private func margin(
    _ question: Lesson.Question, _ expected: String, _ subject: String
  ) -> String {
    let (share, distance) =
      switch question.margin {
      case .share(let share): (share, 0.0)
      case .absolute(let distance): (0.0, distance)
      }
    // A number typed as printed differs from the computed one in the digits not shown.
    return "\(distance) + \(share) * abs(\(expected)) "
      + "+ 1e-6 * max(abs(\(expected)), abs(\(subject)))"
  }

  /// The mistakes that a page lists for a step; those of a question as checks of the number that was
  /// predicted.
  private func mistakes(
    _ step: Lesson.Step, of file: Lesson, answering exercise: Lesson.Fence?
  ) -> [KnownMistake] {
    step.fences(.wrong).enumerated().compactMap { index, fence in
      var piece = fence.piece(in: file)
      if let exercise, let question = exercise.question {
        guard let guess = fence.guess else { return nil }
        let subject = exercise.boundNames.first ?? "ans"
        piece.text =
          "check near(\(subject), (\(guess)), within: \(margin(question, guess, subject)))"
      }
      return KnownMistake(
        name: fence.attributes["name"] ?? "\(step.id)-\(index + 1)", piece: piece,
        feedback: fence.feedback)
    }
  }

  private func measure(_ fence: Lesson.Fence, of file: Lesson) throws(GradingProblem) -> Measure {
    let order = fence.attributes["order"] ?? "desc"
    guard ["asc", "desc"].contains(order) else {
      throw GradingProblem(
        path: file.path, line: fence.line - 1, message: "`order` is `asc` or `desc`")
    }
    return Measure(
      name: fence.attributes["leaderboard"] ?? "", order: order, piece: fence.piece(in: file))
  }

  // MARK: Checks

  private mutating func checkFence(
    _ fence: Lesson.Fence, of file: Lesson, _ step: String, _ number: Int, isSecret: Bool
  ) throws(GradingProblem) -> CheckFence {
    let options = try FenceOptions(fence, of: file, isSecret: isSecret)
    let cut = try cutStatements(fence, of: file)
    let count = cut.reduce(0) { $0 + $1.names.count }
    guard count > 0 else {
      throw GradingProblem(
        path: file.path, line: fence.line - 1, message: "this `check` fence checks nothing")
    }
    var made = CheckFence(statements: [])
    for (piece, names) in cut {
      var statement = CheckFence.Statement(piece: piece, checks: [])
      for name in names {
        let place = checks.filter { $0.step == step }.count + 1
        checks.append(
          GradedCheck(
            number: "\(number).\(place)", step: step,
            name: count == 1 ? options.settings.name ?? name : name,
            points: (options.settings.points ?? Double(count)) / Double(count),
            visibility: options.visibility, tags: options.tags, needs: [],
            isPartial: options.settings.countsElements, says: options.says))
        statement.checks.append(checks.count - 1)
      }
      made.statements.append(statement)
    }
    if isSecret { secret.formUnion(made.checks) }
    for check in made.checks { known[step + "/" + checks[check].name, default: []].append(check) }
    if count > 1, let name = options.settings.name {
      known[step + "/" + name, default: []] += made.checks
    }
    if !options.settings.needs.isEmpty {
      for check in made.checks {
        wanted.append((check, options.settings.needs, file.path, fence.line - 1))
      }
    }
    return made
  }

  /// The lesson's checks come before all of the key's, and each file's in order.
  private func isChecked(_ check: Int, before other: Int) -> Bool {
    let (first, second) = (secret.contains(check), secret.contains(other))
    return first == second ? check < other : second
  }

  private mutating func resolve(
    _ want: (check: Int, words: [String], path: String, line: Int)
  ) throws(GradingProblem) {
    for word in want.words {
      let near = known[checks[want.check].step + "/" + word] ?? known[word]
      let far = known.filter { $0.key.hasSuffix("/" + word) }
      guard let found = near ?? (far.count == 1 ? far.values.first : nil) else {
        throw GradingProblem(
          path: want.path, line: want.line,
          message: far.isEmpty
            ? "`needs` names `\(word)`, and no check is called that"
            : "`needs` names `\(word)`, which several steps have; write `step/\(word)`")
      }
      let earlier = found.filter { isChecked($0, before: want.check) }
      guard !earlier.isEmpty else {
        throw GradingProblem(
          path: want.path, line: want.line,
          message: "`needs` names `\(word)`, which is checked later")
      }
      checks[want.check].needs += earlier
    }
  }
}
