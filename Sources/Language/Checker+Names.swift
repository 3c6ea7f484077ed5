import Catalog

/// What a name was found to be.
struct FoundName {
  var name: Name
  var binding: Binding?
  /// Parameters, where calls of it can be checked.
  var signature: [Parameter]?
  var card: Card?
}

extension Checker {
  /// Gives a name that is read here its place.
  @discardableResult
  mutating func read(_ name: Name, isCalled: Bool = false) -> FoundName? {
    if let (variable, depth) = local(name.text) {
      variable.isRead = true
      let place = reach(variable, from: depth, at: name.span)
      frame.use(name.id, place)
      return FoundName(name: name, binding: nil, signature: variable.signature, card: nil)
    }
    if let slot = global(name.text) {
      resolution.bindings[name.id] = .global(slot)
      return FoundName(
        name: name, binding: .global(slot), signature: globalSignature(name.text, slot), card: nil)
    }
    if let card = scope.cards[name.text] {
      resolution.bindings[name.id] = .builtin(name.text)
      return FoundName(
        name: name, binding: .builtin(name.text), signature: card.parameters, card: card)
    }
    reportUnknown(name, isCalled: isCalled)
    return nil
  }

  private func local(_ name: String) -> (Variable, depth: Int)? {
    for (depth, frame) in frames.enumerated().reversed() {
      for scope in frame.scopes.reversed() {
        if let variable = scope[name] { return (variable, depth) }
      }
    }
    return nil
  }

  /// Copies an outer value into each function on the way here.
  private func reach(_ variable: Variable, from depth: Int, at span: Span) -> FrameReference {
    var place = variable.reference
    guard depth < frames.count - 1 else { return place }
    if variable.firstCapture == nil { variable.firstCapture = span }
    for inner in frames[(depth + 1)...] { place = inner.capture(variable, from: place) }
    return place
  }

  private func global(_ name: String) -> Int? {
    let own = ownGlobals[name]
    if isInFunction, let own { return own.slot }
    guard let slot = visible[name] else { return nil }
    // A check of a lesson means the built-in, whatever the student bound, but for the lesson's names.
    if scope.prefersBuiltins, own == nil, scope.cards[name] != nil, !scope.ownNames.contains(name) {
      return nil
    }
    return slot
  }

  private func globalSignature(_ name: String, _ slot: Int) -> [Parameter]? {
    guard isInFunction, let own = ownGlobals[name] else {
      return resolution.globals[slot].signature
    }
    return own.bindings == 1 ? own.signature : nil
  }

  // MARK: Changing

  /// Reads `name = value`.
  mutating func assign(_ name: Name, _ value: Expression) {
    if let (variable, depth) = local(name.text) {
      guard depth == frames.count - 1 else { return reportOuterChange(name) }
      guard variable.kind == .bound else { return reportUnchangeable(name, variable.kind) }
      variable.assignments.append(name.span)
      frame.use(name.id, variable.reference)
    } else if name.text == "ans" {
      findings.add("E0406", "`ans` is the last value and cannot be bound", at: name.span)
    } else if let slot = global(name.text) {
      guard !isInFunction else { return reportOuterChange(name) }
      guard resolution.globals[slot].signature == nil else {
        return reportUnchangeable(name, .function)
      }
      resolution.bindings[name.id] = .global(slot)
    } else if scope.cards[name.text] != nil {
      findings.add(
        "E0408", "`\(name.text)` is built in and cannot change", at: name.span,
        help: [bindingHelp(name)])
    } else {
      reportUnbound(name)
    }
  }

  private mutating func reportOuterChange(_ name: Name) {
    findings.add(
      "E0403", "a function cannot change the outer `\(name.text)`", at: name.span,
      help: [
        .say("give the new value back with `return`, and assign it where the function is called")
      ])
  }

  private mutating func reportUnchangeable(_ name: Name, _ kind: Variable.Kind) {
    let what =
      switch kind {
      case .parameter: "a parameter"
      case .loop: "a loop's value"
      case .function: "a function"
      case .bound: "a name"
      }
    findings.add(
      "E0408", "`\(name.text)` is \(what) and cannot change", at: name.span,
      help: [bindingHelp(name)])
  }

  private func bindingHelp(_ name: Name) -> Diagnostic.Help {
    .replace(
      Span(name.span.start, name.span.start), with: "let ",
      "a `let \(name.text)` makes a name of its own")
  }

  /// `x = 3` before any `let x`.
  private mutating func reportUnbound(_ name: Name) {
    guard unknownNames.insert(name.text).inserted else { return }
    let near = nearest(name.text)
    var help = [
      Diagnostic.Help.replace(
        Span(name.span.start, name.span.start), with: "let ", "a new name begins with `let`")
    ]
    if let best = near.first { help.append(.replace(name.span, with: best, "`\(best)`")) }
    findings.add("E0401", "no name `\(name.text)` to change", at: name.span, help: help)
  }

  // MARK: Unknown names

  private mutating func reportUnknown(_ name: Name, isCalled: Bool) {
    guard !findings.isFull, unknownNames.insert(name.text).inserted else { return }
    if name.text == "ans" {
      let isPipe = name.span.start == name.span.end
      findings.add(
        isPipe ? "E0035" : "E0401", isPipe ? "`|>` has nothing to continue" : "no name `ans`",
        at: isPipe ? Span(name.span.start, name.span.start + 2) : name.span,
        notes: ["there is no value before this one"])
      return
    }
    var labels: [Diagnostic.Label] = []
    var help: [Diagnostic.Help] = []
    var notes: [String] = []
    if let own = ownGlobals[name.text] {
      labels = [.init(source, own.first, "bound only here")]
      notes = ["a name is used below where it is bound; only functions see later ones"]
    } else if let foreign = foreignNames[name.text] {
      help = [
        foreign.replacement.map { .replace(name.span, with: $0, foreign.advice) }
          ?? .say(foreign.advice)
      ]
    } else if let family = integerFamily(name.text) {
      notes = ["widths go from 2 to 16: `\(family)2` to `\(family)16`, or `\(family)(b)`"]
    } else {
      let near = nearest(name.text)
      if near.count == 1 {
        help = [.replace(name.span, with: near[0], "`\(near[0])`")]
      } else if !near.isEmpty {
        help = [.say(near.map { "`\($0)`" }.joined(separator: ", "))]
      }
    }
    findings.add(
      "E0401", "no name `\(name.text)`", at: name.span, labels: labels, notes: notes, help: help)
  }

  /// `int` for `int17`: a format of whole numbers, of a width that there is not.
  private func integerFamily(_ name: String) -> String? {
    let width = name.drop { !$0.isNumber }
    let family = String(name.dropLast(width.count))
    guard ["int", "uint"].contains(family), scope.cards[family] != nil, !width.isEmpty,
      width.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 })
    else { return nil }
    return family
  }

  /// Names that can be seen here and are spelled nearly like this.
  private func nearest(_ name: String) -> [String] {
    var candidates: [String] = []
    for frame in frames.reversed() {
      for scope in frame.scopes.reversed() { candidates += scope.keys.sorted() }
    }
    candidates += visible.keys.sorted() + scope.cards.keys.sorted()
    var seen: Set<String> = []
    return nearestNames(to: name, among: candidates.filter { seen.insert($0).inserted })
  }
}
