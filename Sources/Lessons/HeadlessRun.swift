import Interpreter
import Language

extension Lesson {
  /// A piece of the lesson as the session runs it when nobody is there to answer.
  public struct Piece: Sendable {
    public var source: Source
    /// Transcripts echo what they typed; fences print only what they print.
    public var echoes: Bool
    /// A lesson's checks find built-ins before the student's names.
    public var prefersBuiltins: Bool
    /// Names that are the student's even so.
    public var ownNames: Set<String> = []
    /// It draws random numbers that the page below is to draw again: the answer to a question.
    public var keepsRandom = false
    /// It looks at the names and leaves them, and the random numbers, as they were.
    public var isCheck: Bool
    /// The line of the file that it starts on.
    public var line: Int
    /// The page shows the error that this ends in.
    public var showsError: Bool

    public init(
      source: Source, echoes: Bool = false, prefersBuiltins: Bool = false,
      isCheck: Bool = false, line: Int = 1, showsError: Bool = false
    ) {
      self.source = source
      self.echoes = echoes
      self.prefersBuiltins = prefersBuiltins
      self.isCheck = isCheck
      self.line = line
      self.showsError = showsError
    }
  }

  /// Everything to run, in the order of the page, with each solution in place of its exercise.
  public var pieces: [Piece] {
    blocks(introduction) + steps.flatMap { pieces(of: $0) }
  }

  private func pieces(of step: Step) -> [Piece] {
    let solution = step.solution
    return step.blocks.flatMap { block -> [Piece] in
      guard case .code(let fence) = block, fence.kind == .exercise, let solution else {
        return pieces(of: block)
      }
      return [piece(solution)]
    }
  }

  private func blocks(_ blocks: [Block]) -> [Piece] { blocks.flatMap { pieces(of: $0) } }

  private func pieces(of block: Block) -> [Piece] {
    switch block {
    case .prose, .hint: []
    case .transcript(let transcript): transcript.entries.map { piece($0) }
    case .code(let fence):
      switch fence.kind {
      case .run, .setup, .check: [piece(fence)]
      // The solution ran in place of its exercise; a wrong answer is for the course check.
      case .exercise, .solution, .wrong: []
      }
    }
  }

  func piece(_ fence: Fence) -> Piece {
    var piece = Piece(
      source: Source(name: path, fence.text, firstLine: fence.line),
      prefersBuiltins: fence.kind == .check, isCheck: fence.kind == .check, line: fence.line)
    if piece.isCheck { piece.ownNames = ownNames }
    // A student types a number; the answer in its place draws no more than that.
    piece.keepsRandom = fence.attributes["ask"] != nil
    return piece
  }

  func piece(_ entry: Transcript.Entry) -> Piece {
    // A shown error stands under the name that a reader's prompt gives it.
    let source =
      entry.showsError
      ? Source(name: "<repl>", entry.input) : Source(name: path, entry.input, firstLine: entry.line)
    return Piece(
      source: source, echoes: true, line: entry.line, showsError: entry.showsError)
  }
}

extension Session {
  /// Runs a piece of a lesson.
  ///
  /// Of a check only its records stay: what it binds and the random numbers it draws are nothing to
  /// the page below, which is the same whether anybody checked or not.
  public func run(_ piece: Lesson.Piece) -> Outcome {
    let before = piece.isCheck || piece.keepsRandom ? snapshot() : nil
    let outcome = run(
      piece.source, echo: piece.echoes, prefersBuiltins: piece.prefersBuiltins,
      ownNames: piece.ownNames)
    if let before {
      if piece.isCheck { restore(before, keepsChecks: true) } else { restoreRandom(of: before) }
    }
    return outcome
  }
}
