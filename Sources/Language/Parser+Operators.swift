extension Parser {
  /// Reads `expr = closure | if | form | pipe`.
  mutating func expression() throws(SyntaxFailure) -> Expression {
    switch kind {
    case .name where nextKind == .closureArrow: return try closure()
    case .leftParen where closureFollowsParenthesis: return try closure()
    case .ifWord: return try conditional()
    case .explainWord, .whyWord, .sweepWord: return try form()
    default:
      let first = try disjunction()
      return try pipe(from: try ternary(first))
    }
  }

  /// Looks past the matching `)` for `=>`.
  private var closureFollowsParenthesis: Bool {
    let end = token.link
    return end >= 0 && end + 1 < tokens.count && tokens[end + 1].kind == .closureArrow
  }

  /// Reads `or = and { "or" and }`.
  mutating func disjunction() throws(SyntaxFailure) -> Expression {
    let first = try conjunction()
    guard kind == .orWord else { return first }
    var operands = [first]
    while accept(.orWord) { operands.append(try conjunction()) }
    return make(.logical(.or, operands), Span(first.span.start, previousEnd))
  }

  private mutating func conjunction() throws(SyntaxFailure) -> Expression {
    let first = try negation()
    guard kind == .andWord else { return first }
    var operands = [first]
    while accept(.andWord) { operands.append(try negation()) }
    return make(.logical(.and, operands), Span(first.span.start, previousEnd))
  }

  private mutating func negation() throws(SyntaxFailure) -> Expression {
    guard kind == .notWord, pendingOperand == nil else { return try compare() }
    let start = advance().start
    let operand = try nested { p throws(SyntaxFailure) in try p.negation() }
    return make(.not(operand), Span(start, operand.span.end))
  }

  private mutating func compare() throws(SyntaxFailure) -> Expression {
    let left = try range()
    guard let op = comparison(kind) else { return left }
    advance()
    let right = try range()
    let result = make(.compare(op, left, right), left.span.joined(right.span))
    guard comparison(kind) != nil else { return result }
    let sign = advance()
    let third = try range()
    let text = "\(source[result.span]) and \(source[right.span]) \(source[sign.span]) "
    let fixed = text + source[third.span]
    findings.add(
      "E0016", "comparisons do not chain", at: sign.span,
      help: [.replace(left.span.joined(third.span), with: fixed, "write `\(fixed)`")])
    while comparison(kind) != nil {
      advance()
      _ = try range()
    }
    return result
  }

  private func comparison(_ kind: TokenKind) -> ComparisonOperator? {
    switch kind {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  private mutating func range() throws(SyntaxFailure) -> Expression {
    let left = try sum()
    guard kind == .closedRange || kind == .halfOpenRange else { return left }
    // `w[2...]`: an index ends its own open range.
    if nextKind == .comma || nextKind == .rightBracket { return left }
    let sign = advance()
    if kind == .semicolon || kind == .rightParen || kind == .rightBrace || kind == .leftBrace {
      findings.add("E0031", "a range lacks an end only inside `[ ]`", at: sign.span)
      throw SyntaxFailure()
    }
    let right = try sum()
    if kind == .closedRange || kind == .halfOpenRange {
      findings.add(
        "E0016", "ranges do not chain", at: token.span,
        notes: ["a range has two ends; numbers with a step are `linspace(…)`"])
      throw SyntaxFailure()
    }
    return make(
      .range(left, right, isClosed: sign.kind == .closedRange), left.span.joined(right.span))
  }

  private mutating func sum() throws(SyntaxFailure) -> Expression {
    let first = try product()
    guard kind == .plus || kind == .minus else { return first }
    var links: [Expression.Link] = []
    while kind == .plus || kind == .minus {
      let sign = advance()
      let operand = try product()
      links.append(
        .init(op: sign.kind == .plus ? .add : .subtract, opSpan: sign.span, operand: operand))
    }
    return make(.chain(first, links), Span(first.span.start, previousEnd))
  }

  private mutating func product() throws(SyntaxFailure) -> Expression {
    var first = try unary()
    var links: [Expression.Link] = []
    while true {
      let op: ArithmeticOperator
      switch kind {
      case .star: op = .multiply
      case .slash: op = .divide
      case .at: op = .matrixProduct
      case .percent:
        first = try remainder(of: first, links)
        links = []
        continue
      default:
        return links.isEmpty
          ? first : make(.chain(first, links), Span(first.span.start, previousEnd))
      }
      let sign = advance()
      links.append(.init(op: op, opSpan: sign.span, operand: try unary()))
    }
  }

  /// `a % b`: reported, and read as the remainder that was meant.
  private mutating func remainder(
    of first: Expression, _ links: [Expression.Link]
  ) throws(SyntaxFailure) -> Expression {
    let left = Span(first.span.start, previousEnd)
    let sign = advance()
    let headline = "`%` is part of a number, as in 80%"
    let isOperand = kind.startsOperand || kind == .minus
    guard isOperand, !token.startsLine else {
      var fixed = "\(source[left]) / 100"
      if links.isEmpty, case .number = first.kind { fixed = source[left] + "%" }
      findings.add(
        "E0006", headline, at: sign.span,
        help: [.replace(Span(left.start, sign.end), with: fixed, "write `\(fixed)`")])
      return make(first.kind, Span(left.start, sign.end))
    }
    let right = try unary()
    let fixed = "mod(\(source[left]), \(source[right.span]))"
    findings.add(
      "E0006", headline, at: sign.span,
      help: [.replace(left.joined(right.span), with: fixed, "the remainder is `\(fixed)`")])
    return make(
      .chain(first, links + [.init(op: .divide, opSpan: sign.span, operand: right)]),
      left.joined(right.span))
  }

  private mutating func unary() throws(SyntaxFailure) -> Expression {
    guard kind == .minus, pendingOperand == nil else { return try power() }
    let start = advance().start
    let operand = try nested { p throws(SyntaxFailure) in try p.unary() }
    return make(.negate(operand), Span(start, operand.span.end))
  }

  private mutating func power() throws(SyntaxFailure) -> Expression {
    let base = try postfix()
    guard accept(.caret) else { return base }
    let exponent = try nested { p throws(SyntaxFailure) in try p.unary() }
    return make(.power(base, exponent), base.span.joined(exponent.span))
  }
}
