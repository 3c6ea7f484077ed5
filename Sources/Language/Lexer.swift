/// Cuts a text into tokens, decides which line ends count, and pairs brackets.
///
/// Whatever the bytes are, each is looked at a bounded number of times. Mistakes become findings,
/// and in the token list either what was meant (`**` is `^`) or `.broken`.
struct Lexer {
  let source: Source
  let text: [UInt8]
  var position = 0
  var tokens: [Token] = []
  var numbers: [Double] = []
  var strings: [String] = []
  var comments: [Span] = []
  var findings: Findings
  /// Comments on the line of some code: the place of the token before each.
  var trailingComments: [(comment: Span, tokenBefore: Int)] = []

  /// What is open around the current byte.
  struct Opening {
    enum Kind { case paren, bracket, brace, string, interpolation }
    var kind: Kind
    /// Its token.
    var token: Int
  }
  var openings: [Opening] = []
  private var counts: [Int] = [0, 0, 0]
  private var stringDepth = 0
  private var sawNewline = true

  init(_ source: Source) {
    self.source = source
    text = source.text
    findings = Findings(source)
    tokens.reserveCapacity(text.count / 3 + 8)
  }

  /// Lexes all of the text; the last token is `.endOfText`.
  mutating func run() {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }  // a byte order mark says nothing
    while position < text.count {
      if openings.last?.kind == .string { scanStringPart() } else { scanToken() }
    }
    if stringDepth > 0 { giveUpString() }
    if tokens.last?.kind == .newline { tokens.removeLast() }
    append(.endOfText, from: text.count, to: text.count)
  }

  /// The byte at an offset, 0 outside.
  func byte(_ offset: Int) -> UInt8 { offset < text.count ? text[offset] : 0 }

  mutating func append(
    _ kind: TokenKind, from start: Int, to end: Int, link: Int = -1, isRepaired: Bool = false
  ) {
    tokens.append(
      Token(
        kind: kind, startsLine: sawNewline, isRepaired: isRepaired, link: link, start: start,
        end: end))
    sawNewline = false
  }

  /// Appends a token of `length` bytes at the current position and steps over it.
  mutating func take(_ kind: TokenKind, _ length: Int) {
    append(kind, from: position, to: position + length)
    position += length
  }

  private mutating func scanToken() {
    let first = text[position]
    switch first {
    case UInt8(ascii: "\n"): scanLineEnd()
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
    case UInt8(ascii: "0")...UInt8(ascii: "9"): scanNumber()
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      scanWord()
    case UInt8(ascii: "\""):
      openString()
    case UInt8(ascii: "("): open(.paren, .leftParen)
    case UInt8(ascii: "["): open(.bracket, .leftBracket)
    case UInt8(ascii: "{"): open(.brace, .leftBrace)
    case UInt8(ascii: ")"): close(.paren, .rightParen)
    case UInt8(ascii: "]"): close(.bracket, .rightBracket)
    case UInt8(ascii: "}"): close(.brace, .rightBrace)
    case 0x80...: scanBeyondASCII()
    default: scanOperator()
    }
  }

  // MARK: Lines

  private mutating func scanLineEnd() {
    guard stringDepth == 0 else { return giveUpString() }
    let start = position
    position += 1
    defer { sawNewline = true }
    if let top = openings.last?.kind, top == .paren || top == .bracket { return }
    guard let last = tokens.last?.kind, last != .newline, last != .semicolon else { return }
    guard !last.continuesLine else { return }
    append(.newline, from: start, to: position)
  }

  /// A comment to the end of its line.
  mutating func scanComment(from start: Int) {
    while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
    let end = position > start && text[position - 1] == UInt8(ascii: "\r") ? position - 1 : position
    comments.append(Span(start, end))
    if !sawNewline, let last = tokens.last?.kind, last != .newline {
      trailingComments.append((Span(start, end), tokens.count - 1))
    }
  }

  /// `|>` at the start of a line takes back the line end before it.
  mutating func takePipe() {
    if tokens.last?.kind == .newline { tokens.removeLast() }
    take(.pipe, 2)
  }

  // MARK: Brackets

  private mutating func open(_ kind: Opening.Kind, _ token: TokenKind) {
    openings.append(Opening(kind: kind, token: tokens.count))
    counts[index(of: kind)] += 1
    take(token, 1)
  }

  private func index(of kind: Opening.Kind) -> Int {
    switch kind {
    case .paren, .interpolation: 0
    case .bracket: 1
    case .brace, .string: 2
    }
  }

  private mutating func close(_ kind: Opening.Kind, _ token: TokenKind) {
    if kind == .paren, openings.last?.kind == .interpolation {
      openings.removeLast()
      return take(.interpolationEnd, 1)
    }
    if openings.last?.kind == kind { return pair(token) }
    // In an interpolation brackets must pair before its end, so nothing further out counts.
    guard counts[index(of: kind)] > 0, stringDepth == 0 else {
      let shown = String(UnicodeScalar(text[position]))
      findings.add(
        "E0018", "nothing opens this `\(shown)`", at: Span(position, position + 1),
        help: [.replace(Span(position, position + 1), with: "", "leave it out")])
      append(.broken, from: position, to: position + 1, isRepaired: true)
      position += 1
      return
    }
    while let top = openings.last, top.kind != kind { reportUnclosed(top, before: position) }
    pair(token)
  }

  private mutating func pair(_ token: TokenKind) {
    let opening = openings.removeLast()
    counts[index(of: opening.kind)] -= 1
    tokens[opening.token].link = tokens.count
    append(token, from: position, to: position + 1, link: opening.token)
    position += 1
  }

  private mutating func reportUnclosed(_ opening: Opening, before offset: Int) {
    openings.removeLast()
    counts[index(of: opening.kind)] -= 1
    let span = tokens[opening.token].span
    let closer = [.paren: ")", .bracket: "]"][opening.kind] ?? "}"
    let end = text[offset]
    let shown = end >= 0x80 ? "" : " before `\(word(at: offset))`"
    findings.add(
      "E0017", "this `\(source[span])` is never closed", at: span,
      help: [.say("it needs a `\(closer)`\(shown)")])
    append(.broken, from: offset, to: offset, isRepaired: true)
  }

  /// Called for a word at the start of a line: a new statement ends brackets left open.
  mutating func closeBrackets(for kind: TokenKind) {
    guard sawNewline, kind.startsStatement, stringDepth == 0, let top = openings.last,
      top.kind != .brace
    else { return }
    reportUnclosed(top, before: position)
    while let next = openings.last, next.kind != .brace {
      openings.removeLast()
      counts[index(of: next.kind)] -= 1
    }
    append(.newline, from: position, to: position)
    sawNewline = true
  }

  // MARK: Strings

  private mutating func openString() {
    openings.append(Opening(kind: .string, token: tokens.count))
    stringDepth += 1
    take(.stringStart, 1)
  }

  mutating func closeString() {
    openings.removeLast()
    stringDepth -= 1
    take(.stringEnd, 1)
  }

  mutating func openInterpolation() {
    openings.append(Opening(kind: .interpolation, token: tokens.count))
    take(.interpolationStart, 2)
  }

  /// The line ends inside a string: everything since its outermost quote is given up.
  mutating func giveUpString() {
    let innermost = openings.last { $0.kind == .string || $0.kind == .interpolation }
    if let innermost {
      let start = tokens[innermost.token].start
      let isString = innermost.kind == .string
      tokens[innermost.token].isRepaired = true
      let headline =
        isString ? "this string is not closed on its line" : "this `\\(` is not closed on its line"
      findings.add(
        "E0010", headline, at: Span(start, max(start + 1, position)),
        notes: ["a string stands on one line; `\\n` in it makes a new one"],
        help: isString ? [.replace(Span(position, position), with: "\"", "close it")] : [])
    }
    dropString()
  }

  /// Leaves all open strings, and what is open inside them, with one `.broken` token.
  mutating func dropString() {
    while stringDepth > 0, let top = openings.popLast() {
      switch top.kind {
      case .string: stringDepth -= 1
      case .interpolation: break
      case .paren, .bracket, .brace: counts[index(of: top.kind)] -= 1
      }
    }
    append(.broken, from: position, to: position, isRepaired: true)
  }

  var isInsideString: Bool { stringDepth > 0 }
}
