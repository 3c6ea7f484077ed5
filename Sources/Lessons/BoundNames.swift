import Language

/// Names that a program binds or changes at its top level, also where it cannot be read whole.
public func boundNames(_ text: String) -> Set<String> {
  var names: Set<String> = []
  for statement in parse(Source(name: "", text)).program.statements {
    switch statement.kind {
    case .bind(let name, _), .assign(let name, _): names.insert(name.text)
    case .function(let function): if let name = function.name { names.insert(name.text) }
    case .broken(let broken): names.formUnion(broken.map(\.text))
    default: break
    }
  }
  return names
}

extension Lesson {
  /// Names that the lesson's own code binds, and those its exercises ask for.
  var boundNames: Set<String> {
    var names: Set<String> = []
    for block in introduction + steps.flatMap(\.blocks) {
      switch block {
      case .code(let fence) where fence.kind != .check && fence.kind != .wrong:
        names.formUnion(Lessons.boundNames(fence.text))
      case .transcript(let transcript):
        for entry in transcript.entries { names.formUnion(Lessons.boundNames(entry.input)) }
      case .code, .prose, .hint: break
      }
    }
    return names
  }
}

/// The checks of a statement, by the names that their records get before they run.
public func checkNames(_ statement: Statement, _ source: Source) -> [String] {
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
