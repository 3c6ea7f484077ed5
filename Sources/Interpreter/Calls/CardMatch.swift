import Catalog
import Language

/// Which written value goes to which parameter of a card.
struct CardMatch {
  /// By parameter: the index of the written value, those by position counted first.
  var sources: [Int?]
  /// Indices of the values that a variadic parameter takes.
  var rest: [Int]
  /// Statistics of a criterion given by label (`gradient: g`), which are on no card.
  var extras: [(name: String, source: Int)]
  let site: CallSite

  /// - Throws: a diagnostic for what is unknown, doubled, missing or too many.
  init(_ card: Card, _ written: WrittenCall) throws {
    let parameters = card.parameters ?? []
    try written.match(card.name, parameters)
    sources = Array(repeating: nil, count: parameters.count)
    rest = []
    extras = []
    let byPosition = parameters.indices.filter { parameters[$0].passing == .position }
    for index in written.positional.indices {
      if index < byPosition.count {
        sources[byPosition[index]] = index
      } else {
        rest.append(index)
      }
    }
    for (index, label) in written.labels.enumerated() {
      let source = written.positional.count + index
      if let parameter = parameters.firstIndex(where: { $0.name == label.name }) {
        sources[parameter] = source
      } else {
        extras.append((label.name, source))
      }
    }
    let spans = written.positional + written.labels.map(\.valueSpan)
    let hidings = written.hidings
    site = CallSite(
      written.place, step: written.step,
      arguments: sources.map { $0.map { spans[$0] } },
      rest: rest.map { spans[$0] },
      extras: extras.map { ($0.name, spans[$0.source]) },
      hidings: sources.map { $0.flatMap { $0 < hidings.count ? hidings[$0] : nil } })
  }
}

extension WrittenCall {
  /// - Throws: the first thing wrong with how the call passes its arguments.
  func match(_ callee: String, _ parameters: [Parameter]) throws {
    let labelNames = labels.map(\.name)
    guard
      let problem = callProblems(
        of: callee, parameters, positional: positional.count, labels: labelNames
      ).first
    else { return }
    var span = place.span
    var help: Diagnostic.Help?
    if let index = problem.labelIndex(in: labelNames) {
      span = labels[index].span
      help = problem.relocation(
        label: span, value: labels[index].valueSpan,
        positions: parameters.filter { $0.passing == .position }.map(\.name), in: place.source)
    } else if case .wrongCount(_, let most, _, _, _) = problem, most < positional.count {
      span = positional[most]
      help = problem.labelling(Array(positional[most...]), in: place.source)
    }
    let near = help == nil ? problem.nearLabels : []
    throw error(
      problem.code, problem.headline, at: span,
      label: near.first.map { "did you mean `\($0)`?" } ?? "", notes: problem.notes,
      help: help.map { [$0.text] } ?? [])
  }
}
