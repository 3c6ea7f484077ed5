extension Parser {
  /// Reads one statement and its end; one that cannot be read is skipped and keeps its names.
  mutating func recovering(
    isFirst: Bool, _ body: (inout Parser) throws(SyntaxFailure) -> Statement
  ) -> Statement {
    let start = index
    let outerDepth = depth
    do {
      var statement = try body(&self)
      guard endsStatement else { throw reportMissingEnd(of: statement, from: start) }
      statement.isSilenced = kind == .semicolon
      return statement
    } catch {
      depth = outerDepth
      pendingOperand = nil
      skipStatement(from: start)
      let span = Span(tokens[start].start, max(tokens[start].start, previousEnd))
      return Statement(kind: .broken(namesBound(at: start)), span: span, isSilenced: false)
    }
  }

  /// To the line's end, `;` or `}` behind the failure; brackets are stepped over whole.
  private mutating func skipStatement(from start: Int) {
    let failedAt = index
    // Blocks open at the end would each walk the whole text again.
    guard kind != .endOfText else { return }
    index = start
    while kind != .endOfText {
      if index >= failedAt, endsStatement { break }
      index = bracketEnd(index) + 1
    }
    // Never stand still: the caller goes on as long as there are tokens.
    if index == start, kind != .endOfText { index += 1 }
  }

  private mutating func namesBound(at start: Int) -> [Name] {
    let words: [TokenKind] = [.letWord, .funcWord]
    guard start + 1 < tokens.count, tokens[start + 1].kind == .name,
      words.contains(tokens[start].kind) || isForeignBinder(start)
    else { return [] }
    return [makeName(tokens[start + 1])]
  }

  // MARK: What was expected

  /// Records that something else should stand here.
  mutating func unexpected(_ description: String) -> SyntaxFailure {
    let token = token
    switch token.kind {
    case .endOfText:
      reportEnd(description)
    case .broken:
      break
    case _ where token.isRepaired:
      break
    case .blank:
      return blank()
    case .newline:
      findings.add(
        "E0019", "expected \(description) before the line ends",
        at: Span(previousEnd, previousEnd))
    case .leftBrace:
      findings.add(
        "E0032", "`{` opens a block and cannot stand here", at: token.span,
        notes: ["expected \(description)", "there are no dictionaries and no trailing closures"])
    case .assign where description.contains("`,`") || description.contains("`)`"):
      findings.add("E0015", "`=` binds a name and cannot stand here", at: token.span)
    default:
      if reportSpacedUnit() { break }
      findings.add(
        "E0019", "expected \(description), not \(shown(token))", at: token.span,
        help: missingProduct())
    }
    return SyntaxFailure()
  }

  private mutating func reportEnd(_ description: String) {
    guard let open = openAtEnd.last, tokens.indices.contains(open) else {
      return findings.add(
        "E0019", "expected \(description) before the text ends",
        at: Span(previousEnd, previousEnd), isAtEnd: true)
    }
    let span = tokens[open].span
    let closer = ["(": ")", "[": "]", "{": "}"][source[span]] ?? "\""
    findings.add(
      "E0017", "this `\(source[span])` is never closed", at: span,
      help: [.say("it needs a `\(closer)`")], isAtEnd: true)
  }

  mutating func blank() -> SyntaxFailure {
    findings.add("E0009", "a blank is still to be filled in", at: token.span)
    return SyntaxFailure()
  }

  func shown(_ token: Token) -> String {
    switch token.kind {
    case .newline: "the end of the line"
    case .endOfText: "the end of the text"
    case .stringStart, .stringText, .stringEnd, .interpolationStart, .interpolationEnd: "a string"
    default: "`\(source[token.span])`"
    }
  }
}
