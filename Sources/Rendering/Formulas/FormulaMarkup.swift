extension Formula {
  /// The formula in LaTeX, without the dollar signs around it.
  public var latex: String { LaTeXWriter().text(of: self) }

  /// The formula as a MathML element for HTML pages.
  ///
  /// - Parameter isDisplayed: set on a line of its own.
  public func mathML(isDisplayed: Bool = false) -> String {
    let display = isDisplayed ? " display=\"block\"" : ""
    return "<math\(display)>" + MathMLWriter().text(of: self) + "</math>"
  }
}

private struct LaTeXWriter {
  private static let names: [String: String] = {
    var names: [String: String] = [:]
    for (name, text) in [FormulaSigns.commands, FormulaSigns.signs, FormulaSigns.large].joined()
      .sorted(by: { $0.key.count == $1.key.count ? $0.key < $1.key : $0.key.count < $1.key.count })
    {
      if names[text] == nil { names[text] = "\\" + name }
    }
    names["Σ"] = "\\sum"
    names["Π"] = "\\prod"
    names["−"] = "-"
    names["∗"] = "*"
    names["|"] = "|"
    names["‖"] = "\\|"
    names["′"] = "'"
    names["⌊"] = "\\lfloor"
    names["⌋"] = "\\rfloor"
    names["⌈"] = "\\lceil"
    names["⌉"] = "\\rceil"
    return names
  }()

  func text(of formula: Formula) -> String {
    switch formula {
    case .row(let parts):
      var line = ""
      for (index, piece) in parts.enumerated() {
        var part = text(of: piece)
        // A minus behind a comma or another sign belongs to the number.
        if case .sign("−") = piece, index > 0, case .sign = parts[index - 1] { part = "-" }
        if line.hasSuffix(" ") { part = String(part.drop { $0 == " " }) }
        // A command's name ends where a letter would go on.
        let needsBlank = endsInCommand(line) && part.first?.isLetter == true
        line += needsBlank ? " " + part : part
      }
      return line
    case .variable(let letter): return variable(letter)
    case .number(let digits): return digits.replacing("∞", with: "\\infty ")
    case .word(let word):
      return FormulaSigns.functions.contains(word) ? function(word) : "\\text{\(escaped(word))}"
    case .sign(let sign): return signText(sign)
    case .space: return "\\; "
    case .fraction(let upper, let lower): return "\\frac{\(text(of: upper))}{\(text(of: lower))}"
    case .root(let inside, let degree):
      return "\\sqrt" + (degree.map { "[\(text(of: $0))]" } ?? "") + "{\(text(of: inside))}"
    case .scripts(let base, let below, let above), .limits(let base, let below, let above):
      let whole = base.isAtom || { if case .limits = formula { true } else { false } }()
      return (whole ? text(of: base) : "{\(text(of: base))}")
        + (below.map { "_{\(text(of: $0))}" } ?? "") + (above.map { "^{\(text(of: $0))}" } ?? "")
    case .fenced(let open, let inside, let close):
      return "\\left\(delimiter(open)) \(text(of: inside)) \\right\(delimiter(close))"
    case .cases(let rows):
      let lines = rows.map { $0.map { text(of: $0) }.joined(separator: " & ") }
      return "\\begin{cases} " + lines.joined(separator: " \\\\ ") + " \\end{cases}"
    }
  }

  private func endsInCommand(_ line: String) -> Bool {
    guard let slash = line.lastIndex(of: "\\") else { return false }
    let name = line[line.index(after: slash)...]
    return !name.isEmpty && name.allSatisfy { $0.isLetter && $0.isASCII }
  }

  private func function(_ word: String) -> String {
    [
      "max", "min", "exp", "log", "ln", "lim", "sin", "cos", "tan", "tanh", "arg", "det", "sup",
      "inf", "gcd", "Pr",
    ].contains(word) ? "\\" + word : "\\operatorname{\(word)}"
  }

  private func signText(_ sign: String) -> String {
    if "=+<>".contains(sign), !sign.isEmpty { return " " + sign + " " }
    if sign == "," { return ", " }
    guard let name = Self.names[sign] else { return escaped(sign) }
    return " " + name + " "
  }

