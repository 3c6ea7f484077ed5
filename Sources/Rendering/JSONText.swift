/// Data on its way out as JSON, one line, keys in the order given.
public enum JSON: Sendable {
  case null
  case boolean(Bool)
  case number(Int)
  /// In the shortest digits that give it back; it must be finite.
  case decimal(Double)
  case text(String)
  case list([JSON])
  case object([(key: String, value: JSON)])

  public var text: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let value): String(value)
    case .decimal(let value):
      // Whole numbers up to 2^53 without the point that tells a double in Swift.
      if let whole = Int(exactly: value), abs(whole) <= 1 << 53 { "\(whole)" } else { "\(value)" }
    case .text(let value): quoted(value)
    case .list(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { quoted($0.key) + ": " + $0.value.text }.joined(separator: ", ") + "}"
    }
  }

  private func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
