import Catalog
import Language

/// The help of one name, made from its card.
public func helpText(_ card: Card, _ options: DisplayOptions) -> String {
  let paint = options.paint
  let room = options.width - 2
  var blocks: [[String]] = []
  blocks.append(
    ["\(paint(card.name, .strong))   \(paint(card.family.rawValue, .faint))"]
      + wrapped(card.summary, width: room).map { "  " + $0 })
  if card.parameters != nil {
    blocks.append(wrapped(card.signature, width: room).map { "  " + paint($0, .name) })
  }
  if !card.formula.isEmpty {
    blocks.append(card.formula.split(separator: "\n").map { "  " + $0 })
  }
  if let parameters = card.parameters, !parameters.isEmpty {
    blocks.append(table(of: parameters, options))
  }
  if !card.examples.isEmpty {
    blocks.append(card.examples.flatMap { example in exampleLines(example, paint) })
  }
  var ending: [String] = []
  if !card.related.isEmpty { ending.append("  see also: " + card.related.joined(separator: ", ")) }
  if !card.source.isEmpty {
    ending += wrapped("source: " + card.source, width: room).map { "  " + $0 }
  }
  if !ending.isEmpty { blocks.append(ending) }
  return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
}

/// What a diagnostic's code stands for, and a text that comes out with it.
public func codeText(_ code: DiagnosticCode, _ options: DisplayOptions) -> String {
  var lines = [options.paint(code.code, .strong)]
  lines += wrapped(code.meaning, width: options.width - 2).map { "  " + $0 }
  if !code.example.isEmpty {
    lines.append("")
    lines += code.example.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { ($0 == 0 ? "  › " : "  … ") + $1 }
  }
  return lines.joined(separator: "\n")
}

/// Every card on a line of its own, by family, verbs first.
public func helpIndex(
  _ cards: [Card], families: [Card.Family] = Card.Family.allCases, _ options: DisplayOptions
) -> String {
  let width = cards.filter { families.contains($0.family) }.map { columns(of: $0.name) }.max() ?? 0
  return families.compactMap { family in
    let members = cards.filter { $0.family == family }
    guard !members.isEmpty else { return nil }
    let heading = options.paint(familyHeading(family), .strong)
    let lines = members.map { card in
      "  " + options.paint(card.name, .name) + spaces(width - columns(of: card.name))
        + "   " + card.summary.cut(to: options.width - width - 5)
    }
    return ([heading] + lines).joined(separator: "\n")
  }.joined(separator: "\n\n")
}

func familyHeading(_ family: Card.Family) -> String {
  switch family {
  case .verb: "Verbs"
  case .criterion: "Criteria"
  case .format: "Number formats"
  case .layer: "Layers"
  case .loss: "Losses"
  case .optimizer: "Optimizers"
  case .option: "Options"
  case .function: "Functions"
  case .data: "Data"
  case .keyword: "Words of the language"
  }
}

private func table(of parameters: [Parameter], _ options: DisplayOptions) -> [String] {
  let rows = parameters.map { parameter in
    (name: parameterName(parameter), meaning: meaning(of: parameter))
  }
  let width = rows.map { columns(of: $0.name) }.max() ?? 0
  return rows.flatMap { row in
    wrapped(row.meaning, width: options.width - width - 5).enumerated().map { number, line in
      let name = number == 0 ? options.paint(row.name, .name) : ""
      return ("  " + name + spaces(width - columns(of: name)) + "   " + line).trimmedAtEnd
    }
  }
}

func parameterName(_ parameter: Parameter) -> String {
  switch parameter.passing {
  case .position: parameter.name
  case .label: parameter.name + ":"
  case .variadic: parameter.name + "…"
  }
}

/// `how many bins: a whole number from 1; else 10`.
func meaning(of parameter: Parameter) -> String {
  var text = parameter.summary.isEmpty ? "" : parameter.summary + ": "
  text += parameter.accepts
  if !parameter.choices.isEmpty { text += " (" + parameter.choices.joined(separator: ", ") + ")" }
  switch parameter.standIn {
  case nil: break
  case ""?: text += "; may be left out"
  case let standIn?: text += "; else \(standIn)"
  }
  return text
}

private func exampleLines(_ example: Example, _ paint: Paint) -> [String] {
  let outcome: [String] =
    switch example.outcome {
    case .prints(let text): text.split(separator: "\n").map(String.init)
    case .fails(let text): ["error " + text]
    }
  return ["  › " + example.line] + outcome.map { "    " + paint($0, .faint) }
}
