import Catalog
import Language

/// Which written value goes to which parameter of a card.
struct CardMatch {
  /// By parameter: the index of the written value, those by position counted first.
  var sources: [Int?]
  /// Indices of the values that a variadic parameter takes.
  var rest: [Int]
  let site: CallSite

  /// - Throws: a diagnostic (E0102) for what is unknown, doubled, missing or too many.
  init(_ card: Card, _ written: WrittenCall) throws {
    let parameters = card.parameters ?? []
    sources = Array(repeating: nil, count: parameters.count)
    rest = []
    let byPosition = parameters.indices.filter { parameters[$0].passing == .position }
    let variadic = parameters.first { $0.passing == .variadic }
    for index in written.positional.indices {
      if index < byPosition.count {
        sources[byPosition[index]] = index
      } else if variadic != nil {
        rest.append(index)
      } else {
        throw Self.tooMany(card, written, allowed: byPosition.count)
      }
    }
    for (index, label) in written.labels.enumerated() {
      guard let parameter = parameters.firstIndex(where: { $0.name == label.name }),
        parameters[parameter].passing == .label
      else { throw Self.unknown(label, card, written) }
      guard sources[parameter] == nil else {
        throw written.error("E0102", "`\(label.name):` is given twice", at: label.span)
      }
      sources[parameter] = written.positional.count + index
    }
    for (index, parameter) in parameters.enumerated()
    where parameter.isRequired && sources[index] == nil {
      let shown = parameter.passing == .label ? parameter.name + ":" : parameter.name
      throw written.error(
        "E0102", "`\(card.name)` needs `\(shown)`: \(parameter.accepts)",
        notes: ["it is called as \(card.signature)"])
    }
    let spans = written.positional + written.labels.map(\.valueSpan)
    let hidings = written.hidings
    site = CallSite(
      written.place, arguments: sources.map { $0.map { spans[$0] } }, rest: rest.map { spans[$0] },
      hidings: sources.map { $0.flatMap { $0 < hidings.count ? hidings[$0] : nil } })
  }

  private static func tooMany(_ card: Card, _ written: WrittenCall, allowed: Int) -> Diagnostic {
    let values = allowed == 1 ? "1 value" : allowed == 0 ? "no value" : "\(allowed) values"
    return written.error(
      "E0102",
      "`\(card.name)` takes \(values) by position; \(written.positional.count) were given",
      at: written.positional[allowed], notes: ["it is called as \(card.signature)"])
  }

  private static func unknown(
    _ label: WrittenCall.Label, _ card: Card, _ written: WrittenCall
  ) -> Diagnostic {
    let labels = (card.parameters ?? []).filter { $0.passing == .label }.map(\.name)
    let near = nearestNames(to: label.name, among: labels)
    let isPositional = card.parameters?.contains { $0.name == label.name } == true
    return written.error(
      "E0102",
      isPositional
        ? "`\(label.name)` of `\(card.name)` is given by position, without a label"
        : "`\(card.name)` has no label `\(label.name)`", at: label.span,
      label: near.first.map { "did you mean `\($0)`?" } ?? "",
      notes: [
        labels.isEmpty ? "it takes no labels" : "it accepts: " + labels.joined(separator: ", ")
      ])
  }
}
