import Catalog

/// A name that is given as an option, plain or with arguments of its own: `channel`, `adam(0.001)`.
///
/// - Parameter check: throws when the settings are outside their domains, so that the error stands
///   where the option is written.
func optionBuiltin(
  _ card: Card, check: @escaping @Sendable (Settings) throws -> Void = { _ in }
) -> Builtin {
  guard card.parameters != nil else { return Builtin(option: card) }
  return Builtin(card) { call in
    let option = try call.asOption()
    try call.placed { try check(option.settings) }
    return .option(option)
  }
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
