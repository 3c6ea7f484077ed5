/// A formula as a tree, read from LaTeX or from the plain notation of cards, and set as Unicode
/// text, LaTeX or MathML.
public indirect enum Formula: Sendable, Equatable {
  /// Parts beside each other.
  case row([Formula])
  /// A variable: one letter, with its accent where it has one.
  case variable(String)
  case number(String)
  /// Upright letters: the name of a function or a word.
  case word(String)
  /// A sign between or before its neighbours.
  case sign(String)
  case space
  case fraction(Formula, Formula)
  case root(Formula, degree: Formula?)
  /// A base with what stands below and above to its right.
  case scripts(Formula, below: Formula?, above: Formula?)
  /// `Σ`, `Π`, `max` with its limits below and above.
  case limits(Formula, below: Formula?, above: Formula?)
  /// Something between brackets, bars or braces; an empty side has none.
  case fenced(String, Formula, String)
  /// Cases: rows of cells behind one brace.
  case cases([[Formula]])

  /// The formula without needless layers.
  static func joined(_ parts: [Formula]) -> Formula { parts.count == 1 ? parts[0] : .row(parts) }

  /// Whether nothing can be torn apart by what stands beside it.
  var isAtom: Bool {
    switch self {
    case .variable, .number, .word, .fenced, .root: true
    case .scripts(let base, _, _): base.isAtom
    case .row(let parts): parts.count == 1 && parts[0].isAtom
    // What is raised behind a bracket is all that stands in it.
    case .sign(let sign): [")", "]", "}", "|", "‖", "⌋", "⌉"].contains(sign)
    case .space, .fraction, .limits, .cases: false
    }
  }

  var isEmpty: Bool { if case .row(let parts) = self { parts.isEmpty } else { false } }
}

/// How a sign is set and called: the Unicode character and the LaTeX command.
enum FormulaSigns {
  /// Commands that stand for one character.
  static let commands: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "infty": "∞",
    "partial": "∂", "nabla": "∇", "hbar": "ℏ", "emptyset": "∅",
  ]
  static let signs: [String: String] = [
    "cdot": "·", "times": "×", "pm": "±", "mp": "∓", "le": "≤", "leq": "≤", "ge": "≥",
    "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "equiv": "≡", "sim": "∼", "propto": "∝",
    "in": "∈", "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "mapsto": "↦", "land": "∧",
    "lor": "∨", "lnot": "¬", "neg": "¬", "forall": "∀", "exists": "∃", "odot": "⊙",
    "oplus": "⊕", "ldots": "…", "dots": "…", "cdots": "⋯", "ast": "∗", "star": "⋆", "mid": "|",
    "ll": "≪", "gg": "≫", "div": "÷", "circ": "∘", "prime": "′", "leftrightarrow": "↔",
  ]
  static let large: [String: String] = [
    "sum": "Σ", "prod": "Π", "int": "∫", "bigcup": "⋃", "bigcap": "⋂",
  ]
  /// Functions whose name is upright; those with limits carry them below where there is room.
  static let functions: Set<String> = [
    "max", "min", "exp", "log", "ln", "lim", "sin", "cos", "tan", "tanh", "sign", "arg", "argmax",
    "argmin", "det", "mod", "round", "clamp", "sqrt", "mean", "std", "var", "rne", "abs", "floor",
    "sup", "inf", "Pr", "gcd", "softmax", "sum", "norm",
  ]
  static let limitFunctions: Set<String> = ["max", "min", "argmax", "argmin", "lim", "sup", "inf"]
  /// Accents as combining characters.
  static let accents: [String: String] = [
    "hat": "\u{302}", "widehat": "\u{302}", "bar": "\u{304}", "overline": "\u{304}",
    "tilde": "\u{303}", "widetilde": "\u{303}", "vec": "\u{20D7}", "dot": "\u{307}",
  ]
  static let superscripts: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
    "9": "⁹", "+": "⁺", "−": "⁻", "-": "⁻", "=": "⁼", "(": "⁽", ")": "⁾", "n": "ⁿ", "i": "ⁱ",
    "a": "ᵃ", "b": "ᵇ", "c": "ᶜ", "d": "ᵈ", "e": "ᵉ", "f": "ᶠ", "g": "ᵍ", "h": "ʰ", "j": "ʲ",
    "k": "ᵏ", "l": "ˡ", "m": "ᵐ", "o": "ᵒ", "p": "ᵖ", "r": "ʳ", "s": "ˢ", "t": "ᵗ", "u": "ᵘ",
    "v": "ᵛ", "w": "ʷ", "x": "ˣ", "y": "ʸ", "z": "ᶻ", "T": "ᵀ", "′": "′", "*": "*", "∗": "*",
  ]
  static let subscripts: [Character: Character] = [
    "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈",
    "9": "₉", "+": "₊", "−": "₋", "-": "₋", "=": "₌", "(": "₍", ")": "₎", "a": "ₐ", "e": "ₑ",
    "h": "ₕ", "i": "ᵢ", "j": "ⱼ", "k": "ₖ", "l": "ₗ", "m": "ₘ", "n": "ₙ", "o": "ₒ", "p": "ₚ",
    "r": "ᵣ", "s": "ₛ", "t": "ₜ", "u": "ᵤ", "v": "ᵥ", "x": "ₓ",
  ]
}
