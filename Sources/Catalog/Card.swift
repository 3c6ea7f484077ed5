/// Everything the program knows about one name of the language, written once beside what it names.
///
/// From a card come the checking of a call, `?name`, completion, the reference page, and the tests
/// that run its examples and laws. A card knows no numbers, so the language can be checked, and
/// tested, without the numerics.
public struct Card: Sendable, Equatable {
  /// The group that help lists a name under, and the place where it may stand.
  public enum Family: String, Sendable, CaseIterable {
    case verb, criterion, format, layer, loss, optimizer, option, function, data, keyword
  }

  /// The name in the language, as typed.
  public var name: String
  public var family: Family
  /// One sentence of at most 150 characters.
  public var summary: String
  /// The defining formula in plain text; empty for names that have none (`print`).
  public var formula: String
  /// Paper, section or specification that defines it; empty for ordinary built-ins.
  public var source: String
  /// Parameters in call order, those given by position first.
  ///
  /// `nil` for a plain value that cannot be called (`channel`, `mnist`).
  public var parameters: [Parameter]?
  /// Properties that the suite over the whole catalog checks on random inputs.
  public var laws: [Law]
  /// Runnable lines with what they print; the suite runs each.
  public var examples: [Example]
  /// Names a reader of this card should know of.
  public var related: [String]
  /// Whether a call is worth a value; `false` for what is called for its effect (`print`, `seed`).
  ///
  /// A call that gives a value nobody uses is warned about (W0002).
  public var givesValue: Bool

  public init(
    _ name: String, _ family: Family, summary: String, formula: String = "", source: String = "",
    parameters: [Parameter]? = nil, laws: [Law] = [], examples: [Example], related: [String] = [],
    givesValue: Bool = true
  ) {
    self.name = name
    self.family = family
    self.summary = summary
    self.formula = formula
    self.source = source
    self.parameters = parameters
    self.laws = laws
    self.examples = examples
    self.related = related
    self.givesValue = givesValue
  }

  /// The call as help shows it, with defaults: `prune(x, amount, by: magnitude, scope: layer)`.
  public var signature: String {
    guard let parameters else { return name }
    return name + "(" + parameters.map(\.shown).joined(separator: ", ") + ")"
  }
}

/// A property that an operator promises for every input, checked by the suite over the catalog.
public enum Law: String, Sendable, CaseIterable {
  /// The result has the shape of the first argument.
  case keepsShape
  /// Applying it twice is applying it once.
  case idempotent
  /// A zero stays a zero.
  case keepsZeros
  /// Same input and seed, same bytes.
  case deterministic
  /// No result is negative.
  case nonNegative
}

/// A line of the language with its outcome, run by the catalog's suite.
public struct Example: Sendable, Equatable {
  public enum Outcome: Sendable, Equatable {
    /// What `print(line)` writes (or, when the line prints by itself, what it writes).
    case prints(String)
    /// The code and headline of the error the line ends in, as `E0310: 40 is not a share`.
    case fails(String)
  }
  public var line: String
  public var outcome: Outcome

  public init(_ line: String, prints: String) {
    self.line = line
    outcome = .prints(prints)
  }

  public init(_ line: String, fails: String) {
    self.line = line
    outcome = .fails(fails)
  }
}
