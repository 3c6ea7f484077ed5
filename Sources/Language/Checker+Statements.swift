import Catalog

extension Checker {
  /// Statements of one block.
  ///
  /// The value of the last counts when the block's own value is used.
  mutating func checkStatements(
    _ statements: [Statement], isValueUsed: Bool, isTopLevel: Bool = false
  ) {
    for (index, statement) in statements.enumerated() {
      let isLast = index == statements.count - 1
      check(
        statement, isValueUsed: isValueUsed && (isLast || isTopLevel), isTopLevel: isTopLevel)
    }
  }

  mutating func checkBlock(_ block: Block, isValueUsed: Bool) {
    openScope()
    checkStatements(block.statements, isValueUsed: isValueUsed)
    closeScope()
  }

  private mutating func check(_ statement: Statement, isValueUsed: Bool, isTopLevel: Bool) {
    switch statement.kind {
    case .bind(let name, let value):
      check(value)
      bind(name, statement.span, isTopLevel: isTopLevel)
    case .assign(let name, let value):
      check(value)
      assign(name, value)
    case .function(let function): checkFunctionStatement(function, isTopLevel: isTopLevel)
    case .loop(let name, let domain, let block):
      check(domain)
      openScope()
      declare(name, .loop)
      frame.flow.append(.loop)
      checkBlock(block, isValueUsed: false)
      frame.flow.removeLast()
      closeScope()
    case .whileLoop(let condition, let block):
      check(condition)
      frame.flow.append(.loop)
      checkBlock(block, isValueUsed: false)
      frame.flow.removeLast()
    case .giveBack(let value):
      if let value { check(value) }
      checkReturn(statement.span)
    case .leaveLoop, .nextPass: checkLeaving(statement)
    case .check(let value, let message):
      check(value)
      if let message { check(message) }
    case .claim(let value, let domains):
      for (_, domain) in domains { check(domain) }
      openScope()
      for (name, _) in domains { declare(name, .loop) }
      check(value)
      closeScope()
    case .expression(let value):
      if case .postfix(_, let links) = value.kind, case .call? = links.last?.kind {
        callStatements.insert(value.span)
      }
      check(value, isValueUsed: isValueUsed)
      if !isValueUsed { warnDropped(value) }
    case .broken(let names):
      for name in names { bind(name, statement.span, isTopLevel: isTopLevel, isBroken: true) }
    }
  }

  // MARK: Binding

  private mutating func bind(
    _ name: Name, _ statement: Span, isTopLevel: Bool, signature: [Parameter]? = nil,
    isBroken: Bool = false
  ) {
    guard name.text != "ans" else { return refuseAnswer(name) }
    guard isTopLevel else {
      let hidden = hiddenName(name.text)
      let variable = declare(name, .bound)
      variable.hidden = isBroken ? nil : hidden
      variable.statement = statement
      return
    }
    guard let own = ownGlobals[name.text] else { return }
    noteHiding(name)
    visible[name.text] = own.slot
    resolution.bindings[name.id] = .global(own.slot)
    resolution.globals[own.slot] = GlobalName(
      name: name.text, source: source, span: name.span, signature: signature)
  }

  private mutating func noteHiding(_ name: Name) {
    if scope.cards[name.text] != nil, visible[name.text] == nil {
      resolution.hidings.append(.init(name: name.text, span: name.span))
    }
  }

  private mutating func refuseAnswer(_ name: Name) {
    findings.add(
      "E0406", "`ans` is the last value and cannot be bound", at: name.span,
      help: [.say("take another name")])
  }

  /// A name of this block.
  @discardableResult
  mutating func declare(
    _ name: Name, _ kind: Variable.Kind, at place: FrameReference? = nil,
    signature: [Parameter]? = nil
  ) -> Variable {
    if name.text == "ans" { refuseAnswer(name) }
    let place = place ?? frame.takeSlot()
    let variable = Variable(name, kind, place, signature: signature)
    frame.use(name.id, place)
    frame.scopes[frame.scopes.count - 1][name.text] = variable
    frame.bound[frame.bound.count - 1].append(variable)
    return variable
  }

  private mutating func checkFunctionStatement(_ function: Function, isTopLevel: Bool) {
    guard let name = function.name else { return }
    let signature = signature(of: function)
    if isTopLevel {
      bind(name, function.span, isTopLevel: true, signature: signature)
      check(function, isNested: false)
    } else {
      declare(name, .function, signature: signature)
      check(function, isNested: true)
    }
  }

