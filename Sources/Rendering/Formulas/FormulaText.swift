extension Formula {
  /// The formula on one line of Unicode text: `s = max|w| / (2^(b−1) − 1)`, `Σᵢ₌₁ⁿ xᵢ²`, `√(a + b)`.
  public var text: String { LineWriter().text(of: self).trimmedAtEnd }
}

/// Writes formulas on one line.
private struct LineWriter {
  func text(of formula: Formula) -> String {
    switch formula {
    case .row(let parts): return row(parts)
    case .variable(let text), .number(let text), .word(let text): return text
    case .sign(let sign): return sign
    case .space: return " "
    case .fraction(let upper, let lower): return part(upper) + "/" + part(lower)
    case .root(let inside, let degree):
      let root: String
      switch degree {
      case nil: root = "√"
      case .number("3")?: root = "∛"
      case let degree?: root = raised(text(of: degree)) + "√"
      }
      return root + (inside.isAtom ? text(of: inside) : "(" + text(of: inside) + ")")
    case .scripts(let base, let below, let above):
      return (base.isAtom ? text(of: base) : part(base)) + scripts(below, above)
    case .limits(let base, let below, let above):
      return text(of: base) + scripts(below, above)
    case .fenced(let open, let inside, let close): return open + text(of: inside) + close
    case .cases(let rows):
      return "{ "
        + rows.map { $0.map { text(of: $0) }.joined(separator: "  ") }.joined(separator: ";  ")
    }
  }

  /// In brackets unless it holds together by itself.
  private func part(_ formula: Formula) -> String {
    formula.isAtom ? text(of: formula) : "(" + text(of: formula) + ")"
  }

  private func row(_ parts: [Formula]) -> String {
    var result = ""
    for (index, part) in parts.enumerated() {
      let piece = text(of: part)
      if case .sign(let sign) = part, isSpaced(sign) {
        // A sign at the start, or behind another one or a bracket, belongs to what follows.
        let isPrefix = result.isEmpty || endsOpen(parts[index - 1])
        result += isPrefix ? piece : (result.hasSuffix(" ") ? "" : " ") + piece + " "
      } else if needsGap(parts, index) {
        result += (result.hasSuffix(" ") ? "" : " ") + piece
      } else if case .sign(",") = part {
        result += ", "
      } else {
        result += piece
      }
    }
    return result
  }

  private func isSpaced(_ sign: String) -> Bool {
    "=≤≥<>≠≈≡∼∝∈∉⊂→←⇒↦∧∨+−±∓×·÷⊙⊕∪∩&∗/↔".contains(sign) && !sign.isEmpty
  }

  private func endsOpen(_ formula: Formula) -> Bool {
    guard case .sign(let sign) = formula else { return false }
    return isSpaced(sign) || "([{|‖,⌊⌈".contains(sign)
  }

  /// Between two words, or a word and what it is applied to, and around large signs.
  private func needsGap(_ parts: [Formula], _ index: Int) -> Bool {
    guard index > 0 else { return false }
    let before = parts[index - 1]
    let after = parts[index]
    func isWord(_ formula: Formula) -> Bool {
      switch formula {
      case .word: true
      case .limits: true
      case .scripts(let base, _, _): isWord(base)
      default: false
      }
    }
    switch after {
    case .fenced, .sign, .scripts(.sign, _, _): return false
    case .limits: return !endsOpen(before)
    default: break
    }
    if isWord(before) { return true }
    if case .fraction = before, !endsOpen(after) { return true }
    if isWord(after) || { if case .fraction = after { true } else { false } }() {
      return !endsOpen(before)
    }
    return false
  }

  private func scripts(_ below: Formula?, _ above: Formula?) -> String {
    let low = below.map { lowered(text(of: $0)) } ?? ""
    let high = above.map { raised(text(of: $0)) } ?? ""
    return low + high
  }

  private func raised(_ text: String) -> String {
    script(text, FormulaSigns.superscripts, mark: "^")
  }

  private func lowered(_ text: String) -> String {
    script(text, FormulaSigns.subscripts, mark: "_")
  }

  /// Small characters where there is one for each, else `^(…)`.
  private func script(_ text: String, _ small: [Character: Character], mark: String) -> String {
    let bare = text.filter { $0 != " " }
    let letters = bare.compactMap { small[$0] }
    if letters.count == bare.count { return String(letters) }
    return mark + (text.count == 1 ? text : "(" + text + ")")
  }
}
