/// Reads a formula in LaTeX: letters, numbers and signs, `\frac`, `\sqrt`, `\sum`, `^`, `_`,
/// `\left( … \right)`, accents, `\text{…}`, `cases`, and the names in `FormulaSigns`.
///
/// Whatever the text is, it gives a formula: an unknown command stands there by its name, and a
/// bracket that is never closed ends with the text.
public func formula(latex text: String) -> Formula {
  var parser = LaTeXParser(text)
  return parser.row(until: { _ in false })
}

private struct LaTeXParser {
  private let text: [Character]
  private var place = 0
  /// `{` inside `{`; what is nested deeper is read as plain text.
  private var depth = 0
  private static let deepest = 64

  init(_ text: String) { self.text = Array(text) }

  private var isAtEnd: Bool { place >= text.count }
  private var next: Character? { isAtEnd ? nil : text[place] }

  mutating func row(until stop: (Character) -> Bool) -> Formula {
    var parts: [Formula] = []
    while let character = next, !stop(character), !startsEnd {
      if character == "&" || character == "\\" && startsBreak { break }
      guard let part = item() else { continue }
      parts.append(withScripts(part))
    }
    return .joined(parts)
  }

  private var startsEnd: Bool {
    lookingAt("\\right") && !lookingAt("\\rightarrow") || lookingAt("\\end")
  }
  private var startsBreak: Bool { lookingAt("\\\\") }

  private func lookingAt(_ word: String) -> Bool {
    let letters = Array(word)
    return place + letters.count <= text.count
      && text[place..<place + letters.count].elementsEqual(letters)
  }

  private mutating func withScripts(_ base: Formula) -> Formula {
    var below: Formula?
    var above: Formula?
    while let mark = next, mark == "^" || mark == "_" || mark == "'" {
      place += 1
      if mark == "'" {
        above = .joined([above, .sign("′")].compactMap { $0 })
      } else if mark == "^" {
        above = .joined([above, argument()].compactMap { $0 })
      } else {
        below = argument()
      }
    }
    guard below != nil || above != nil else { return base }
    switch base {
    case .sign(let sign) where FormulaSigns.large.values.contains(sign):
      return .limits(base, below: below, above: above)
    case .word(let word) where FormulaSigns.limitFunctions.contains(word):
      return .limits(base, below: below, above: above)
    default: return .scripts(base, below: below, above: above)
    }
  }

  /// `{…}` or a single item.
  private mutating func argument() -> Formula {
    while next == " " { place += 1 }
    if next == "{" { return group() }
    return item() ?? .row([])
  }

  private mutating func group() -> Formula {
    place += 1
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else {
      let rest = String(text[place...])
      place = text.count
      return .word(rest)
    }
    let inside = row(until: { $0 == "}" })
    if next == "}" { place += 1 }
    return inside
  }

  /// One item; `nil` for blanks and whatever shows nothing.
  private mutating func item() -> Formula? {
    guard let character = next else { return nil }
    switch character {
    case "{": return group()
    case "\\": return command()
    case "}", "^", "_", "&":
      place += 1
      return nil
    case "(", "[":
      place += 1
      return .sign(String(character))
    case "|": return bars()
    case "~":
      place += 1
      return .space
    case _ where character.isWhitespace:
      place += 1
      return nil
    case "-":
      place += 1
      return .sign("−")
    case "*":
      place += 1
      return .sign("∗")
    case _
    where character.isNumber && FormulaSigns.superscripts.values.contains(character) == false:
      var digits = ""
      while let digit = next, digit.isNumber || digit == "." && followedByDigit {
        digits.append(digit)
        place += 1
      }
      return .number(digits)
    case _ where character.isLetter:
      place += 1
      return .variable(String(character))
    default:
      place += 1
      return .sign(String(character))
    }
  }

  private var followedByDigit: Bool { place + 1 < text.count && text[place + 1].isNumber }

