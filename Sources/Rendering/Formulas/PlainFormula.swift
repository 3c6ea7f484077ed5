/// Reads a formula in the plain notation of cards and derivations: `q = clamp(rne(w/s), −8, 7)`,
/// `m = 2^(b−1) − 1`, `ŵ = s · q`, `e = Σ (w − ŵ)²`, `t_j`.
///
/// Words of several letters are upright, `^` and `_` take what follows or what brackets or braces
/// hold, small digits and letters are scripts, and `/` between two whole parts is a fraction.
public func formula(plain text: String) -> Formula {
  var parser = PlainParser(text)
  return parser.row(until: nil)
}

private struct PlainParser {
  private let text: [Character]
  private var place = 0
  private var depth = 0
  private static let deepest = 64
  private static let raised = Dictionary(
    FormulaSigns.superscripts.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
  private static let lowered = Dictionary(
    FormulaSigns.subscripts.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
  private static let pairs: [Character: Character] = ["(": ")", "[": "]", "⌊": "⌋", "⌈": "⌉"]

  init(_ text: String) { self.text = Array(text) }

  private var next: Character? { place < text.count ? text[place] : nil }

  mutating func row(until close: Character?) -> Formula {
    depth += 1
    defer { depth -= 1 }
    var parts: [Formula] = []
    while let character = next, character != close {
      if character.isWhitespace {
        skipBlanks(&parts)
      } else if character == "/", let left = parts.last, left.isAtom {
        place += 1
        while next == " " { place += 1 }
        guard let right = applied(close) else {
          parts.append(.sign("/"))
          continue
        }
        let start = applicationStart(parts)
        let upper = Formula.joined(Array(parts[start...]))
        parts.removeSubrange(start...)
        parts.append(.fraction(bare(upper), bare(right)))
      } else if let part = atom(close) {
        parts.append(part)
      }
    }
    return .joined(parts)
  }

  /// Two blanks and more are kept as a gap; one is for the eye.
  private mutating func skipBlanks(_ parts: inout [Formula]) {
    var count = 0
    while let blank = next, blank.isWhitespace {
      place += 1
      count += 1
    }
    let isBetweenWords: Bool =
      switch parts.last {
      case .word?: next.map { $0.isLetter || $0.isNumber } ?? false
      case .number?: next?.isLetter ?? false
      default: false
      }
    if count > 1 || isBetweenWords { parts.append(.space) }
  }

  /// Where `max|w|` or `f(x)` at the end of a row begins: a word and its bracket go together.
  private func applicationStart(_ parts: [Formula]) -> Int {
    let last = parts.count - 1
    guard last > 0, case .fenced = parts[last] else { return last }
    switch parts[last - 1] {
    case .word, .variable: return last - 1
    default: return last
    }
  }

  /// What stands behind a `/`: an atom, with its bracket when it is a name.
  private mutating func applied(_ close: Character?) -> Formula? {
    guard let character = next, character != close, let first = atom(close), first.isAtom else {
      return nil
    }
    switch first {
    case .word, .variable:
      guard let open = next, open == "(" || open == "|", let second = atom(close) else {
        return first
      }
      return .row([first, second])
    default: return first
    }
  }

  /// Without the brackets that a bar makes needless.
  private func bare(_ formula: Formula) -> Formula {
    if case .fenced("(", let inside, ")") = formula { inside } else { formula }
  }

  private mutating func atom(_ close: Character?) -> Formula? {
    guard let character = next, depth < Self.deepest else {
      place += 1
      return nil
    }
    var base: Formula
    if let end = Self.pairs[character] {
      place += 1
      let inside = row(until: end)
      let isClosed = next == end
      if isClosed { place += 1 }
      base = .fenced(String(character), inside, isClosed ? String(end) : "")
    } else if character == "|" {
      place += 1
      guard text[place...].contains("|"), close != "|" else { return .sign("|") }
      let inside = row(until: "|")
      if next == "|" { place += 1 }
      base = .fenced("|", inside, "|")
    } else if character == "√" {
      place += 1
      while next == " " { place += 1 }
      guard let inside = atom(close) else { return .sign("√") }
      base = .root(bare(inside), degree: nil)
    } else if character.isNumber, Self.raised[character] == nil, Self.lowered[character] == nil {
      base = .number(word { $0.isNumber && Self.raised[$0] == nil || $0 == "." })
    } else if character.isLetter, !isLarge(character), Self.lowered[character] == nil {
      let name = word { $0.isLetter && Self.raised[$0] == nil && Self.lowered[$0] == nil }
      base =
        name.unicodeScalars.filter {
          !$0.properties.isDiacritic && $0.value < 0x300 || $0.properties.isAlphabetic
        }.count <= 1 || name.count == 1
        ? .variable(name) : .word(name)
    } else {
      place += 1
      base = .sign(character == "-" ? "−" : character == "*" ? "·" : String(character))
    }
    return withScripts(base, close)
  }

  private func isLarge(_ character: Character) -> Bool { character == "Σ" || character == "Π" }

  private mutating func word(_ belongs: (Character) -> Bool) -> String {
    var letters = ""
    while let letter = next, belongs(letter) {
      letters.append(letter)
      place += 1
    }
    return letters
  }

  private mutating func withScripts(_ base: Formula, _ close: Character?) -> Formula {
    var below: Formula?
    var above: Formula?
    while let character = next {
      if character == "^" || character == "_" {
        place += 1
        guard let script = scriptBehind(close) else { break }
        if character == "^" { above = script } else { below = script }
      } else if Self.raised[character] != nil, character != "*" {
        above = smallScript(Self.raised, before: above)
      } else if Self.lowered[character] != nil {
        below = smallScript(Self.lowered, before: below)
      } else {
        break
      }
    }
    guard below != nil || above != nil else { return base }
    if case .sign(let sign) = base, sign == "Σ" || sign == "Π" {
      return .limits(base, below: below, above: above)
    }
    return .scripts(base, below: below, above: above)
  }

  /// What a `^` or `_` takes: a bracket's inside, a number, a letter, with a sign before it or none.
  private mutating func scriptBehind(_ close: Character?) -> Formula? {
    guard let character = next else { return nil }
    if character == "−" || character == "-" {
      place += 1
      guard let rest = scriptBehind(close) else { return .sign("−") }
      return .row([.sign("−"), rest])
    }
    if character == "(" || character == "{" {
      return bracketed(until: character == "(" ? ")" : "}")
    }
    if character.isNumber { return .number(word { $0.isNumber }) }
    if character.isLetter {
      let name = word { $0.isLetter && Self.raised[$0] == nil && Self.lowered[$0] == nil }
      return name.count == 1 ? .variable(name) : .word(name)
    }
    return nil
  }

  private mutating func bracketed(until end: Character) -> Formula? {
    guard depth < Self.deepest else { return nil }
    place += 1
    let inside = row(until: end)
    if next == end { place += 1 }
    return inside
  }

  private mutating func smallScript(
    _ letters: [Character: Character], before: Formula?
  ) -> Formula {
    var plain = ""
    while let character = next, let letter = letters[character] {
      plain.append(letter)
      place += 1
    }
    let script: Formula =
      plain == "′" || plain == "″"
      ? .sign(plain)
      : plain.allSatisfy(\.isNumber)
        ? .number(plain)
        : plain.count == 1 ? .variable(plain) : formula(plain: plain)
    return .joined([before, script].compactMap { $0 })
  }
}
