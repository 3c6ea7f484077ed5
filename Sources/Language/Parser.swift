/// Ends the reading of a statement; what was wrong has been recorded.
struct SyntaxFailure: Error {}

/// Reads tokens into the syntax tree, by recursive descent over the rules in `grammar.txt`.
///
/// Only what a student nests makes it recurse, and `enter` bounds that; chains are loops. A
/// statement that cannot be read is skipped to its end, and reading goes on behind it.
struct Parser {
  let source: Source
  let tokens: [Token]
  let numbers: [Double]
  let strings: [String]
  let trailingComments: [(comment: Span, tokenBefore: Int)]
  /// Brackets open at the end of the text, outermost first.
  let openAtEnd: [Int]
  var findings: Findings
  var index = 0
  var depth = 0
  var idCount = 0
  var functionCount = 0
  /// An operand that was already read: what follows a pipe step by mistake continues it.
  var pendingOperand: Expression?
  /// The widest operand that ends where a comment's line of code ends, by that end.
  var operandEnds: [Int: Span?] = [:]

  /// Levels of brackets, blocks, closures, signs and powers inside each other.
  static let maximumDepth = 256

  init(_ lexer: Lexer) {
    source = lexer.source
    tokens = lexer.tokens
    numbers = lexer.numbers
    strings = lexer.strings
    trailingComments = lexer.trailingComments
    openAtEnd = lexer.openings.map(\.token)
    findings = lexer.findings
    for (_, token) in trailingComments where tokens.indices.contains(token) {
      operandEnds[tokens[token].end] = .some(nil)
    }
  }

  /// Reads `input = [ "|>" step … ] { statement end }`.
  mutating func parseInput() -> Parsed {
    var statements: [Statement] = []
    skipEnds()
    let continuesAnswer = kind == .pipe
    if continuesAnswer {
      let here = Span(token.start, token.start)
      let answer = make(.name(Name(text: "ans", span: here, id: takeID())), here)
      statements.append(
        recovering(isFirst: true) { parser throws(SyntaxFailure) in
          let value = try parser.pipe(from: answer)
          return Statement(kind: .expression(value), span: value.span, isSilenced: false)
        })
    }
    parseStatements(into: &statements, until: .endOfText)
    return Parsed(
      program: Program(
        source: source, statements: statements, idCount: idCount, functionCount: functionCount),
      diagnostics: findings.diagnostics.sortedByPosition(),
      isIncomplete: findings.failedAtEnd && !findings.hasErrors,
      continuesAnswer: continuesAnswer, divisionComments: divisionComments())
  }

  /// `{ statement end }` up to a closing token, which stays.
  mutating func parseStatements(into statements: inout [Statement], until end: TokenKind) {
    skipEnds()
    while kind != end, kind != .endOfText, !findings.isFull {
      let isFirst = statements.isEmpty
      statements.append(
        recovering(isFirst: isFirst) { parser throws(SyntaxFailure) in
          try parser.statement(isFirst: isFirst)
        })
      skipEnds()
    }
  }

  private mutating func skipEnds() {
    while kind == .newline || kind == .semicolon { index += 1 }
  }

  // MARK: Tokens

  var token: Token { tokens[index] }
  var kind: TokenKind { tokens[index].kind }
  var nextKind: TokenKind { index + 1 < tokens.count ? tokens[index + 1].kind : .endOfText }
  var previousEnd: Int { index > 0 ? tokens[index - 1].end : 0 }

  @discardableResult
  mutating func advance() -> Token {
    let current = tokens[index]
    if current.kind != .endOfText { index += 1 }
    return current
  }

  mutating func accept(_ wanted: TokenKind) -> Bool {
    guard kind == wanted else { return false }
    index += 1
    return true
  }

  mutating func expect(_ wanted: TokenKind, _ description: String) throws(SyntaxFailure) -> Token {
    guard kind == wanted else { throw unexpected(description) }
    return advance()
  }

  // MARK: Nodes

  mutating func takeID() -> Int {
    defer { idCount += 1 }
    return idCount
  }

  mutating func make(_ kind: Expression.Kind, _ span: Span) -> Expression {
    if !operandEnds.isEmpty, let known = operandEnds[span.end], kind.isOperand {
      operandEnds[span.end] = known.map { $0.start < span.start ? $0 : span } ?? span
    }
    return Expression(kind, span: span, id: takeID())
  }

  mutating func makeName(_ token: Token) -> Name {
    Name(text: source[token.span], span: token.span, id: takeID())
  }

  /// A name that is bound or used here, with the mistakes people make in its place.
  mutating func name(_ description: String) throws(SyntaxFailure) -> Name {
    if kind == .name { return makeName(advance()) }
    if kind.isReservedWord {
      findings.add("E0023", "`\(source[token.span])` is a reserved word", at: token.span)
      throw SyntaxFailure()
    }
    if kind == .blank { throw blank() }
    throw unexpected(description)
  }

  /// Runs `body` one level deeper.
  mutating func nested<Result>(
    _ body: (inout Parser) throws(SyntaxFailure) -> Result
  ) throws(SyntaxFailure) -> Result {
    guard depth < Parser.maximumDepth else {
      findings.add(
        "E0607", "this is nested deeper than \(Parser.maximumDepth) levels", at: token.span,
        help: [.say("give an inner part a name of its own with `let`")])
      throw SyntaxFailure()
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private func divisionComments() -> [DivisionComment] {
    trailingComments.compactMap { comment, before in
      guard tokens.indices.contains(before),
        let operand = operandEnds[tokens[before].end] ?? nil
      else { return nil }
      return DivisionComment(
        span: comment, text: source[Span(comment.start + 2, max(comment.start + 2, comment.end))],
        operand: operand)
    }
  }
}

extension Expression.Kind {
  /// What a division sign right behind it would divide.
  fileprivate var isOperand: Bool {
    switch self {
    case .number, .name, .parenthesized, .power, .postfix: true
    // Division binds like the other products: `a * b // 2` was meant as `(a * b) / 2`.
    case .chain(_, let links): links.allSatisfy { $0.op != .add && $0.op != .subtract }
    default: false
    }
  }
}
