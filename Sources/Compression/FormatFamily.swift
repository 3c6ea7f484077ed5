import Catalog
import Encodings

/// Number formats that differ in their width: `int(4)`, also written `int4`.
public protocol FormatFamily: Cataloged {
  static var isSigned: Bool { get }
}

extension FormatFamily {
  /// The format that settings name by `bits`.
  public static func format(_ settings: Settings) throws -> IntegerFormat {
    let bits = try SettingsReader(card, settings).whole("bits", in: 2...16)
    return try IntegerFormat(bits: bits, isSigned: isSigned)
  }

  /// A card for each width by its own name, `int2` to `int16`.
  public static var namedWidths: [Card] {
    IntegerFormat.widths.map { bits in
      let name = "\(card.name)\(bits)"
      let lowest = isSigned ? -(1 << (bits - 1)) : 0
      return Card(
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
    }
  }

  /// The width that a name like `int4` gives, or `nil` for any other name.
  static func bits(named name: String) -> Int? {
    guard name.hasPrefix(card.name) else { return nil }
    return IntegerFormat.widths.first { "\(card.name)\($0)" == name }
  }
}

extension IntegerFormat {
  /// The format an option names: `int4`, or `int` with `bits`.
  ///
  /// - Throws: `QuantizeError.unknown` when there is none, `SettingError` for a width outside
  ///   2…16.
  public init(option name: String, _ settings: Settings) throws {
    let families = compressionCatalog.compactMap { $0 as? any FormatFamily.Type }
    for family in families {
      if family.card.name == name {
        self = try family.format(settings)
        return
      }
      if let bits = family.bits(named: name) {
        self = try IntegerFormat(bits: bits, isSigned: family.isSigned)
        return
      }
    }
    throw QuantizeError.unknown(
      name, kind: "number format", choices: ["int2 … int16", "uint2 … uint16", "int(bits)"])
  }
}