  private func delimiter(_ sign: String) -> String {
    if sign.isEmpty { return "." }
    if let name = Self.names[sign] { return name }
    return sign == "{" || sign == "}" ? "\\" + sign : sign
  }

  private func variable(_ letter: String) -> String {
    // Taken apart, since a letter with its accent may be one character.
    for (name, mark) in FormulaSigns.accents.sorted(by: { $0.key < $1.key }) {
      let marks = Array(mark.unicodeScalars)
      let scalars = decomposed(letter)
      if scalars.count > 1, scalars.suffix(1).elementsEqual(marks) {
        var base = String.UnicodeScalarView()
        base.append(contentsOf: scalars.dropLast())
        return "\\\(name){\(variable(String(base)))}"
      }
    }
    guard let name = Self.names[letter] else { return escaped(letter) }
    return name
  }

  /// Letters with accents in one character, as cards write them, taken apart.
  private func decomposed(_ text: String) -> [Unicode.Scalar] {
    let whole: [Unicode.Scalar: Unicode.Scalar] = [
      "ŵ": "w", "ŷ": "y", "ĝ": "g", "â": "a", "ê": "e",
    ]
    return text.unicodeScalars.flatMap { scalar in
      whole[scalar].map { [$0, "\u{302}"] } ?? [scalar]
    }
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "#$%&_{}".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }
}

private struct MathMLWriter {
  func text(of formula: Formula) -> String {
    switch formula {
    case .row(let parts): return "<mrow>" + parts.map { text(of: $0) }.joined() + "</mrow>"
    case .variable(let letter): return "<mi>\(escapedHTML(letter))</mi>"
    case .number(let digits): return "<mn>\(escapedHTML(digits))</mn>"
    case .word(let word):
      return FormulaSigns.functions.contains(word)
        ? "<mi mathvariant=\"normal\">\(escapedHTML(word))</mi>"
        : "<mtext>\(escapedHTML(word))</mtext>"
    case .sign(let sign): return "<mo>\(escapedHTML(sign))</mo>"
    case .space: return "<mspace width=\"0.5em\"/>"
    case .fraction(let upper, let lower):
      return "<mfrac>" + group(upper) + group(lower) + "</mfrac>"
    case .root(let inside, let degree):
      guard let degree else { return "<msqrt>" + text(of: inside) + "</msqrt>" }
      return "<mroot>" + group(inside) + group(degree) + "</mroot>"
    case .scripts(let base, let below, let above):
      return scripted("msub", "msup", "msubsup", base, below, above)
    case .limits(let base, let below, let above):
      return scripted("munder", "mover", "munderover", base, below, above)
    case .fenced(let open, let inside, let close):
      return "<mrow>" + fence(open) + text(of: inside) + fence(close) + "</mrow>"
    case .cases(let rows):
      let body = rows.map { row in
        "<mtr>" + row.map { "<mtd>" + text(of: $0) + "</mtd>" }.joined() + "</mtr>"
      }
      return "<mrow><mo stretchy=\"true\">{</mo><mtable columnalign=\"left\">" + body.joined()
        + "</mtable></mrow>"
    }
  }

  private func fence(_ sign: String) -> String {
    sign.isEmpty ? "" : "<mo fence=\"true\" stretchy=\"true\">\(escapedHTML(sign))</mo>"
  }

  private func group(_ formula: Formula) -> String {
    if case .row = formula { return text(of: formula) }
    return "<mrow>" + text(of: formula) + "</mrow>"
  }

  private func scripted(
    _ low: String, _ high: String, _ both: String, _ base: Formula, _ below: Formula?,
    _ above: Formula?
  ) -> String {
    switch (below, above) {
    case (nil, nil): text(of: base)
    case (let below?, nil): "<\(low)>" + group(base) + group(below) + "</\(low)>"
    case (nil, let above?): "<\(high)>" + group(base) + group(above) + "</\(high)>"
    case (let below?, let above?):
      "<\(both)>" + group(base) + group(below) + group(above) + "</\(both)>"
    }
  }
}

/// Text as HTML shows it.
public func escapedHTML(_ text: some StringProtocol) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}
