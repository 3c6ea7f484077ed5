extension Parser {
  /// `statement` of the grammar, without its end.
  mutating func statement(isFirst: Bool) throws(SyntaxFailure) -> Statement {
    let start = token.start
    let kind = try statementKind(isFirst: isFirst)
    return Statement(kind: kind, span: Span(start, max(start, previousEnd)), isSilenced: false)
  }

  private mutating func statementKind(isFirst: Bool) throws(SyntaxFailure) -> Statement.Kind {
    switch kind {
    case .letWord: return try bindStatement()
    case .funcWord: return try functionStatement()
    case .forWord: return try forStatement()
    case .whileWord:
      advance()
      let condition = try condition()
      return .whileLoop(condition, try block(after: "while"))
    case .returnWord:
      advance()
      return .giveBack(endsStatement ? nil : try expression())
    case .breakWord:
      advance()
      return .leaveLoop
    case .continueWord:
      advance()
      return .nextPass
    case .checkWord: return try checkStatement()
    case .claimWord: return try claimStatement()
    default:
      try refuseForeignStatement()
      if let assignment = try assignment() { return assignment }
      if !isFirst { try reportLeadingOperator() }
      return .expression(try expression())
    }
  }

  /// A newline, `;`, `}` or the end of the text comes next.
  var endsStatement: Bool {
    switch kind {
    case .newline, .semicolon, .rightBrace, .endOfText: true
    default: false
    }
  }

  private mutating func bindStatement() throws(SyntaxFailure) -> Statement.Kind {
    let word = advance()
    try refuseForeignPattern(word)
    let name = try name("a name")
    try refuseAnnotation(of: name)
    if kind == .equal {
      findings.add(
        "E0015", "`==` compares; `let` binds with `=`", at: token.span,
        help: [.replace(token.span, with: "=", "write `=`")])
      advance()
    } else {
      _ = try expect(.assign, "`=` and a value")
    }
    return .bind(name, try expression())
  }

  /// `name = expr`, and the short forms of other languages.
  private mutating func assignment() throws(SyntaxFailure) -> Statement.Kind? {
    guard kind == .name else { return nil }
    switch nextKind {
    case .assign:
      let name = makeName(advance())
      advance()
      return .assign(name, try expression())
    case .compoundAssign:
      let name = makeName(advance())
      let sign = advance()
      let value = try expression()
      var op = String(source[sign.span].dropLast())
      if op == "**" { op = "^" }
      let right = value.bindsLoosely ? "(\(source[value.span]))" : source[value.span]
      let fixed =
        op == "%"
        ? "\(name.text) = mod(\(name.text), \(source[value.span]))"
        : "\(name.text) = \(name.text) \(op) \(right)"
      findings.add(
        "E0014", "there is no operator `\(source[sign.span])`", at: sign.span,
        help: [.replace(name.span.joined(value.span), with: fixed, "write `\(fixed)`")])
      return .assign(name, value)
    case .increment, .decrement:
      let name = makeName(advance())
      let sign = advance()
      let fixed = "\(name.text) = \(name.text) \(sign.kind == .increment ? "+" : "-") 1"
      findings.add(
        "E0014", "there is no operator `\(source[sign.span])`", at: sign.span,
        help: [.replace(name.span.joined(sign.span), with: fixed, "write `\(fixed)`")])
      return .assign(name, make(.name(name), name.span))
    default: return nil
    }
  }

  private mutating func functionStatement() throws(SyntaxFailure) -> Statement.Kind {
    let start = advance().start
    let name = try name("the function's name")
    let id = takeFunctionID()
    _ = try expect(.leftParen, "`(` and the parameters")
    var parameters: [Function.Parameter] = []
    while kind != .rightParen {
      parameters.append(try parameter())
      if !accept(.comma) { break }
    }
    _ = try expect(.rightParen, "`,` or `)`")
    try refuseResultAnnotation()
    let block = try block(after: "func")
    return .function(
      Function(
        name: name, parameters: parameters, body: .block(block), span: Span(start, previousEnd),
        functionID: id))
  }

  mutating func takeFunctionID() -> Int {
    defer { functionCount += 1 }
    return functionCount
  }

  /// Reads `param = name [ ":" [ expr ] ]`.
  private mutating func parameter() throws(SyntaxFailure) -> Function.Parameter {
    let name = try name("a parameter")
    if kind == .assign { reportLabelSign(name) }
    guard kind == .colon || kind == .assign else {
      return Function.Parameter(name: name, passing: .position)
    }
    advance()
    if kind == .comma || kind == .rightParen {
      return Function.Parameter(name: name, passing: .label)
    }
    let value = try nested { p throws(SyntaxFailure) in try p.expression() }
    return Function.Parameter(name: name, passing: .labelOr(value))
  }

  private mutating func forStatement() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    if kind == .leftParen || (kind == .name && nextKind != .inWord && !nextKind.isLost) {
      let wrong = kind == .leftParen ? token : tokens[index + 1]
      findings.add(
        "E0019", "expected a name and `in`, not \(shown(wrong))", at: wrong.span,
        help: [.say("as in `for i in 0..<3 { … }`")])
      throw SyntaxFailure()
    }
    let name = try name("the name of the loop's value")
    _ = try expect(.inWord, "`in` and what to go through")
    let domain = try expression()
    return .loop(name, over: domain, try block(after: "for"))
  }

  private mutating func checkStatement() throws(SyntaxFailure) -> Statement.Kind {
    let word = advance()
    if let bare = checkInParentheses(word) {
      findings.add(
        "E0021", "`check` is a statement and takes no parentheses", at: word.span,
        help: [.replace(bare.span, with: bare.text, "write `\(bare.text)`")])
      throw SyntaxFailure()
    }
    let value = try condition()
    let message = accept(.comma) ? try expression() : nil
    return .check(value, message: message)
  }

  /// `check(e, "m")`, as a function would be called.
  private func checkInParentheses(_ word: Token) -> (span: Span, text: String)? {
    guard kind == .leftParen, token.link > index, token.start == word.end else { return nil }
    var inner = index + 1
    while inner < token.link {
      if tokens[inner].kind == .comma {
        let content = source[Span(token.end, tokens[token.link].start)]
        return (Span(word.start, tokens[token.link].end), "check " + content)
      }
      inner = max(inner + 1, bracketEnd(inner) + 1)
    }
    return nil
  }

  /// The partner of an opening bracket, else the token itself.
  func bracketEnd(_ index: Int) -> Int {
    switch tokens[index].kind {
    case .leftParen, .leftBracket, .leftBrace: max(index, tokens[index].link)
    default: index
    }
  }

  /// Reads `"claim" expr "for" name "in" expr { "," name "in" expr }`.
  private mutating func claimStatement() throws(SyntaxFailure) -> Statement.Kind {
    advance()
    let value = try condition()
    _ = try expect(.forWord, "`for`, a name, `in` and its values")
    var domains: [(name: Name, domain: Expression)] = []
    repeat {
      let name = try name("a name")
      _ = try expect(.inWord, "`in` and the values of `\(name.text)`")
      domains.append((name, try expression()))
    } while accept(.comma)
    return .claim(value, domains)
  }

  /// Reads `block = "{" { statement end } "}"`.
  mutating func block(after owner: String) throws(SyntaxFailure) -> Block {
    try correctBlockStart(owner)
    let open = token
    _ = try expect(.leftBrace, "`{` and the body of `\(owner)`")
    return try nested { p throws(SyntaxFailure) in
      var statements: [Statement] = []
      p.parseStatements(into: &statements, until: .rightBrace)
      guard p.kind == .rightBrace else { throw p.unexpected("`}`") }
      p.advance()
      return Block(statements: statements, span: Span(open.start, p.previousEnd))
    }
  }

  /// An expression that is to be true or false; here `=` and `=>` are slips for `==` and `>=`.
  mutating func condition() throws(SyntaxFailure) -> Expression {
    if kind == .name, nextKind == .closureArrow {
      let name = makeName(advance())
      return try comparison(make(.name(name), name.span))
    }
    return try comparison(try expression())
  }

  /// What follows a condition by mistake.
  mutating func comparison(_ left: Expression) throws(SyntaxFailure) -> Expression {
    guard kind == .assign || kind == .closureArrow else { return left }
    let sign = advance()
    let isEqual = sign.kind == .assign
    findings.add(
      "E0015", isEqual ? "`=` binds a name; it does not compare" : "`=>` makes a closure",
      at: sign.span,
      help: [
        .replace(
          sign.span, with: isEqual ? "==" : ">=",
          isEqual ? "equality is `==`" : "the comparison is `>=`")
      ])
    let right = try expression()
    return make(
      .compare(isEqual ? .equal : .greaterOrEqual, left, right), left.span.joined(right.span))
  }
}

extension TokenKind {
  /// Nothing that a message could be about: the text ends, or the lexer has spoken.
  fileprivate var isLost: Bool { self == .endOfText || self == .broken || self == .newline }
}

extension Expression {
  /// Needs parentheses to be the right operand of an arithmetic operator.
  var bindsLoosely: Bool {
    switch kind {
    case .number, .string, .boolean, .name, .blank, .list, .parenthesized, .power, .postfix: false
    default: true
    }
  }
}
