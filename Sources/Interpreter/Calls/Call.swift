import Catalog
import Language
import Tensors

/// One call of a built-in: its arguments by parameter name, and what the run offers it.
///
/// Arguments are already matched to the card: everything required is there, nothing is unknown.
/// Reading functions throw a diagnostic under the argument when its kind is wrong.
public final class Call {
  public let builtin: Builtin
  /// What runs: random state, files, output, functions of the student's.
  public let context: Context
  /// By position in the card's parameters; `nil` where nothing was given.
  var arguments: [Value?]
  /// Further values by position, for a variadic parameter.
  public private(set) var rest: [Value]
  /// Statistics of a criterion given by label (`gradient: g`), which are on no card.
  public let extras: [String: Value]
  let site: CallSite

  init(
    _ builtin: Builtin, _ context: Context, arguments: [Value?], rest: [Value],
    extras: [String: Value], site: CallSite
  ) {
    self.extras = extras
    self.builtin = builtin
    self.context = context
    self.arguments = arguments
    self.rest = rest
    self.site = site
  }

  public var card: Card { builtin.card }

  /// Whether the call gives this parameter a value.
  public func has(_ name: String) -> Bool { given(name) != nil }

  /// The value given, or `nil`.
  public func given(_ name: String) -> Value? {
    guard let index = card.parameters?.firstIndex(where: { $0.name == name }) else {
      return extras[name]
    }
    return arguments[index]
  }

  /// The value given, else what the card's stand-in says, else `nil` (a stand-in that is empty).
  public func optional(_ name: String) throws -> Value? {
    if let value = given(name) { return value }
    guard let parameter = card.parameters?.first(where: { $0.name == name }),
      let standIn = parameter.standIn, !standIn.isEmpty
    else { return nil }
    return try context.standIn(standIn)
  }

  /// The value given or stood in for; an error when there is neither.
  public func value(_ name: String) throws -> Value {
    if let value = try optional(name) { return value }
    throw error("E0102", "`\(card.name)` needs `\(name)`")
  }
}

/// Where a call stands: for the carets of its errors.
final class CallSite: Sendable {
  let place: Place
  /// The call without what is piped into it: the smallest place that is the call's alone.
  let step: Span
  /// Places of the arguments by parameter position; `nil` where none was given.
  let arguments: [Span?]
  let rest: [Span]
  /// The same for statistics of a criterion given by label.
  let extras: [(name: String, span: Span)]
  /// For each argument that is a plain name hiding a built-in: where that name was bound.
  let hidings: [Hiding?]

  struct Hiding: Sendable {
    var name: String
    var source: Source
    var span: Span
  }

  init(
    _ place: Place, step: Span, arguments: [Span?], rest: [Span],
    extras: [(name: String, span: Span)],
    hidings: [Hiding?]
  ) {
    self.extras = extras
    self.place = place
    self.step = step
    self.arguments = arguments
    self.rest = rest
    self.hidings = hidings
  }
}

extension Call {
  /// Calls a function value (a closure, a built-in, a model); errors are placed under this call.
  public func invoke(
    _ function: Value, _ arguments: [Value], labels: [(name: String, value: Value)] = []
  ) throws -> Value {
    try context.apply(
      function, arguments, labels: labels.map { ($0.name, $0.value) },
      WrittenCall(
        site.place, callee: site.place, positional: arguments.map { _ in site.place.span },
        labels: labels.map {
          .init(name: $0.name, span: site.place.span, valueSpan: site.place.span)
        }))
  }
}
