import Catalog
import Encodings

/// A number format, or a family of them that differ in their settings: `int(4)`.
public protocol FormatFamily: Cataloged {
  /// The codes that a call's settings name.
  ///
  /// - Throws: `SettingError` for a setting outside its domain.
  static func format(_ settings: Settings) throws -> IntegerFormat

  /// Members with a name of their own, in the order help lists them.
  static var named: [NamedFormat] { get }
}

/// A member of a family by its own name: `int4` for `int(4)`.
public struct NamedFormat: Sendable {
  public var card: Card
  public var settings: Settings
}

extension FormatFamily {
  public static var named: [NamedFormat] { [] }

  /// The family as a message lists it: `int2 … int16`.
  fileprivate static var shown: String {
    guard let first = named.first, let last = named.last else { return card.name }
    return "\(first.card.name) … \(last.card.name)"
  }
}

/// Integers that differ in their width, each with a name of its own: `int2` to `int16`.
public protocol IntegerFamily: FormatFamily {
  static var isSigned: Bool { get }
}

extension IntegerFamily {
  public static func format(_ settings: Settings) throws -> IntegerFormat {
    let bits = try SettingsReader(card, settings).whole("bits", in: 2...16)
    return try IntegerFormat(bits: bits, isSigned: isSigned)
  }

  public static var named: [NamedFormat] {
    IntegerFormat.widths.map { bits in
      let name = "\(card.name)\(bits)"
      let lowest = isSigned ? -(1 << (bits - 1)) : 0
      let own = Card(
        name, .format,
        summary: "Whole numbers of \(bits) bits, \(lowest) to \(lowest + (1 << bits) - 1); "
          + "the same as \(card.name)(\(bits)).",
        formula: card.formula, source: card.source,
        examples: [
          Example(
            "print(quantize(tensor([\(lowest), 0, 1]), \(name), scale: 1))",
            prints: "[\(lowest), 0, 1]")
        ],
        related: [card.name, "quantize"])
      return NamedFormat(card: own, settings: Settings(["bits": .number(Double(bits))]))
    }
  }
}

extension SettingsReader {
  /// The number format that an option names: `int4`, or `int` with `bits`.
  ///
  /// - Throws: `SettingError` for a name that is no format, or a width outside 2…16.
  func format(_ name: String) throws -> IntegerFormat {
    let option = try option(name)
    for family in formatCatalog {
      if family.card.name == option.name { return try family.format(option.settings) }
      if let member = family.named.first(where: { $0.card.name == option.name }) {
        return try family.format(member.settings)
      }
    }
    throw SettingError.unknown(
      card.name, name, option.name, kind: "number format", choices: formatCatalog.map { $0.shown })
  }
}
