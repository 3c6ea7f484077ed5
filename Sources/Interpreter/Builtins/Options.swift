import Catalog

/// A name that is given as an option, plain or with arguments of its own: `channel`, `adam(0.001)`.
func optionBuiltin(_ card: Card) -> Builtin {
  guard card.parameters != nil else { return Builtin(option: card) }
  return Builtin(card) { .option(try $0.asOption()) }
}

extension Call {
  /// This call as an option with its arguments.
  func asOption() throws -> Option {
    var arguments: [String: Value] = [:]
    for parameter in card.parameters ?? [] {
      arguments[parameter.name] = given(parameter.name)
    }
    let settings = try settings(for: Array(arguments.keys))
    return Option(builtin, arguments: arguments, settings: settings)
  }

  /// The call without its first argument, as a recipe keeps it: `prune(90%, by: magnitude)`.
  var step: String {
    var parts: [String] = []
    for parameter in (card.parameters ?? []).dropFirst() where has(parameter.name) {
      guard let text = sourceText(of: parameter.name) else { continue }
      parts.append(parameter.passing == .label ? "\(parameter.name): \(text)" : text)
    }
    return "\(card.name)(\(parts.joined(separator: ", ")))"
  }
}
