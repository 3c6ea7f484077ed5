import Catalog
import Language

extension Compiler {
  mutating func postfix(
    _ base: Expression, _ links: ArraySlice<Expression.Postfix>, _ place: Place
  ) -> Node {
    var node: Node
    var rest = links
    if case .name(let name) = base.kind, let first = links.first,
      case .call(let arguments) = first.kind
    {
      node = call(name, members: [], arguments, piped: nil, self.place(first.span))
      rest = links.dropFirst()
    } else {
      node = compile(base)
    }
    guard !rest.isEmpty else { return node }
    var steps: [PostfixStep] = []
    var before = node.place
    for index in rest.indices {
      let link = rest[index]
      let linkPlace = self.place(link.span)
      switch link.kind {
      case .member(let name):
        var isCalled = false
        if rest.indices.contains(index + 1), case .call = rest[index + 1].kind { isCalled = true }
        steps.append(
          MemberStep(
            name.text, namePlace: self.place(name.span), isCalled: isCalled, linkPlace))
      case .index(let indices):
        steps.append(IndexStep(indices.map { self.index($0) }, linkPlace))
      case .call(let arguments):
        let (positional, labelled, written) = self.arguments(
          arguments, piped: nil, callee: before, linkPlace, calleeHiding: nil)
        steps.append(CallStep(positional: positional, labelled: labelled, written))
      }
      before = linkPlace
    }
    return PostfixNode(node, steps, place)
  }

  mutating func index(_ expression: Expression) -> IndexNode {
    if case .range(let lower, let upper, let isClosed) = expression.kind,
      lower == nil || upper == nil
    {
      return .span(
        lower.map { compile($0) }, upper.map { compile($0) }, isClosed: isClosed && upper != nil,
        place(expression.span))
    }
    return .value(compile(expression))
  }

  /// Short pipes become the calls they stand for; a long one is a loop, so that its length costs
  /// no depth.
  mutating func pipe(_ first: Expression, _ steps: [Expression.PipeStep]) -> Node {
    let isLong = steps.count > 64
    let base = compile(first)
    var node = base
    var calls: [CallNode] = []
    var span = first.span
    for step in steps {
      let piped = isLong ? Piped(node: nil, span: span) : Piped(node: node, span: span)
      span = first.span.joined(step.span)
      let next = self.step(step, piped, self.place(span))
      node = next
      calls.append(next)
    }
    return isLong ? PipeNode(base, calls, self.place(span)) : node
  }

  /// The value before a step: a node to evaluate, or one that the pipe's loop hands over.
  struct Piped {
    var node: Node?
    var span: Span
  }

  private mutating func step(
    _ step: Expression.PipeStep, _ piped: Piped, _ place: Place
  ) -> CallNode {
    switch step.kind {
    case .call(let name, let members, let arguments):
      return call(name, members: members, arguments, piped: piped, place)
    case .apply(let callee):
      let function = compile(callee)
      let written = WrittenCall(
        place, callee: function.place, positional: [piped.span], calleeHiding: hiding(callee))
      return ValueCall(
        function, positional: piped.node.map { [$0] } ?? [], labelled: [], written,
        calleeLast: true)
    }
  }

  private mutating func call(
    _ name: Name, members: [Name], _ arguments: [Expression.Argument], piped: Piped?,
    _ place: Place
  ) -> CallNode {
    let hiding = members.isEmpty ? self.hiding(name) : nil
    let calleePlace = self.place(members.last.map { name.span.joined($0.span) } ?? name.span)
    let (positional, labelled, written) = self.arguments(
      arguments, piped: piped, callee: calleePlace, place, calleeHiding: hiding)
    if members.isEmpty, case .builtin(let known) = binding(name), let builtin = builtins[known],
      builtin.isCallable, let match = try? CardMatch(builtin.card, written)
    {
      return builtinCall(builtin, match, positional, labelled.map(\.node), place)
    }
    var callee = read(name)
    if !members.isEmpty {
      var span = name.span
      var steps: [PostfixStep] = []
      for member in members {
        span = span.joined(member.span)
        steps.append(
          MemberStep(
            member.text, namePlace: self.place(member.span), isCalled: true, self.place(span)))
      }
      callee = PostfixNode(callee, steps, self.place(span))
    }
    return ValueCall(callee, positional: positional, labelled: labelled, written)
  }

  private func builtinCall(
    _ builtin: Builtin, _ match: CardMatch, _ positional: [Node], _ labelled: [Node],
    _ place: Place
  ) -> CallNode {
    let general = BuiltinCall(builtin, match, positional + labelled, place)
    guard labelled.isEmpty, match.site.arguments.compactMap({ $0 }).count == positional.count
    else { return general }
    if let scalar = builtin.scalar, positional.count == 1 {
      return ScalarCall(scalar, general, positional[0])
    }
    if let scalar = builtin.scalarPair, positional.count == 2 {
      return ScalarPairCall(scalar, general, positional[0], positional[1])
    }
    return general
  }

  private mutating func arguments(
    _ arguments: [Expression.Argument], piped: Piped?, callee: Place, _ place: Place,
    calleeHiding: CallSite.Hiding?
  ) -> ([Node], [(name: String, node: Node)], WrittenCall) {
    var positional: [Node] = []
    var spans: [Span] = []
    var hidings: [CallSite.Hiding?] = []
    if let piped {
      if let node = piped.node { positional.append(node) }
      spans.append(piped.span)
      hidings.append(nil)
    }
    var labelled: [(name: String, node: Node)] = []
    var labels: [WrittenCall.Label] = []
    for argument in arguments where argument.label == nil {
      positional.append(compile(argument.value))
      spans.append(argument.value.span)
      hidings.append(hiding(argument.value))
    }
    for argument in arguments {
      guard let label = argument.label else { continue }
      labelled.append((label.text, compile(argument.value)))
      labels.append(.init(name: label.text, span: label.span, valueSpan: argument.value.span))
      hidings.append(hiding(argument.value))
    }
    let written = WrittenCall(
      place, callee: callee, positional: spans, labels: labels, hidings: hidings,
      calleeHiding: calleeHiding)
    return (positional, labelled, written)
  }
}
