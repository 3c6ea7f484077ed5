extension Lexer {
  /// Signs, ours and those of other languages.
  mutating func scanOperator() {
    let first = byte(position)
    let second = byte(position + 1)
    let third = byte(position + 2)
    switch first {
    case UInt8(ascii: ","): take(.comma, 1)
    case UInt8(ascii: ";"): take(.semicolon, 1)
    case UInt8(ascii: ":"):
      if second == UInt8(ascii: "=") { return repair(2, "=", .assign, "a name is bound with `=`") }
      take(.colon, 1)
    case UInt8(ascii: "@"): takeOrCompound(.at)
    case UInt8(ascii: "^"): takeOrCompound(.caret)
    case UInt8(ascii: "%"):
      if second == UInt8(ascii: "=") { return take(.compoundAssign, 2) }
      take(.percent, 1)
    case UInt8(ascii: "+"):
      if second == UInt8(ascii: "+") { return take(.increment, 2) }
      takeOrCompound(.plus)
    case UInt8(ascii: "-"): scanMinus(second)
    case UInt8(ascii: "*"):
      if second == UInt8(ascii: "*") {
        if third == UInt8(ascii: "=") { return take(.compoundAssign, 3) }
        return repair(2, "^", .caret, "a power is written with `^`")
      }
      takeOrCompound(.star)
    case UInt8(ascii: "/"): scanSlash(second)
    case UInt8(ascii: "#"): scanHash()
    case UInt8(ascii: "."): scanDots(second, third)
    case UInt8(ascii: "="): scanEquals(second, third)
    case UInt8(ascii: "!"): scanExclamation(second, third)
    case UInt8(ascii: "<"): scanLess(second)
    case UInt8(ascii: ">"):
      take(second == UInt8(ascii: "=") ? .greaterOrEqual : .greater, second == 0x3D ? 2 : 1)
    case UInt8(ascii: "&"):
      repair(second == first ? 2 : 1, "and", .andWord, "the word is `and`", isWord: true)
    case UInt8(ascii: "|"):
      if second == UInt8(ascii: ">") { return takePipe() }
      repair(second == first ? 2 : 1, "or", .orWord, "the word is `or`", isWord: true)
    case UInt8(ascii: "~"): repair(1, "not", .notWord, "the word is `not`", isWord: true)
    case UInt8(ascii: "?"): take(.question, second == UInt8(ascii: "?") ? 2 : 1)
    case UInt8(ascii: "'"): scanApostrophe()
    default: refuse()
    }
  }

  private mutating func takeOrCompound(_ kind: TokenKind) {
    // `^==`, `*==` are an operator and a comparison, not an assignment.
    if byte(position + 1) == UInt8(ascii: "="), byte(position + 2) != UInt8(ascii: "=") {
      return take(.compoundAssign, 2)
    }
    take(kind, 1)
  }

  /// Reports a foreign sign and goes on with ours.
  private mutating func repair(
    _ length: Int, _ ours: String, _ kind: TokenKind, _ advice: String, isWord: Bool = false
  ) {
    let span = Span(position, position + length)
    var replacement = ours
    if isWord {
      if position > 0, byte(position - 1) != UInt8(ascii: " "), kind != .notWord {
        replacement = " " + replacement
      }
      if byte(span.end) != UInt8(ascii: " ") { replacement += " " }
    }
    findings.add(
      "E0014", "there is no operator `\(source[span])`", at: span,
      help: [.replace(span, with: replacement, advice)])
    append(kind, from: span.start, to: span.end, isRepaired: true)
    position = span.end
  }

  private mutating func scanMinus(_ second: UInt8) {
    if second == UInt8(ascii: ">") { return take(.thinArrow, 2) }
    // `i--` at the end of a statement; elsewhere two signs are two signs.
    if second == UInt8(ascii: "-"), tokens.last?.kind == .name,
      tokens.last?.end == position, [0, 0x0A, 0x0D, 0x3B, 0x7D].contains(byte(position + 2))
    {
      return take(.decrement, 2)
    }
    takeOrCompound(.minus)
  }

  private mutating func scanSlash(_ second: UInt8) {
    if second == UInt8(ascii: "*") { return scanBlockComment() }
    guard second == UInt8(ascii: "/") else { return takeOrCompound(.slash) }
    let start = position
    guard isInsideString else { return scanComment(from: start) }
    findings.add(
      "E0013", "a comment cannot stand inside `\\( )`", at: Span(start, start + 2),
      help: [.say("a division rounded down is `floor(a / b)`")])
    while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
    dropString()
  }

  private mutating func scanHash() {
    let start = position
    if isInsideString { return refuse() }
    findings.add(
      "E0013", "a comment begins with `//`", at: Span(start, start + 1),
      help: [.replace(Span(start, start + 1), with: "//", "write `//`")])
    scanComment(from: start)
  }

  private mutating func scanBlockComment() {
    let start = position
    var end = position + 2
    while end < text.count, !(text[end] == UInt8(ascii: "*") && byte(end + 1) == 0x2F) { end += 1 }
    let isClosed = end < text.count
    var lineEnd = start
    while lineEnd < text.count, text[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
    var help: [Diagnostic.Help] = [.say("write `//`, on each line")]
    let rest = isClosed && end + 2 <= lineEnd ? text[(end + 2)..<lineEnd] : []
    if isClosed, end < lineEnd, rest.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) {
      let content = word(start + 2, end)
      let trimmed = content.hasSuffix(" ") ? String(content.dropLast()) : content
      help = [.replace(Span(start, end + 2), with: "//" + trimmed, "write `//`")]
    }
    findings.add(
      "E0013", "a comment begins with `//`", at: Span(start, start + 2), help: help)
    position = isClosed ? end + 2 : text.count
    comments.append(Span(start, position))
    if isInsideString { dropString() }
  }

  private mutating func scanDots(_ second: UInt8, _ third: UInt8) {
    if second == UInt8(ascii: "."), third == UInt8(ascii: ".") { return take(.closedRange, 3) }
    if second == UInt8(ascii: "."), third == UInt8(ascii: "<") { return take(.halfOpenRange, 3) }
    if second == UInt8(ascii: ".") {
      let span = Span(position, position + 2)
      findings.add(
        "E0014", "there is no operator `..`", at: span,
        help: [
          .replace(span, with: "...", "with its end a range is `a...b`, without it `a..<b`")
        ])
      append(.closedRange, from: span.start, to: span.end, isRepaired: true)
      position = span.end
      return
    }
    if isDigit(second), tokens.last.map({ $0.end != position || !$0.kind.startsOperand }) ?? true {
      let start = position
      position += 1
      while isDigit(byte(position)) { position += 1 }
      let digits = word(start, position)
      findings.add(
        "E0004", "a point stands between two digits", at: Span(start, position),
        help: [.replace(Span(start, position), with: "0" + digits, "write `0\(digits)`")])
      append(.number, from: start, to: position, link: numbers.count, isRepaired: true)
      numbers.append(Double("0" + digits) ?? 0)
      return
    }
    take(.dot, 1)
  }

  private mutating func scanEquals(_ second: UInt8, _ third: UInt8) {
    switch second {
    case UInt8(ascii: "="):
      if third == UInt8(ascii: "=") {
        return repair(3, "==", .equal, "equality is `==`")
      }
      take(.equal, 2)
    case UInt8(ascii: ">"): take(.closureArrow, 2)
    case UInt8(ascii: "<"): repair(2, "<=", .lessOrEqual, "the comparison is `<=`")
    default: take(.assign, 1)
    }
  }

  private mutating func scanExclamation(_ second: UInt8, _ third: UInt8) {
    guard second == UInt8(ascii: "=") else {
      return repair(1, "not", .notWord, "the word is `not`", isWord: true)
    }
    if third == UInt8(ascii: "=") { return repair(3, "!=", .notEqual, "inequality is `!=`") }
    take(.notEqual, 2)
  }

  private mutating func scanLess(_ second: UInt8) {
    if second == UInt8(ascii: "=") { return take(.lessOrEqual, 2) }
    if second == UInt8(ascii: ">") { return repair(2, "!=", .notEqual, "inequality is `!=`") }
    take(.less, 1)
  }

  /// `'text'` is a string of another language; a lone apostrophe is nothing.
  private mutating func scanApostrophe() {
    guard !isInsideString else { return refuse() }
    let start = position
    var end = position + 1
    while end < text.count, text[end] != UInt8(ascii: "\n"), text[end] != UInt8(ascii: "'") {
      end += 1
    }
    guard byte(end) == UInt8(ascii: "'") else { return refuse() }
    takeForeignString(from: start, to: end + 1, inside: Span(start + 1, end))
  }

  private mutating func refuse() {
    let span = Span(position, position + 1)
    let first = byte(position)
    let shown =
      first < 0x20 || first == 0x7F
      ? "this control character" : first == UInt8(ascii: "`") ? "a backquote" : "`\(source[span])`"
    findings.add(
      "E0003", "\(shown) means nothing here", at: span,
      help: first == UInt8(ascii: "\\")
        ? [.say("a line goes on in the next when it ends in an operator or inside brackets")] : [])
    append(.broken, from: span.start, to: span.end, isRepaired: true)
    position += 1
  }
}
