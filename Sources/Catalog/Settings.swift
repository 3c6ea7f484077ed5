/// One argument of an operator, layer or option as data: what a recipe stores and a file keeps.
public enum Setting: Sendable, Hashable {
  case number(Double)
  case boolean(Bool)
  case text(String)
  case numbers([Double])
  /// An option with its own settings: `int(4)`, `channel`, `group(32)`.
  case option(String, Settings)
  /// Several options, in order: `[fold, equalize]`.
  case options([Choice])

  /// One of several options.
  public struct Choice: Sendable, Hashable {
    public var name: String
    public var settings: Settings

    public init(_ name: String, _ settings: Settings = Settings()) {
      self.name = name
      self.settings = settings
    }
  }
}

/// The arguments of one call by parameter name; what was not given is read from the card.
public struct Settings: Sendable, Hashable {
  public var given: [String: Setting]

  public init(_ given: [String: Setting] = [:]) {
    self.given = given
  }

  public subscript(name: String) -> Setting? {
    get { given[name] }
    set { given[name] = newValue }
  }
}

/// Reads one call's settings against its card: the given value, else the card's stand-in.
public struct SettingsReader: Sendable {
  public let card: Card
  public let settings: Settings

  public init(_ card: Card, _ settings: Settings) {
    self.card = card
    self.settings = settings
  }

  /// A number in a domain.
  public func number(_ name: String, in domain: ClosedRange<Double>) throws -> Double {
    guard case .number(let value)? = try setting(name) else {
      throw SettingError.wrongKind(card.name, name, accepts: accepts(name))
    }
    guard domain.contains(value) else {
      throw SettingError.outside(card.name, name, value, domain)
    }
    return value
  }

  /// A whole number in a domain.
  public func whole(_ name: String, in domain: ClosedRange<Int>) throws -> Int {
    let value = try number(name, in: -.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
    guard let whole = Int(exactly: value) else {
      throw SettingError.notWhole(card.name, name, value)
    }
    guard domain.contains(whole) else {
      throw SettingError.outside(
        card.name, name, value, Double(domain.lowerBound)...Double(domain.upperBound))
    }
    return whole
  }

  public func boolean(_ name: String) throws -> Bool {
    guard case .boolean(let value)? = try setting(name) else {
      throw SettingError.wrongKind(card.name, name, accepts: accepts(name))
    }
    return value
  }

  /// The name of an option and its settings: `channel`, `int` with `bits`.
  public func option(_ name: String) throws -> (name: String, settings: Settings) {
    switch try setting(name) {
    case .option(let option, let settings)?: return (option, settings)
    default: throw SettingError.wrongKind(card.name, name, accepts: accepts(name))
    }
  }

  /// One option or a list of them, in order.
  public func options(_ name: String) throws -> [Setting.Choice] {
    if case .options(let choices)? = try setting(name) { return choices }
    let option = try option(name)
    return [Setting.Choice(option.name, option.settings)]
  }

  /// One of a closed set of plain names: `scope: global`.
  ///
  /// - Throws: `SettingError.unknown`, which lists the set.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, kind: String
  ) throws -> Choice where Choice.RawValue == String {
    try entry(name, kind: kind, of: Array(Choice.allCases), named: \.rawValue).entry
  }

  /// The entry of a catalog that an option names, with the option's own settings.
  ///
  /// - Throws: `SettingError.unknown`, which lists the catalog.
  public func entry<Entry>(
    _ name: String, kind: String, of catalog: [Entry], named entryName: (Entry) -> String
  ) throws -> (entry: Entry, settings: Settings) {
    let option = try option(name)
    guard let entry = catalog.first(where: { entryName($0) == option.name }) else {
      throw SettingError.unknown(
        card.name, name, option.name, kind: kind, choices: catalog.map(entryName))
    }
    return (entry, option.settings)
  }

  /// Whether a value was given or the card has one that is not empty.
  public func has(_ name: String) -> Bool {
    settings[name] != nil || !(parameter(name)?.standIn ?? "").isEmpty
  }

  private func setting(_ name: String) throws -> Setting? {
    if let given = settings[name] { return given }
    guard let standIn = parameter(name)?.standIn, !standIn.isEmpty else {
      throw SettingError.missing(card.name, name, accepts: accepts(name))
    }
    if let number = Double(standIn) { return .number(number) }
    if standIn == "true" || standIn == "false" { return .boolean(standIn == "true") }
    return .option(standIn, Settings())
  }

  private func parameter(_ name: String) -> Parameter? {
    card.parameters?.first { $0.name == name }
  }

  private func accepts(_ name: String) -> String { parameter(name)?.accepts ?? "" }
}

/// A setting that an operator cannot work with.
public enum SettingError: DescribedError, Equatable {
  case outside(String, String, Double, ClosedRange<Double>)
  case notWhole(String, String, Double)
  case wrongKind(String, String, accepts: String)
  case missing(String, String, accepts: String)
  /// An option that is not of the kind wanted here, and those that are.
  case unknown(String, String, String, kind: String, choices: [String])

  public var code: String {
    switch self {
    case .outside, .notWhole: "E0310"
    case .wrongKind, .unknown: "E0202"
    case .missing: "E0102"
    }
  }

  public var headline: String {
    switch self {
    case .outside(let owner, let name, let value, let domain):
      "`\(name)` of `\(owner)` goes from \(plain(domain.lowerBound)) to "
        + "\(plain(domain.upperBound)); it was \(plain(value))"
    case .notWhole(let owner, let name, let value):
      "`\(name)` of `\(owner)` is a whole number; it was \(plain(value))"
    case .wrongKind(let owner, let name, let accepts): "`\(name)` of `\(owner)` wants \(accepts)"
    case .missing(let owner, let name, let accepts): "`\(owner)` needs `\(name)`: \(accepts)"
    case .unknown(_, _, let option, let kind, _): "`\(option)` is no \(kind)"
    }
  }

  public var notes: [String] {
    guard case .unknown(_, _, _, _, let choices) = self else { return [] }
    return ["it can be " + choices.joined(separator: ", ")]
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .outside(let owner, let name, _, _), .notWhole(let owner, let name, _),
      .wrongKind(let owner, let name, _), .missing(let owner, let name, _),
      .unknown(let owner, let name, _, _, _):
      owner == card.name ? name : nil
    }
  }
}
