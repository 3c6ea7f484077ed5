/// What people bring from other languages, each with what to write here.
extension Parser {
  // MARK: Statements

  /// `def`, `var`, `import` … where a statement begins.
  mutating func refuseForeignStatement() throws(SyntaxFailure) {
    guard kind == .name else { return }
    let word = source[token.span]
    if let ours = foreignBinders[word], nextKind == .name || nextKind == .leftBrace {
      findings.add(
        "E0022", "there is no `\(word)`", at: token.span,
        help: [.replace(token.span, with: ours, "the word is `\(ours)`")])
      throw SyntaxFailure()
    }
    guard nextKind == .name || nextKind == .stringStart, let advice = foreignStatements[word]
    else { return }
    findings.add("E0022", "there is no `\(word)`", at: token.span, help: [.say(advice)])
    throw SyntaxFailure()
  }

  func isForeignBinder(_ start: Int) -> Bool {
    tokens[start].kind == .name && foreignBinders[source[tokens[start].span]] != nil
  }

  /// Corrects `let f(x) = …`, `let w[0] = …`, `let a, b = …`, `let (a, b) = …`.
  mutating func refuseForeignPattern(_ word: Token) throws(SyntaxFailure) {
    if kind == .leftParen || (kind == .name && nextKind == .comma) {
      findings.add(
        "E0030", "`let` binds one name", at: token.span,
        help: [.say("bind the whole value, then take its parts by index or by name")])
      throw SyntaxFailure()
    }
    guard kind == .name, index + 1 < tokens.count else { return }
    let next = tokens[index + 1]
    if next.kind == .leftParen {
      findings.add(
        "E0019", "expected `=` and a value, not `(`", at: next.span,
        help: [.say("a function is `func \(source[token.span])(x) { … }`")])
      throw SyntaxFailure()
    }
    if next.kind == .leftBracket || next.kind == .dot {
      findings.add(
        "E0026", "only a name can be bound", at: token.span.joined(next.span),
        help: [.say("a changed copy is made with `replace(…)`")])
      throw SyntaxFailure()
    }
  }

  /// Corrects `let x: Float = 3`.
  mutating func refuseAnnotation(of name: Name) throws(SyntaxFailure) {
    guard kind == .colon else { return }
    let colon = advance()
    _ = try postfix()
    findings.add(
      "E0028", "there are no type annotations", at: Span(colon.start, previousEnd),
      help: [.replace(Span(name.span.end, previousEnd), with: "", "leave it out")])
  }

  /// Corrects `func f(x) -> Float { … }`.
  mutating func refuseResultAnnotation() throws(SyntaxFailure) {
    guard kind == .thinArrow else { return }
    let before = previousEnd
    let arrow = advance()
    _ = try postfix()
    findings.add(
      "E0028", "there are no type annotations", at: Span(arrow.start, previousEnd),
      help: [.replace(Span(before, previousEnd), with: "", "leave it out")])
  }

