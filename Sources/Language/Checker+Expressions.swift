import Catalog

extension Checker {
  mutating func check(_ expression: Expression, isValueUsed: Bool = true) {
    switch expression.kind {
    case .number, .boolean, .blank: break
    case .string(let pieces):
      for case .interpolation(let value) in pieces { check(value) }
    case .name(let name): read(name)
    case .list(let items): for item in items { check(item) }
    case .parenthesized(let inner), .negate(let inner), .not(let inner), .explain(let inner):
      check(inner)
    case .power(let left, let right), .compare(_, let left, let right):
      check(left)
      check(right)
    case .chain(let first, let links):
      check(first)
      for link in links { check(link.operand) }
    case .logical(_, let operands): for operand in operands { check(operand) }
    case .range(let start, let end, _):
      if let start { check(start) }
      if let end { check(end) }
    case .postfix(let base, let links): checkPostfix(base, links)
    case .pipe(let first, let steps):
      check(first)
      for step in steps { check(step) }
    case .closure(let function): check(function, isNested: true)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        check(branch.condition)
        checkBlock(branch.block, isValueUsed: isValueUsed)
      }
      if let otherwise { checkBlock(otherwise, isValueUsed: isValueUsed) }
    case .why(let names, let indices):
      if let name = names.first { read(name) }
      for index in indices { check(index) }
    case .sweep(let name, let domain, let block):
      check(domain)
      openScope()
      declare(name, .loop)
      frame.flow.append(.sweep)
      checkBlock(block, isValueUsed: true)
      frame.flow.removeLast()
      closeScope()
    }
  }

  private mutating func checkPostfix(_ base: Expression, _ links: [Expression.Postfix]) {
    if case .name(let name) = base.kind {
      let isCalled = if case .call? = links.first?.kind { true } else { false }
      let callee = read(name, isCalled: isCalled)
      if case .call(let arguments)? = links.first?.kind, let callee {
        checkCall(callee, arguments, piped: nil, end: links[0].span.end)
      }
    } else {
      check(base)
    }
    for link in links {
      switch link.kind {
      case .member: break
      case .call(let arguments): for argument in arguments { check(argument.value) }
      case .index(let indices): for index in indices { check(index) }
      }
    }
  }

  private mutating func check(_ step: Expression.PipeStep) {
    switch step.kind {
    case .apply(let callee): check(callee)
    case .call(let name, let members, let arguments):
      let callee = read(name, isCalled: members.isEmpty)
      if members.isEmpty, let callee {
        checkCall(callee, arguments, piped: step.span, end: step.span.end)
      }
      for argument in arguments { check(argument.value) }
    }
  }

  // MARK: Dropped values

  /// W0002: a value that nothing uses, in a script, a function or a loop.
  mutating func warnDropped(_ value: Expression) {
    switch value.kind {
    case .parenthesized(let inner): warnDropped(inner)
    case .conditional, .blank: break
    case .postfix(let base, let links):
      guard case .call? = links.last?.kind else { return warnDropped(value, nil) }
      guard links.count == 1, case .name(let name) = base.kind else { return }
      warnDroppedCall(value, name)
    case .pipe(_, let steps):
      guard case .call(let name, let members, _)? = steps.last?.kind, members.isEmpty
      else { return }
      warnDroppedCall(value, name)
    default: warnDropped(value, nil)
    }
  }

  private mutating func warnDroppedCall(_ value: Expression, _ name: Name) {
    guard case .builtin(let builtin)? = resolution.bindings[name.id],
      let card = scope.cards[builtin], card.givesValue
    else { return }
    warnDropped(value, card)
  }

  private mutating func warnDropped(_ value: Expression, _ card: Card?) {
    guard let card, card.family == .verb || card.family == .layer else {
      findings.add(
        "W0002", "nothing uses this value; keep it with let or show it with print",
        at: value.span)
      return
    }
    let accepts = card.parameters?.first?.accepts ?? ""
    let result = accepts.contains("model") && !accepts.contains("tensor") ? "model" : "value"
    let show = card.family == .verb && result == "value" ? " or show it with print" : ""
    findings.add(
      "W0002", "`\(card.name)` returns a new \(result); keep it with let" + show, at: value.span)
  }
}
