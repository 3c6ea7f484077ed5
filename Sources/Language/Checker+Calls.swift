import Catalog

extension Checker {
  /// Compares a call with what is known of its callee.
  ///
  /// - Parameters:
  ///   - piped: the pipe step, which passes one value more.
  ///   - end: where the call ends.
  mutating func checkCall(
    _ callee: FoundName, _ arguments: [Expression.Argument], piped: Span?, end: Int
  ) {
    if let card = callee.card, card.parameters == nil { return checkPlainOption(card, callee.name) }
    guard let parameters = callee.signature else { return }
    let labelled = arguments.filter { $0.label != nil }
    let labels = labelled.compactMap { $0.label?.text }
    let values = arguments.filter { $0.label == nil }
    let problems = callProblems(
      of: callee.name.text, parameters, positional: values.count + (piped == nil ? 0 : 1),
      labels: labels)
    for problem in problems {
      var span = callee.name.span
      var help = problem.help.map(Diagnostic.Help.say)
      var label = ""
      if let index = problem.labelIndex(in: labels), let name = labelled[index].label {
        span = name.span
        (label, help) = correction(problem, labelled[index], name)
        let positions = parameters.filter { $0.passing == .position }.map(\.name)
        if let moved = problem.relocation(
          label: name.span, value: labelled[index].value.span, positions: positions, in: source)
        {
          (label, help) = ("", [moved])
        }
      } else if case .wrongCount(_, let most, let given, _, _) = problem, given > most {
        let extra = values.suffix(min(values.count, given - most))
        if let first = extra.first, let last = extra.last {
          span = first.value.span.joined(last.value.span)
          if extra.count == given - most {
            help += [problem.labelling(extra.map(\.value.span), in: source)].compactMap { $0 }
          }
        }
      }
      findings.add(
        problem.code, problem.headline, at: span, label: label, notes: problem.notes, help: help)
    }
  }

  private func correction(
    _ problem: CallProblem, _ argument: Expression.Argument, _ name: Name
  ) -> (label: String, help: [Diagnostic.Help]) {
    if case .positionByLabel = problem {
      return (
        "", [.replace(Span(name.span.start, argument.value.span.start), with: "", "drop the label")]
      )
    }
    let near = problem.nearLabels
    guard let best = near.first else { return ("", []) }
    let shown = near.map { "`\($0)`" }.joined(separator: " or ")
    return (
      "did you mean \(shown)?",
      near.count == 1 ? [.replace(name.span, with: best, "write `\(best):`")] : []
    )
  }

  /// `channel(3)`: an option says what it belongs to.
  private mutating func checkPlainOption(_ card: Card, _ name: Name) {
    guard card.family == .option || card.family == .data else { return }
    var notes: [String] = []
    for name in scope.cards.keys.sorted() {
      guard let owner = scope.cards[name] else { continue }
      for parameter in owner.parameters ?? [] where parameter.choices.contains(card.name) {
        notes.append("it belongs to `\(owner.name)`, as in `\(parameter.name): \(card.name)`")
      }
    }
    let what = card.family == .data ? "data" : "an option"
    findings.add(
      "E0104", "`\(card.name)` is \(what) and cannot be called", at: name.span,
      notes: Array(notes.prefix(1)))
  }
}
