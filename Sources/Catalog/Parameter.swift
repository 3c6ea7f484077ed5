/// One parameter of a card: what a call may pass, what it means and what stands in when it is not.
public struct Parameter: Sendable, Equatable {
  /// How a call passes the value.
  public enum Passing: Sendable, Equatable {
    /// By position only.
    case position
    /// By label only.
    case label
    /// Any number of further values by position; comes last of those by position.
    case variadic
  }
  public var name: String
  public var passing: Passing
  /// Source text of the value used when the call gives none; `nil` when it must be given.
  ///
  /// An empty string means that it may be left out and that there is nothing to show for it.
  public var standIn: String?
  /// What it accepts, for help and messages: `a tensor or a model`, `a share, 0%…100%`.
  public var accepts: String
  /// Names of the options it takes, for completion and did-you-mean; empty when it takes values.
  public var choices: [String]
  public var summary: String

  public init(
    _ name: String, _ passing: Passing = .position, or standIn: String? = nil, accepts: String,
    choices: [String] = [], _ summary: String = ""
  ) {
    self.name = name
    self.passing = passing
    self.standIn = standIn
    self.accepts = accepts
    self.choices = choices
    self.summary = summary
  }

  public var isRequired: Bool { standIn == nil && passing != .variadic }

  /// The parameter as a signature shows it: `x`, `by: magnitude`, `seed:`, `more…`.
  var shown: String {
    switch passing {
    case .position: standIn.map { $0.isEmpty ? name + "?" : name + " = " + $0 } ?? name
    case .variadic: name + "…"
    case .label: standIn.map { $0.isEmpty ? name + ":" : name + ": " + $0 } ?? name + ":"
    }
  }
}