  /// `|w|` when a second bar follows, else a bar by itself.
  private mutating func bars() -> Formula {
    place += 1
    guard depth < Self.deepest, text[place...].contains("|") else { return .sign("|") }
    let start = place
    depth += 1
    defer { depth -= 1 }
    let inside = row(until: { $0 == "|" || $0 == "}" })
    guard next == "|" else {
      place = start
      return .sign("|")
    }
    place += 1
    return .fenced("|", inside, "|")
  }

  private mutating func command() -> Formula? {
    place += 1
    guard let first = next else { return nil }
    guard first.isLetter else {
      place += 1
      switch first {
      case ",", ";", ":", " ": return .space
      case "!": return nil
      case "|": return .sign("‖")
      default: return .sign(String(first))
      }
    }
    var name = ""
    while let letter = next, letter.isLetter, letter.isASCII {
      name.append(letter)
      place += 1
    }
    switch name {
    case "frac", "dfrac", "tfrac": return .fraction(argument(), argument())
    case "sqrt":
      var degree: Formula?
      if next == "[" {
        place += 1
        degree = row(until: { $0 == "]" })
        if next == "]" { place += 1 }
      }
      return .root(argument(), degree: degree)
    case "text", "mathrm", "operatorname", "textrm", "mbox", "texttt", "mathtt": return .word(raw())
    case "mathbf", "boldsymbol", "mathit", "mathcal", "mathbb", "displaystyle": return argument()
    case "left": return fenced()
    case "lvert", "rvert": return .sign("|")
    case "lVert", "rVert", "Vert": return .sign("‖")
    case "lfloor": return .sign("⌊")
    case "rfloor": return .sign("⌋")
    case "lceil": return .sign("⌈")
    case "rceil": return .sign("⌉")
    case "quad": return .row([.space, .space])
    case "qquad": return .row([.space, .space, .space, .space])
    case "top": return .variable("T")
    case "begin": return environment()
    case "right", "end": return nil
    default: break
    }
    if let accent = FormulaSigns.accents[name] { return accented(accent, argument()) }
    if let letter = FormulaSigns.commands[name] { return .variable(letter) }
    if let sign = FormulaSigns.signs[name] ?? FormulaSigns.large[name] { return .sign(sign) }
    return .word(name)
  }

  private func accented(_ mark: String, _ base: Formula) -> Formula {
    if case .variable(let letter) = base { return .variable(letter + mark) }
    return .limits(base, below: nil, above: .sign(mark == "\u{302}" ? "^" : "¯"))
  }

  /// The letters inside `{…}` as they are.
  private mutating func raw() -> String {
    while next == " " { place += 1 }
    guard next == "{" else { return "" }
    place += 1
    var letters = ""
    while let letter = next, letter != "}" {
      if letter != "\\" { letters.append(letter) }
      place += 1
    }
    if next == "}" { place += 1 }
    return letters
  }

  private mutating func delimiter() -> String {
    while next == " " { place += 1 }
    guard let first = next else { return "" }
    if first == "\\" {
      switch command() {
      case .sign(let sign)?: return sign
      default: return ""
      }
    }
    place += 1
    return first == "." ? "" : String(first)
  }

  private mutating func fenced() -> Formula {
    let open = delimiter()
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { return .sign(open) }
    let inside = row(until: { _ in false })
    var close = ""
    if lookingAt("\\right") {
      place += 6
      close = delimiter()
    }
    return .fenced(open, inside, close)
  }

  private mutating func environment() -> Formula {
    let name = raw()
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { return .word(name) }
    var rows: [[Formula]] = [[]]
    while !isAtEnd, !lookingAt("\\end") {
      rows[rows.count - 1].append(row(until: { _ in false }))
      if next == "&" {
        place += 1
      } else if startsBreak {
        place += 2
        rows.append([])
      } else if lookingAt("\\right") {
        place += 6
      }
    }
    if lookingAt("\\end") {
      place += 4
      _ = raw()
    }
    rows.removeAll { $0.allSatisfy(\.isEmpty) }
    return .cases(rows)
  }
}
