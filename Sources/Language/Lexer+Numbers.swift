extension Lexer {
  /// `12 1_000 0.5 1.5e-3`, then perhaps a touching `%` or unit.
  mutating func scanNumber() {
    let start = position
    skipDigits()
    let wholeEnd = position
    var isFraction = false
    if byte(position) == UInt8(ascii: "."), isDigit(byte(position + 1)) {
      isFraction = true
      position += 1
      skipDigits()
    }
    let mantissaEnd = position
    skipExponent()
    if byte(start) == UInt8(ascii: "0"), wholeEnd - start > 1 {
      reportLeadingZero(start, wholeEnd)
      append(.number, from: start, to: position, link: numbers.count, isRepaired: true)
      numbers.append(decimal(start, position))
      return
    } else if byte(position) == UInt8(ascii: "."), isFraction, isDigit(byte(position + 1)) {
      return reportSecondPoint(start)
    } else if endsInBarePoint() {
      reportBarePoint(start)
    }
    scanSuffix(start, mantissaEnd)
  }

  private mutating func skipDigits() {
    while isDigit(byte(position)) || byte(position) == UInt8(ascii: "_") { position += 1 }
  }

  private mutating func skipExponent() {
    guard byte(position) | 0x20 == UInt8(ascii: "e") else { return }
    var end = position + 1
    if byte(end) == UInt8(ascii: "+") || byte(end) == UInt8(ascii: "-") { end += 1 }
    guard isDigit(byte(end)) else { return }
    position = end
    while isDigit(byte(position)) { position += 1 }
  }

  private func endsInBarePoint() -> Bool {
    byte(position) == UInt8(ascii: ".") && byte(position + 1) != UInt8(ascii: ".")
      && !startsWord(at: position + 1)
  }

  private mutating func scanSuffix(_ start: Int, _ mantissaEnd: Int) {
    let end = position
    if byte(position) == UInt8(ascii: "%"), !isRemainder(at: position) {
      position += 1
      return appendNumber(percent(start, mantissaEnd, end), start)
    }
    let value = decimal(start, end)
    guard startsWord(at: position) else { return appendNumber(value, start) }
    position = endOfWord(from: position)
    let suffix = word(end, position)
    if let factor = units[suffix] { return appendNumber(value * factor, start) }
    reportSuffix(suffix, Span(start, position), number: Span(start, end))
    append(.number, from: start, to: position, link: numbers.count, isRepaired: true)
    numbers.append(value)
  }

  private mutating func appendNumber(_ value: Double, _ start: Int) {
    if !value.isFinite {
      findings.add(
        "E0004", "this number is too large", at: Span(start, position),
        notes: ["the largest is 1.797693e308"])
    }
    append(.number, from: start, to: position, link: numbers.count)
    numbers.append(value)
  }

  private func decimal(_ start: Int, _ end: Int) -> Double {
    let digits = text[start..<end].filter { $0 != UInt8(ascii: "_") }
    return Double(String(decoding: digits, as: UTF8.self)) ?? .infinity
  }

  /// The double nearest to n/100, not the nearest to n divided by 100: the decimal point moves.
  private func percent(_ start: Int, _ mantissaEnd: Int, _ end: Int) -> Double {
    var digits = text[start..<mantissaEnd].filter { $0 != UInt8(ascii: "_") }
    let written = mantissaEnd < end ? word(mantissaEnd + 1, end) : "0"
    let limit = 100_000
    let exponent = Int(written).map { max(-limit, min(limit, $0)) }
    digits += Array("e\((exponent ?? (written.hasPrefix("-") ? -limit : limit)) - 2)".utf8)
    return Double(String(decoding: digits, as: UTF8.self)) ?? .infinity
  }

  /// Whether a `%` behind a number is meant as an operator: something to divide by follows it.
  private func isRemainder(at percent: Int) -> Bool {
    var next = percent + 1
    while byte(next) == UInt8(ascii: " ") { next += 1 }
    if isDigit(byte(next)) { return true }
    if byte(next) == UInt8(ascii: "(") { return next == percent + 1 }
    guard startsWord(at: next) else { return false }
    return reservedKinds[word(next, endOfWord(from: next))] == nil
  }

  // MARK: What is wrong with it

  private mutating func reportLeadingZero(_ start: Int, _ end: Int) {
    let span = Span(start, position)
    var help = Diagnostic.Help.replace(
      span, with: withoutZeros(start), "write `\(withoutZeros(start))`")
    // 1,066 pasted from a table is one number.
    if tokens.count >= 2, tokens[tokens.count - 1].kind == .comma,
      tokens[tokens.count - 1].end == start, tokens[tokens.count - 2].kind == .number,
      tokens[tokens.count - 2].end == start - 1, end - start == 3
    {
      let before = tokens[tokens.count - 2].span
      let joined = source[before] + source[span]
      help = .replace(before.joined(span), with: joined, "one number is `\(joined)`, without comma")
    }
    findings.add("E0005", "a number does not begin with 0", at: span, help: [help])
  }

  private func withoutZeros(_ start: Int) -> String {
    var first = start
    while first + 1 < position, byte(first) == UInt8(ascii: "0"), isDigit(byte(first + 1)) {
      first += 1
    }
    return word(first, position)
  }

  private mutating func reportSecondPoint(_ start: Int) {
    while isDigit(byte(position))
      || (byte(position) == UInt8(ascii: ".") && isDigit(byte(position + 1)))
    {
      position += 1
    }
    findings.add("E0004", "a number holds one point", at: Span(start, position))
    append(.number, from: start, to: position, link: numbers.count, isRepaired: true)
    numbers.append(0)
  }

  private mutating func reportBarePoint(_ start: Int) {
    let number = word(start, position)
    position += 1
    findings.add(
      "E0004", "a point stands between two digits", at: Span(start, position),
      help: [
        .replace(Span(start, position), with: number + ".0", "write `\(number)` or `\(number).0`")
      ])
  }

  private mutating func reportSuffix(_ suffix: String, _ span: Span, number: Span) {
    let digits = source[number]
    let lower = suffix.lowercased()
    if let unit = units.keys.first(where: { $0.lowercased() == lower }) {
      findings.add(
        "E0007", "there is no unit `\(suffix)`", at: Span(number.end, span.end),
        notes: ["units are KB MB GB and KiB MiB GiB"],
        help: [.replace(span, with: digits + unit, "write `\(digits + unit)`")])
    } else if let value = radixValue(digits, suffix) {
      findings.add(
        "E0007", "numbers are decimal", at: span,
        help: [.replace(span, with: value, "write `\(value)`")])
    } else {
      let isWord = reservedKinds[suffix] != nil
      let fixed = isWord ? "\(digits) \(suffix)" : "\(digits) * \(suffix)"
      findings.add(
        "E0007", "`\(suffix)` touches the number", at: span,
        notes: isWord ? [] : ["a number may touch `%` or one of KB MB GB KiB MiB GiB"],
        help: [.replace(span, with: fixed, "write `\(fixed)`")])
    }
  }

  /// `0x1F`, `0b101`, `0o17` in decimal.
  private func radixValue(_ digits: String, _ suffix: String) -> String? {
    guard digits == "0", let mark = suffix.first, let radix = ["x": 16, "b": 2, "o": 8][mark],
      let value = UInt64(suffix.dropFirst(), radix: radix), value < 1 << 53
    else { return nil }
    return String(value)
  }
}

/// Bytes in a unit: powers of ten, and with an `i` powers of 1024.
let units: [String: Double] = [
  "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824,
]
