/// Colours as roles, not as hues: one place decides what a role looks like.
///
/// Only the sixteen colours of the terminal's own scheme are used, so that text stays readable on
/// light and dark backgrounds alike.
public struct Paint: Sendable {
  public enum Role: String, Sendable {
    case error = "1;31"
    case warning = "1;33"
    case good = "32"
    case bad = "31"
    case name = "36"
    case strong = "1"
    case faint = "2"
    case line = "34"
  }

  public let isOn: Bool

  public init(isOn: Bool) {
    self.isOn = isOn
  }

  /// The text in the role's colour, or as it is.
  public func callAsFunction(_ text: String, _ role: Role) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
