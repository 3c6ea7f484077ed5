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

/// Names that a piece of code binds at its top level, also where it cannot be read whole.
func boundNames(_ piece: CodePiece) -> Set<String> { Lessons.boundNames(piece.text) }
