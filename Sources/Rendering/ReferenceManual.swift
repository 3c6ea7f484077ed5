import Catalog
import Language

/// The reference manual as Markdown, made from the cards and the table of error codes: the same
/// cards give the same bytes.
public func referenceManual(_ cards: [Card]) -> String {
  var parts = [
    """
    # Reference

    Every name of the language, by family, as `?name` explains it at the prompt. This page is made \
    from the cards beside the code by `espalier reference`; a test fails when it is stale, so edit \
    the cards, not the page. The examples are run by the tests.
    """
  ]
  let families = Card.Family.allCases.filter { family in cards.contains { $0.family == family } }
  parts.append(
    families.map { family in
      let members = cards.filter { $0.family == family }
      return "**\(familyHeading(family))**: "
        + members.map { link($0.name) }.joined(separator: " · ")
    }.joined(separator: "\n\n"))
  for family in families {
    parts.append("## \(familyHeading(family))")
    parts += cards.filter { $0.family == family }.map { card in entry(card, in: cards) }
  }
  parts.append("## Error codes")
  parts.append(
    diagnosticCodes.map { "- **\($0.code)** \(escapedMarkdown($0.meaning))" }
      .joined(separator: "\n"))
  return parts.joined(separator: "\n\n") + "\n"
}

private func entry(_ card: Card, in cards: [Card]) -> String {
  var parts = ["### \(card.name)", escapedMarkdown(card.summary)]
  if card.parameters != nil { parts.append("```\n\(card.signature)\n```") }
  if !card.formula.isEmpty { parts.append("```\n\(card.formula)\n```") }
  if let parameters = card.parameters, !parameters.isEmpty {
    let rows = parameters.map { parameter in
      "| `\(parameterName(parameter))` | \(cell(meaning(of: parameter))) |"
    }
    parts.append("| takes | |\n|---|---|\n" + rows.joined(separator: "\n"))
  }
  if !card.examples.isEmpty {
    let lines = card.examples.map { example in
      switch example.outcome {
      case .prints(let text): "› \(example.line)\n\(text)"
      case .fails(let text): "› \(example.line)\nerror \(text)"
      }
    }
    parts.append("```\n" + lines.joined(separator: "\n") + "\n```")
  }
  if !card.laws.isEmpty {
    parts.append("Holds for every input: " + card.laws.map(lawText).joined(separator: "; ") + ".")
  }
  let related = card.related.filter { name in cards.contains { $0.name == name } }
  if !related.isEmpty {
    parts.append("See also " + related.map(link).joined(separator: ", ") + ".")
  }
  if !card.source.isEmpty { parts.append("Source: " + escapedMarkdown(card.source)) }
  return parts.joined(separator: "\n\n")
}

private func lawText(_ law: Law) -> String {
  switch law {
  case .keepsShape: "the result has the shape of the first argument"
  case .idempotent: "doing it twice is doing it once"
  case .keepsZeros: "a zero stays a zero"
  case .deterministic: "the same input and seed give the same bytes"
  case .nonNegative: "no result is negative"
  }
}

/// The heading's address on a page: lower case, blanks as hyphens.
private func link(_ name: String) -> String { "[\(name)](#\(name.lowercased()))" }

private func cell(_ text: String) -> String {
  escapedMarkdown(text).replacing("|", with: "\\|").replacing("\n", with: " ")
}

/// Words as they are; stars, underscores and angle brackets outside of code lose their meaning.
private func escapedMarkdown(_ text: String) -> String {
  var result = ""
  var isCode = false
  for character in text {
    if character == "`" { isCode.toggle() }
    if !isCode, "*_<[".contains(character) { result += "\\" }
    result.append(character)
  }
  return result
}