  /// The parameters and body of a `func` or closure.
  mutating func check(_ function: Function, isNested: Bool) {
    let inner = Frame(
      functionID: function.functionID, parameterCount: function.parameters.count)
    let outer = frame
    frames.append(inner)
    if isNested, let name = function.name {
      inner.declareSelf(name, signature: signature(of: function))
    }
    openScope()
    for (index, parameter) in function.parameters.enumerated() {
      if case .labelOr(let value) = parameter.passing { check(value) }
      if let first = function.parameters[..<index].first(where: {
        $0.name.text == parameter.name.text
      }) {
        findings.add(
          "E0407", "two parameters are called `\(parameter.name.text)`", at: parameter.name.span,
          labels: [.init(source, first.name.span, "the first")])
      }
      declare(parameter.name, .parameter, at: .parameter(index))
    }
    switch function.body {
    case .block(let block): checkBlock(block, isValueUsed: true)
    case .expression(let value): check(value)
    }
    closeScope()
    frames.removeLast()
    inner.finish(into: &resolution, enclosing: outer)
  }

  // MARK: Scopes

  mutating func openScope() {
    frame.scopes.append([:])
    frame.bound.append([])
  }

  mutating func closeScope() {
    frame.scopes.removeLast()
    for variable in frame.bound.removeLast() {
      reportAssignedCapture(variable)
      reportLost(variable)
    }
  }

  /// A copy and the original can only be told apart when one of them changes.
  private mutating func reportAssignedCapture(_ variable: Variable) {
    guard let capture = variable.firstCapture, let assignment = variable.assignments.first
    else { return }
    let name = variable.name.text
    findings.add(
      "E0405", "`\(name)` is copied into a function and cannot change", at: assignment,
      labels: [.init(source, capture, "copied here")],
      help: [
        .say("give the function a name of its own: `let fixed = \(name)`, and use `fixed` in it")
      ])
  }

  /// A `let` in a block that was meant to change an outer name.
  private mutating func reportLost(_ variable: Variable) {
    guard let hidden = variable.hidden, !variable.isRead, let statement = variable.statement
    else { return }
    let name = variable.name
    var help: [Diagnostic.Help] = []
    if hidden.isAssignable {
      let position = hidden.source.position(of: hidden.span.start)
      let file = hidden.source.name == source.name ? "" : "\(hidden.source.name):"
      let fixed = source[Span(name.span.start, statement.end)]
      help = [
        .replace(
          Span(statement.start, name.span.start), with: "",
          "to change the one of \(file)\(position.line):\(position.column): `\(fixed)`")
      ]
    } else if isInFunction {
      help = [.say("a function gives values back with `return`")]
    }
    findings.add(
      "E0404", "this `let` makes a new `\(name.text)` that nothing reads", at: name.span,
      help: help)
  }

  /// The name outside this block that a `let` would hide.
  private func hiddenName(_ name: String) -> HiddenName? {
    for (depth, frame) in frames.enumerated().reversed() {
      let isOwn = depth == frames.count - 1
      for scope in (isOwn ? frame.scopes.dropLast() : frame.scopes[...]).reversed() {
        guard let variable = scope[name] else { continue }
        return HiddenName(
          source: source, span: variable.name.span,
          isAssignable: isOwn && variable.kind == .bound)
      }
    }
    guard let slot = visible[name] else { return nil }
    let global = resolution.globals[slot]
    return HiddenName(
      source: global.source, span: global.span,
      isAssignable: !isInFunction && global.signature == nil)
  }

  // MARK: Leaving

  private mutating func checkLeaving(_ statement: Statement) {
    guard frame.flow.last != .loop else { return }
    let word = source[statement.span]
    findings.add(
      "E0033",
      frame.flow.isEmpty ? "`\(word)` stands outside a loop" : "`\(word)` may not leave a sweep",
      at: statement.span)
  }

  private mutating func checkReturn(_ span: Span) {
    if frame.flow.contains(.sweep) {
      findings.add("E0034", "`return` may not leave a sweep", at: span)
    } else if !isInFunction {
      findings.add(
        "E0034", "`return` stands outside a function", at: span,
        help: [.say("a value is shown with `print(…)`")])
    }
  }
}
