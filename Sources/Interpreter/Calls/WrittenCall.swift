import Language

/// A call's arguments as they were written: what is needed to match them to any callee.
final class WrittenCall: Sendable {
  let place: Place
  let callee: Place
  /// Spans of the values by position, a piped value first.
  let positional: [Span]
  let labels: [Label]
  /// For each value, those by position first: where the name was bound that hides a built-in.
  let hidings: [CallSite.Hiding?]
  /// The same for the callee.
  let calleeHiding: CallSite.Hiding?

  init(
    _ place: Place, callee: Place, positional: [Span], labels: [Label] = [],
    hidings: [CallSite.Hiding?] = [], calleeHiding: CallSite.Hiding? = nil
  ) {
    self.place = place
    self.callee = callee
    self.positional = positional
    self.labels = labels
    self.hidings = hidings
    self.calleeHiding = calleeHiding
  }

  struct Label: Sendable {
    var name: String
    var span: Span
    var valueSpan: Span
  }

  /// The call without what is piped into it.
  var step: Span {
    let (start, end) = (callee.span.start, place.span.end)
    return callee.source === place.source && start > place.span.start && start < end
      ? Span(start, end) : place.span
  }

  func error(
    _ code: String, _ headline: String, at span: Span? = nil, label: String = "",
    notes: [String] = [], help: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .error, code, headline, in: place.source, at: span ?? place.span, label: label, notes: notes,
      help: help.map { Diagnostic.Help($0) })
  }
}
