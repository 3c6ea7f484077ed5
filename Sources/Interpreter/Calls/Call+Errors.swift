import Catalog
import Language

extension Call {
  /// An error of this call, under one of its arguments or, without a name, under the whole call.
  public func error(
    _ code: String, _ headline: String, at name: String? = nil, label: String = "",
    notes: [String] = [], help: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .error, code, headline, in: site.place.source, at: span(of: name), label: label, notes: notes,
      help: help.map { Diagnostic.Help($0) })
  }

  /// What the numerics threw, under the argument it is about, else under `name` or the whole call.
  public func error(_ described: any DescribedError, at name: String? = nil) -> Diagnostic {
    let subject = described.argument(of: card).flatMap { given($0) == nil ? nil : $0 }
    var help = described.help
    var label = ""
    if case .wrongKind? = described as? SettingError, let subject, let value = given(subject) {
      help = advice(for: value, as: subject)
      label = value.kind
    } else if let subject, sourceText(of: subject)?.hasSuffix("%") == true {
      // Advice to write a percentage is for those who did not.
      help = []
    }
    var diagnostic = error(
      described.code, described.headline, at: subject ?? name, label: label,
      notes: described.notes, help: help)
    if described.code.hasPrefix("L") { diagnostic.severity = .stopped }
    return diagnostic
  }

  /// The argument has a kind the parameter does not accept.
  ///
  /// Names the built-in that the student's name hides, when that is why (E0231).
  public func wrongKind(_ name: String) -> Diagnostic {
    let parameter = card.parameters?.first { $0.name == name }
    let accepts = parameter?.accepts ?? "another kind"
    let shown = parameter?.passing == .label ? "`\(name):`" : "`\(card.name)`"
    guard let value = given(name) else {
      return error("E0202", "\(shown) wants \(accepts)", at: name)
    }
    if let hiding = hiding(of: name) {
      let family = context.builtins[hiding.name]?.card.family.withArticle
      return hidden(hiding, holding: value, shown, family ?? accepts, at: name)
    }
    return error(
      "E0202", "\(shown) wants \(accepts); this is \(value.kind)", at: name,
      help: advice(for: value, as: name))
  }

  /// What was meant by a string or number that stands where an option or a share should.
  private func advice(for value: Value, as name: String) -> [String] {
    guard let parameter = card.parameters?.first(where: { $0.name == name }) else { return [] }
    let wantsFormat = parameter.accepts.contains("number format")
    switch value {
    case .number(let number) where wantsFormat:
      guard let bits = Int(exactly: number), 2...16 ~= bits else {
        return ["`int(b)` takes b bits, from 2 to 16"]
      }
      return ["`int\(bits)`"]
    case .text(let text):
      let isOption =
        parameter.choices.contains(text.string)
        || (wantsFormat && context.builtins[text.string]?.card.family == .format)
      let isNumber =
        parameter.accepts.contains("number") || parameter.accepts.contains("share")
      let digits = text.string.hasSuffix("%") ? String(text.string.dropLast()) : text.string
      let isWritten = isNumber && !wantsFormat && Double(digits) != nil
      return isOption || isWritten ? ["without quotes: `\(text.string)`"] : []
    default: return []
    }
  }

  private func hidden(
    _ hiding: CallSite.Hiding, holding value: Value, _ shown: String, _ accepts: String,
    at name: String
  ) -> Diagnostic {
    let place = hiding.source.position(of: hiding.span.start)
    let noun = value.kind.hasPrefix("a ") ? String(value.kind.dropFirst(2)) : value.kind
    var diagnostic = error(
      "E0231",
      "\(shown) wants \(accepts); `\(hiding.name)` is your \(noun) of "
        + "\(place.line):\(place.column), which hides the built-in", at: name,
      help: ["rename yours"])
    diagnostic.labels = [Diagnostic.Label(hiding.source, hiding.span, "yours is bound here")]
    return diagnostic
  }

  private func hiding(of name: String) -> CallSite.Hiding? {
    guard let index = card.parameters?.firstIndex(where: { $0.name == name }) else { return nil }
    return index < site.hidings.count ? site.hidings[index] : nil
  }

  private func span(of name: String?) -> Span {
    if let extra = site.extras.first(where: { $0.name == name }) { return extra.span }
    guard let name, let index = card.parameters?.firstIndex(where: { $0.name == name }),
      index < site.arguments.count, let span = site.arguments[index]
    else { return site.step }
    return span
  }

  /// The span of the value at `index` of the variadic parameter, else of the whole call.
  public func error(
    _ code: String, _ headline: String, atRest index: Int, notes: [String] = [],
    help: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .error, code, headline, in: site.place.source,
      at: index < site.rest.count ? site.rest[index] : site.place.span, notes: notes,
      help: help.map { Diagnostic.Help($0) })
  }
}

extension Card.Family {
  /// What a parameter wants that takes values of this family; `nil` where the family says nothing.
  fileprivate var withArticle: String? {
    switch self {
    case .criterion: "a criterion"
    case .format: "a number format"
    case .layer: "a layer"
    case .loss: "a loss"
    case .optimizer: "an optimizer"
    case .option: "an option"
    case .verb, .function, .data, .keyword: nil
    }
  }
}
