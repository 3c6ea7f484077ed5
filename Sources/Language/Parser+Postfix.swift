extension Parser {
  /// Reads `postfix = primary { "." name | args | "[" index { "," index } "]" }`.
  mutating func postfix() throws(SyntaxFailure) -> Expression {
    let base: Expression
    if let pending = pendingOperand {
      pendingOperand = nil
      base = pending
    } else {
      base = try primary()
    }
    var links: [Expression.Postfix] = []
    while let link = try postfixLink() {
      links.append(.init(kind: link, span: Span(base.span.start, previousEnd)))
    }
    guard !links.isEmpty else { return base }
    return make(.postfix(base, links), Span(base.span.start, previousEnd))
  }

  private mutating func postfixLink() throws(SyntaxFailure) -> Expression.Postfix.Kind? {
    switch kind {
    case .dot where !(token.startsLine && isAtStatementLevel):
      advance()
      return .member(try name("a member's name"))
    // A call's `(` and an index's `[` stand on the line of what they follow.
    case .leftParen where !token.startsLine: return .call(try arguments())
    case .leftBracket where !token.startsLine: return .index(try indices())
    default: return nil
    }
  }

  private var isAtStatementLevel: Bool { index > 0 && tokens[index - 1].kind == .newline }

  /// Reads `args = "(" [ arg { "," arg } [ "," ] ] ")"`.
  mutating func arguments() throws(SyntaxFailure) -> [Expression.Argument] {
    advance()
    return try nested { p throws(SyntaxFailure) in
      var arguments: [Expression.Argument] = []
      while p.kind != .rightParen {
        let argument = try p.argument()
        if argument.label == nil, let last = arguments.last?.label {
          p.findings.add(
            "E0101", "values without a label come first", at: argument.value.span,
            labels: [.init(p.source, last.span, "labels begin here")])
        }
        arguments.append(argument)
        if !p.accept(.comma) { break }
      }
      _ = try p.expect(.rightParen, "`,` or `)`")
      return arguments
    }
  }

  private mutating func argument() throws(SyntaxFailure) -> Expression.Argument {
    if nextKind == .colon, kind == .name || kind.isReservedWord {
      let label = try name("a label")
      advance()
      return .init(label: label, value: try expression())
    }
    if kind == .name, nextKind == .assign {
      let label = makeName(advance())
      reportLabelSign(label)
      advance()
      return .init(label: label, value: try expression())
    }
    return .init(label: nil, value: try expression())
  }

  /// `by=x` where `by: x` is meant.
  mutating func reportLabelSign(_ label: Name) {
    let gap = Span(label.span.end, token.end)
    findings.add(
      "E0015", "a label is followed by `:`", at: token.span,
      help: [.replace(gap, with: byteAfter(gap) == 0x20 ? ":" : ": ", "write `\(label.text):`")])
  }

  private func byteAfter(_ span: Span) -> UInt8 {
    span.end < source.text.count ? source.text[span.end] : 0
  }

  mutating func indices() throws(SyntaxFailure) -> [Expression] {
    let open = advance()
    return try nested { p throws(SyntaxFailure) in
      if p.kind == .rightBracket {
        p.findings.add(
          "E0019", "expected an index, not `]`", at: Span(open.start, p.token.end),
          notes: ["an index is a number, a range, a list or a mask; `...` takes a whole axis"])
      }
      var indices: [Expression] = []
      while p.kind != .rightBracket {
        indices.append(try p.indexElement())
        if !p.accept(.comma) { break }
      }
      _ = try p.expect(.rightBracket, "`,` or `]`")
      return indices
    }
  }

  /// Reads `index = expr | [ sum ] ( "..." | "..<" ) [ sum ]`.
  private mutating func indexElement() throws(SyntaxFailure) -> Expression {
    if kind == .colon { throw reportSlice(from: nil) }
    if kind == .closedRange || kind == .halfOpenRange {
      return try openRange(from: nil)
    }
    let first = try expression()
    if kind == .colon { throw reportSlice(from: first) }
    guard kind == .closedRange || kind == .halfOpenRange else { return first }
    return try openRange(from: first)
  }

  private mutating func openRange(from first: Expression?) throws(SyntaxFailure) -> Expression {
    if let first, first.isLooserThanRange {
      throw unexpected("`,` or `]`")
    }
    let sign = advance()
    var last: Expression?
    if kind != .comma, kind != .rightBracket {
      let end = try expression()
      if end.isLooserThanRange {
        findings.add(
          "E0027", "the end of a range stands in parentheses here", at: end.span,
          help: [.replace(end.span, with: "(\(source[end.span]))", "put it in parentheses")])
      }
      last = end
    }
    let start = first?.span.start ?? sign.start
    return make(
      .range(first, last, isClosed: sign.kind == .closedRange), Span(start, previousEnd))
  }

  /// `w[1:3]`, as another language slices.
  private mutating func reportSlice(from first: Expression?) -> SyntaxFailure {
    let colon = advance()
    var end: Expression?
    if kind != .comma, kind != .rightBracket, kind != .colon { end = try? disjunction() }
    let fixed =
      (first.map { source[$0.span] } ?? "") + (end == nil ? "..." : "..<")
      + (end.map { source[$0.span] } ?? "")
    let span = Span(first?.span.start ?? colon.start, end?.span.end ?? colon.end)
    findings.add(
      "E0031", "a part is taken with a range, not with `:`", at: colon.span,
      help: [.replace(span, with: fixed, "write `\(fixed)`")])
    return SyntaxFailure()
  }

  /// `primary` of the grammar, and what people write in its place.
  mutating func primary() throws(SyntaxFailure) -> Expression {
    let token = token
    switch token.kind {
    case .number:
      advance()
      return make(.number(numbers[token.link]), token.span)
    case .name:
      let name = makeName(advance())
      return make(.name(name), name.span)
    case .trueWord, .falseWord:
      advance()
      return make(.boolean(token.kind == .trueWord), token.span)
    case .stringStart: return try string()
    case .leftParen: return try parenthesized()
    case .leftBracket: return try list()
    case .blank:
      _ = blank()
      advance()
      return make(.blank, token.span)
    default: return try primaryByHabit()
    }
  }

  private mutating func parenthesized() throws(SyntaxFailure) -> Expression {
    let open = advance()
    return try nested { p throws(SyntaxFailure) in
      let inner = try p.comparison(try p.expression())
      if p.kind == .comma {
        p.findings.add(
          "E0030", "there are no tuples", at: p.token.span,
          help: [.say("a list is written `[a, b]`")])
        throw SyntaxFailure()
      }
      _ = try p.expect(.rightParen, "`)`")
      return p.make(.parenthesized(inner), Span(open.start, p.previousEnd))
    }
  }

  private mutating func list() throws(SyntaxFailure) -> Expression {
    let open = advance()
    return try nested { p throws(SyntaxFailure) in
      var items: [Expression] = []
      while p.kind != .rightBracket {
        items.append(try p.expression())
        if p.kind == .forWord {
          p.findings.add(
            "E0030", "there are no comprehensions", at: p.token.span,
            help: [.say("fill a list in a loop, or compute on the whole tensor")])
          throw SyntaxFailure()
        }
        if !p.accept(.comma) { break }
      }
      _ = try p.expect(.rightBracket, "`,` or `]`")
      return p.make(.list(items), Span(open.start, p.previousEnd))
    }
  }

  private mutating func string() throws(SyntaxFailure) -> Expression {
    let start = advance().start
    var pieces: [Expression.StringPiece] = []
    while kind != .stringEnd {
      switch kind {
      case .stringText:
        pieces.append(.text(strings[token.link]))
        advance()
      case .interpolationStart:
        advance()
        let value = try nested { p throws(SyntaxFailure) in try p.expression() }
        _ = try expect(.interpolationEnd, "`)`")
        pieces.append(.interpolation(value))
      default: throw unexpected("the end of the string")
      }
    }
    advance()
    return make(.string(pieces), Span(start, previousEnd))
  }
}

extension Expression {
  /// Is no `sum` of the grammar, and so no end of an open range.
  var isLooserThanRange: Bool {
    switch kind {
    case .number, .string, .boolean, .name, .blank, .list, .parenthesized, .negate, .power,
      .chain, .postfix:
      false
    default: true
    }
  }
}
