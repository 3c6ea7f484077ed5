import Language
import Lessons

/// A fence's statements, each with the names of the checks in it.
///
/// They run one by one, so that a name that one of them lacks does not stop the others.
///
/// - Throws: `GradingProblem` when the fence does not parse.
func cutStatements(
  _ fence: Lesson.Fence, of file: Lesson
) throws(GradingProblem) -> [(piece: CodePiece, names: [String])] {
  let source = Source(name: file.path, fence.text, firstLine: fence.line)
  let parsed = parse(source)
  if let error = parsed.diagnostics.first(where: { $0.severity == .error }) {
    throw GradingProblem(
      path: file.path, line: source.position(of: error.span.start).line, message: error.headline)
  }
  guard !parsed.isIncomplete else {
    throw GradingProblem(path: file.path, line: fence.line, message: "this fence is unfinished")
  }
  return parsed.program.statements.map { statement in
    let piece = CodePiece(
      name: file.path, firstLine: source.position(of: statement.span.start).line,
      text: source[statement.span])
    return (piece, checkNames(statement, source))
  }
}

/// The checks of a statement, by the names that their records get before they run.
private func checkNames(_ statement: Statement, _ source: Source) -> [String] {
  switch statement.kind {
  case .check(let condition, let message):
    if case .string(let pieces)? = message?.kind, pieces.count <= 1 {
      guard case .text(let text)? = pieces.first else {
        return [pieces.isEmpty ? "" : source[condition.span]]
      }
      return [text]
    }
    return [source[condition.span]]
  case .claim(let condition, _): return [source[condition.span]]
  case .loop(_, _, let body), .whileLoop(_, let body):
    return body.statements.flatMap { checkNames($0, source) }
  case .expression(let expression):
    guard case .conditional(let branches, let otherwise) = expression.kind else { return [] }
    let blocks = branches.map(\.block) + [otherwise].compactMap { $0 }
    return blocks.flatMap { $0.statements.flatMap { checkNames($0, source) } }
  case .bind, .assign, .function, .giveBack, .leaveLoop, .nextPass, .broken: return []
  }
}

/// Names that a piece of code binds at its top level, also where it cannot be read whole.
func boundNames(_ piece: CodePiece) -> Set<String> {
  let program = parse(Source(name: piece.name, piece.text)).program
  var names: Set<String> = []
  for statement in program.statements {
    switch statement.kind {
    case .bind(let name, _), .assign(let name, _): names.insert(name.text)
    case .function(let function): if let name = function.name { names.insert(name.text) }
    case .broken(let broken): names.formUnion(broken.map(\.text))
    default: break
    }
  }
  return names
}
