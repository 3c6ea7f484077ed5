extension Parser {
  /// Reads `closure = ( name | "(" [ name { "," name } ] ")" ) "=>" ( block | expr )`.
  mutating func closure() throws(SyntaxFailure) -> Expression {
    let start = token.start
    let id = takeFunctionID()
    var parameters: [Function.Parameter] = []
    if accept(.leftParen) {
      while kind != .rightParen {
        parameters.append(.init(name: try closureParameter(), passing: .position))
        if !accept(.comma) { break }
      }
      _ = try expect(.rightParen, "`,` or `)`")
    } else {
      parameters.append(.init(name: try name("a parameter"), passing: .position))
    }
    _ = try expect(.closureArrow, "`=>`")
    let body: Function.Body = try nested { p throws(SyntaxFailure) in
      p.kind == .leftBrace ? .block(try p.block(after: "=>")) : .expression(try p.expression())
    }
    let span = Span(start, previousEnd)
    return make(
      .closure(
        Function(name: nil, parameters: parameters, body: body, span: span, functionID: id)), span)
  }

  private mutating func closureParameter() throws(SyntaxFailure) -> Name {
    guard kind == .name || kind.isReservedWord else {
      findings.add(
        "E0024", "a closure's parameters are names", at: token.span,
        help: [.say("as in `(a, b) => a + b`")])
      throw SyntaxFailure()
    }
    let name = try name("a parameter")
    if kind == .colon || kind == .assign {
      findings.add(
        "E0024", "a closure has no labels and no defaults", at: token.span,
        help: [.say("a `func` has both")])
      throw SyntaxFailure()
    }
    return name
  }

  /// `if = "if" expr block [ "else" ( if | block ) ]`, with `else if` as a loop.
  mutating func conditional() throws(SyntaxFailure) -> Expression {
    let start = token.start
    var branches: [(condition: Expression, block: Block)] = []
    var otherwise: Block?
    repeat {
      advance()
      let condition = try nested { p throws(SyntaxFailure) in try p.condition() }
      branches.append((condition, try block(after: "if")))
      guard try acceptElse() else { break }
      if kind != .ifWord { otherwise = try block(after: "else") }
    } while otherwise == nil
    return make(.conditional(branches, otherwise: otherwise), Span(start, previousEnd))
  }

  /// Reads `form = "explain" expr | "why" name … index | "sweep" name "in" expr block`.
  mutating func form() throws(SyntaxFailure) -> Expression {
    let word = advance()
    switch word.kind {
    case .explainWord:
      let value = try nested { p throws(SyntaxFailure) in try p.expression() }
      return make(.explain(value), Span(word.start, value.span.end))
    case .sweepWord:
      let name = try name("a name")
      _ = try expect(.inWord, "`in` and the values of `\(name.text)`")
      let domain = try nested { p throws(SyntaxFailure) in try p.expression() }
      let block = try block(after: "sweep")
      return make(.sweep(name, over: domain, block), Span(word.start, previousEnd))
    default:
      var names = [try name("the name of a tensor")]
      while accept(.dot) { names.append(try name("a member's name")) }
      guard kind == .leftBracket, !token.startsLine else {
        throw unexpected("`[` and an index, as in `why q[3]`")
      }
      let indices = try indices()
      return make(.why(names, indices: indices), Span(word.start, previousEnd))
    }
  }

  /// `pipe = or { "|>" step }`, from its first operand on.
  mutating func pipe(from first: Expression) throws(SyntaxFailure) -> Expression {
    var source = first
    var steps: [Expression.PipeStep] = []
    while kind == .pipe {
      advance()
      steps.append(try step(of: first))
      guard continuesPastStep else { continue }
      source = try correctPipe(source, steps)
      steps = []
    }
    guard !steps.isEmpty else { return source }
    return make(.pipe(source, steps), Span(first.span.start, previousEnd))
  }

  /// Reads `step = name { "." name } [ args ] | "(" expr ")"`.
  private mutating func step(of first: Expression) throws(SyntaxFailure) -> Expression.PipeStep {
    let start = token.start
    if kind == .leftParen {
      advance()
      let callee = try nested { p throws(SyntaxFailure) in
        let callee = try p.expression()
        _ = try p.expect(.rightParen, "`)`")
        return callee
      }
      return .init(kind: .apply(callee), span: Span(start, previousEnd))
    }
    if nextKind == .closureArrow { return try bareClosureStep() }
    let name = try name("a step: a function, or `( )` around what gives one")
    var members: [Name] = []
    while kind == .dot {
      advance()
      members.append(try self.name("a member's name"))
    }
    let arguments = kind == .leftParen && !token.startsLine ? try arguments() : []
    return .init(
      kind: .call(name, members: members, arguments: arguments), span: Span(start, previousEnd))
  }

  /// Corrects `a |> w => w + 1`.
  private mutating func bareClosureStep() throws(SyntaxFailure) -> Expression.PipeStep {
    let closure = try closure()
    let fixed = "(\(source[closure.span]))"
    findings.add(
      "E0024", "a closure in a pipe stands in parentheses", at: closure.span,
      help: [.replace(closure.span, with: fixed, "write `\(fixed)`")])
    return .init(kind: .apply(closure), span: closure.span)
  }

  private var continuesPastStep: Bool {
    switch kind {
    case .dot: true
    case .leftBracket, .leftParen: !token.startsLine
    case .minus: !token.startsLine
    default: kind.isInfix
    }
  }

  /// `w |> max - 1`: reported, and read as `(w |> max) - 1`.
  private mutating func correctPipe(
    _ first: Expression, _ steps: [Expression.PipeStep]
  ) throws(SyntaxFailure) -> Expression {
    let sign = token
    let piped = make(.pipe(first, steps), Span(first.span.start, previousEnd))
    pendingOperand = piped
    let known = findings
    let headline = "`\(source[sign.span])` cannot follow a pipe step"
    guard let whole = try? disjunction() else {
      findings = known
      findings.add("E0012", headline, at: sign.span)
      throw SyntaxFailure()
    }
    let fixed = "(\(source[piped.span]))"
    let rest = source[Span(piped.span.end, whole.span.end)]
    findings.add(
      "E0012", headline, at: sign.span,
      help: [.replace(piped.span, with: fixed, "`\(fixed + rest)`")])
    return whole
  }
}