  /// A line that begins with an operator continues nothing; only `|>` does.
  mutating func reportLeadingOperator() throws(SyntaxFailure) {
    guard kind.isInfix || kind == .dot, !token.isRepaired else { return }
    let sign = token
    var help: [Diagnostic.Help] = []
    if index > 0, tokens[index - 1].kind == .newline, sign.kind != .dot {
      let before = index > 1 ? tokens[index - 2].end : 0
      let gap = source[Span(before, sign.start)]
      if gap.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
        help = [
          .replace(
            Span(before, sign.end), with: " \(source[sign.span])" + gap,
            "end the line above with it")
        ]
      } else {
        help = [.say("end the line above with it")]
      }
    } else if sign.kind == .minus {
      help = [.say("a negative value stands in parentheses: `(-x)`")]
    }
    findings.add(
      "E0008", "a statement cannot begin with `\(source[sign.span])`", at: sign.span, help: help)
    guard sign.kind == .minus else { throw SyntaxFailure() }
  }

  /// `while a:`, or `{` on a line of its own.
  mutating func correctBlockStart(_ owner: String) throws(SyntaxFailure) {
    if kind == .newline, nextKind == .leftBrace {
      let gap = Span(previousEnd, tokens[index + 1].start)
      findings.add(
        "E0025", "`{` stands on the line of its `\(owner)`", at: tokens[index + 1].span,
        help: [.replace(gap, with: " ", "move it up")])
      advance()
    } else if kind == .colon || (kind == .name && source[token.span] == "then") {
      findings.add(
        "E0032", "a block stands between `{` and `}`", at: token.span,
        help: [.say("as in `\(owner) … { … }`")])
      throw SyntaxFailure()
    } else if owner == "func", kind == .assign || kind == .closureArrow {
      findings.add(
        "E0032", "a function's body is a block", at: token.span,
        help: [.say("as in `func f(x) { x + 1 }`")])
      throw SyntaxFailure()
    }
  }

  /// `else` behind a block; also when it was put on the next line, or is called `elif`.
  mutating func acceptElse() throws(SyntaxFailure) -> Bool {
    if accept(.elseWord) { return true }
    if kind == .newline, nextKind == .elseWord {
      let gap = Span(previousEnd, tokens[index + 1].start)
      findings.add(
        "E0025", "`else` stands on the line of its `}`", at: tokens[index + 1].span,
        help: [.replace(gap, with: " ", "move it up")])
      index += 2
      return true
    }
    let isBehind = kind == .newline
    let word = isBehind && index + 1 < tokens.count ? tokens[index + 1] : token
    guard word.kind == .name, ["elif", "elsif", "elseif"].contains(source[word.span]) else {
      return false
    }
    let end = previousEnd
    // Behind the word, so that what is skipped is its branch.
    index += isBehind ? 2 : 1
    findings.add(
      "E0022", "there is no `\(source[word.span])`", at: word.span,
      help: [
        .replace(Span(end, word.end), with: " else if", "write `else if`, behind the `}`")
      ])
    throw SyntaxFailure()
  }

  // MARK: Ends

  /// Something stands where the statement should end.
  mutating func reportMissingEnd(of statement: Statement, from start: Int) -> SyntaxFailure {
    let token = token
    // `1,066` was reported at the number behind the comma.
    let follows = token.kind == .comma && index + 1 < tokens.count && tokens[index + 1].isRepaired
    guard token.kind != .broken, !token.isRepaired, !follows else { return SyntaxFailure() }
    switch token.kind {
    case .assign: reportBadTarget(statement)
    case .comma where tokens[start].kind == .name && nextKind == .name:
      findings.add(
        "E0030", "one statement binds one name", at: token.span,
        help: [.say("write a `let` for each")])
    case .closureArrow:
      findings.add(
        "E0024", "`=>` follows a closure's parameters, which are names", at: token.span,
        help: [.say("inside an operator a closure stands in parentheses")])
    case .thinArrow:
      findings.add(
        "E0014", "there is no operator `->`", at: token.span,
        help: [.replace(token.span, with: "=>", "a closure is `x => …`")])
    case .elseWord:
      findings.add("E0019", "this `else` belongs to no `if`", at: token.span)
    case .colon:
      findings.add(
        "E0028", "there are no type annotations", at: token.span,
        help: [.say("a label stands inside a call: `f(x, by: 2)`")])
    case .leftBrace:
      findings.add(
        "E0032", "`{` opens a block and cannot stand here", at: token.span,
        notes: ["there are no dictionaries and no trailing closures"],
        help: [.say("a function is given inside the call: `f(x => …)`")])
    case .question, .increment, .decrement, .compoundAssign:
      findings.add("E0014", "there is no operator `\(source[token.span])`", at: token.span)
    case .closedRange, .halfOpenRange:
      findings.add("E0031", "a range lacks an end only inside `[ ]`", at: token.span)
    default: reportJuxtaposition(statement, from: start)
    }
    return SyntaxFailure()
  }

  /// `print "x"`, `4 KB`, and two values side by side.
  private mutating func reportJuxtaposition(_ statement: Statement, from start: Int) {
    if reportSpacedUnit() { return }
    let before = tokens[index - 1]
    if index == start + 1, before.kind == .name, token.kind.startsOperand {
      let name = source[before.span]
      var end = index
      while end < tokens.count, !endsStatement(tokens[end].kind) { end = bracketEnd(end) + 1 }
      let rest = Span(token.start, tokens[min(end, tokens.count) - 1].end)
      findings.add(
        "E0021", "a call's arguments stand in parentheses", at: token.span,
        help: [
          .replace(
            Span(before.start, rest.end), with: "\(name)(\(source[rest]))",
            "write `\(name)(\(source[rest]))`")
        ])
      return
    }
    findings.add(
      "E0020", "expected an operator or the end of the statement, not \(shown(token))",
      at: token.span,
      help: token.kind.isReservedWord && token.kind != .inWord
        ? [
          .replace(
            Span(token.start, token.start), with: "; ", "`;` or a new line ends a statement")
        ] : missingProduct())
  }

  /// Corrects `4 KB`, where the unit is what should not stand here.
  mutating func reportSpacedUnit() -> Bool {
    guard index > 0, tokens[index - 1].kind == .number, token.kind == .name else { return false }
    let word = source[token.span].lowercased()
    guard let unit = units.keys.first(where: { $0.lowercased() == word }) else { return false }
    let fixed = source[tokens[index - 1].span] + unit
    let span = tokens[index - 1].span.joined(token.span)
    findings.add(
      "E0007", "a unit touches its number", at: span,
      help: [.replace(span, with: fixed, "write `\(fixed)`")])
    return true
  }

  /// `2 * w` for `2 w`.
  func missingProduct() -> [Diagnostic.Help] {
    guard index > 0, tokens[index - 1].kind == .number, token.kind == .name else { return [] }
    let span = tokens[index - 1].span.joined(token.span)
    let fixed = "\(source[tokens[index - 1].span]) * \(source[token.span])"
    return [.replace(span, with: fixed, "write `\(fixed)`")]
  }

  private func endsStatement(_ kind: TokenKind) -> Bool {
    kind == .newline || kind == .semicolon || kind == .rightBrace || kind == .endOfText
  }

  /// Corrects `w[0] = 3`, `net.x = 3`, `check a = 3`, `f(x) = 3`.
  private mutating func reportBadTarget(_ statement: Statement) {
    guard case .expression(let target) = statement.kind else {
      findings.add(
        "E0015", "`=` binds a name; it does not compare", at: token.span,
        help: [.replace(token.span, with: "==", "equality is `==`")])
      return
    }
    let span = target.span
    var help: [Diagnostic.Help] = []
    if let (copy, end) = replacement(for: target) {
      help = [.replace(Span(span.start, end), with: copy, "`\(copy)`")]
    }
    findings.add("E0026", "only a name can be assigned", at: span, help: help)
  }

  /// `w = replace(w, [0], 3)` for `w[0] = 3`.
  private mutating func replacement(for target: Expression) -> (text: String, end: Int)? {
    guard case .postfix(let base, let links) = target.kind, case .name(let name) = base.kind
    else { return nil }
    advance()
    guard let value = try? expression() else { return nil }
    let path: String
    if links.count == 1, case .index = links[0].kind {
      path = source[Span(base.span.end, target.span.end)]
    } else {
      var members: [String] = []
      for link in links {
        guard case .member(let member) = link.kind else { return nil }
        members.append(member.text)
      }
      path = "\"" + members.joined(separator: ".") + "\""
    }
    let text = "\(name.text) = replace(\(name.text), \(path), \(source[value.span]))"
    return (text, value.span.end)
  }

  // MARK: Expressions

  /// What cannot begin an operand.
  mutating func primaryByHabit() throws(SyntaxFailure) -> Expression {
    let token = token
    switch token.kind {
    case .plus, .increment:
      findings.add(
        "E0014", "there is no sign `\(source[token.span])`", at: token.span,
        help: [.replace(token.span, with: "", "leave it out")])
      advance()
      return try nested { p throws(SyntaxFailure) in try p.primary() }
    case .ifWord, .explainWord, .whyWord, .sweepWord:
      let word = source[token.span]
      findings.add(
        "E0027", "`\(word)` inside an operator stands in parentheses", at: token.span,
        help: [.say("as in `1 + (\(word) …)`")])
      throw SyntaxFailure()
    case .elseWord where !token.isRepaired:
      findings.add("E0019", "this `else` belongs to no `if`", at: token.span)
      throw SyntaxFailure()
    case .pipe:
      findings.add(
        "E0035", "`|>` has nothing to continue", at: token.span,
        help: [.say("end the statement above without `;`, or name the value: `w |> …`")])
      throw SyntaxFailure()
    case let kind where kind.isReservedWord && !token.isRepaired && kind != .inWord:
      findings.add(
        "E0023", "`\(source[token.span])` is a reserved word and no value", at: token.span)
      throw SyntaxFailure()
    default: throw unexpected("a value")
    }
  }

  /// Corrects `a ? b : c`.
  mutating func ternary(_ condition: Expression) throws(SyntaxFailure) -> Expression {
    guard kind == .question else { return condition }
    let sign = advance()
    guard sign.end == sign.start + 1 else {
      findings.add("E0014", "there is no operator `??`", at: sign.span)
      throw SyntaxFailure()
    }
    let before = findings
    guard !endsStatement,
      let parts = try? nested({ p throws(SyntaxFailure) in
        let yes = try p.disjunction()
        _ = try p.expect(.colon, "`:`")
        return (yes, try p.disjunction())
      })
    else {
      findings = before
      findings.add("E0014", "there is no operator `?`", at: sign.span)
      throw SyntaxFailure()
    }
    let span = condition.span.joined(parts.1.span)
    let fixed =
      "(if \(source[condition.span]) { \(source[parts.0.span]) } else "
      + "{ \(source[parts.1.span]) })"
    findings.add(
      "E0014", "there is no operator `?`", at: sign.span,
      help: [.replace(span, with: fixed, "write `\(fixed)`")])
    return make(.parenthesized(condition), span)
  }
}

/// Words that begin a binding elsewhere, with ours.
private let foreignBinders: [String: String] = [
  "var": "let", "const": "let", "val": "let", "auto": "let", "local": "let", "def": "func",
  "function": "func", "fn": "func", "fun": "func", "defun": "func",
]

private let foreignStatements: [String: String] = [
  "import": "everything built in is already here; `?` lists it",
  "from": "everything built in is already here; `?` lists it",
  "using": "everything built in is already here; `?` lists it",
  "include": "everything built in is already here; `?` lists it",
  "class": "there are no classes; functions and built-in values do",
  "struct": "there are no types of one's own",
  "lambda": "a closure is `x => x + 1`",
  "assert": "the word is `check`",
  "expect": "the word is `check`",
  "foreach": "a loop is `for x in xs { … }`",
  "elif": "write `else if`, behind the `}`",
  "del": "a name may simply be bound again with `let`",
  "yield": "a function gives values back with `return`",
]
