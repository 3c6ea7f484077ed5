import Catalog
import Language

extension Compiler {
  mutating func compile(_ expression: Expression) -> Node {
    let place = place(expression.span)
    stepCount += 1
    switch expression.kind {
    case .number(let number): return NumberConstant(number, place)
    case .boolean(let boolean): return Constant(.boolean(boolean), place)
    case .string(let pieces): return text(pieces, place)
    case .name(let name): return read(name)
    case .blank: return Constant(.nothing, place)
    case .list(let items): return ListNode(items.map { compile($0) }, place)
    case .parenthesized(let inner): return compile(inner)
    case .negate(let operand):
      if case .number(let number) = operand.kind { return NumberConstant(-number, place) }
      return Negate(compile(operand), place)
    case .not(let operand): return NotNode(compile(operand), place)
    case .power(let base, let exponent):
      let left = compile(base)
      let right = compile(exponent)
      return OtherBinaryNode(
        .power, left, right, operatorSpan: operatorSpan(after: left, "^", place), place)
    case .chain(let first, let links): return chain(first, links, place)
    case .logical(let op, let operands):
      return LogicalNode(op, operands.map { compile($0) }, place)
    case .compare(let op, let left, let right):
      return CompareNode(op, compile(left), compile(right), place)
    case .range(let lower?, let upper?, let isClosed):
      return RangeNode(compile(lower), compile(upper), isClosed: isClosed, place)
    case .range: return Constant(.nothing, place)
    case .postfix(let base, let links): return postfix(base, links[...], place)
    case .pipe(let first, let steps): return pipe(first, steps)
    case .closure(let function): return MakeFunction(code(of: function), place)
    case .conditional(let branches, let otherwise):
      return Conditional(
        branches.map { (compile($0.condition), compile($0.block)) },
        otherwise: otherwise.map { compile($0) }, place)
    case .explain(let inner): return ExplainNode(compile(inner), place)
    case .why(let names, let indices): return why(names, indices, place)
    case .sweep(let name, let domain, let body): return sweep(name, domain, body, place)
    }
  }

  private func operatorSpan(after left: Node, _ symbol: String, _ place: Place) -> Span {
    // The operator is the first such sign behind the left operand; only blanks and closing
    // parentheses stand between.
    let bytes = source.text
    var offset = left.place.span.end
    while offset < place.span.end, bytes[offset] != symbol.utf8.first { offset += 1 }
    return offset < place.span.end ? Span(offset, offset + 1) : place.span
  }

  private mutating func text(_ pieces: [Expression.StringPiece], _ place: Place) -> Node {
    var parts: [TextNode.Piece] = []
    var plain = ""
    for piece in pieces {
      switch piece {
      case .text(let text):
        plain += text
        parts.append(.text(text))
      case .interpolation(let expression): parts.append(.value(compile(expression)))
      }
    }
    let isPlain = parts.allSatisfy { if case .text = $0 { true } else { false } }
    if isPlain, plain.utf8.count <= Text.longest { return Constant(.string(plain), place) }
    return TextNode(parts, place)
  }

  private mutating func chain(
    _ first: Expression, _ links: [Expression.Link], _ place: Place
  ) -> Node {
    let base = compile(first)
    // A node per operator is faster; a loop costs no depth. Long sums take the loop.
    guard links.count <= 16 else {
      return ChainNode(
        base, links.map { (Operation($0.op), compile($0.operand), $0.opSpan) }, place)
    }
    var left = base
    var span = first.span
    for link in links {
      let right = compile(link.operand)
      span = span.joined(link.operand.span)
      let whole = self.place(span)
      switch link.op {
      case .add: left = AddNode(left, right, operatorSpan: link.opSpan, whole)
      case .subtract: left = SubtractNode(left, right, operatorSpan: link.opSpan, whole)
      case .multiply: left = MultiplyNode(left, right, operatorSpan: link.opSpan, whole)
      case .divide: left = DivideNode(left, right, operatorSpan: link.opSpan, whole)
      case .matrixProduct:
        left = OtherBinaryNode(
          .matrixProduct, left, right, operatorSpan: link.opSpan, whole)
      }
    }
    return left
  }

  private mutating func sweep(
    _ name: Name, _ domain: Expression, _ body: Block, _ place: Place
  ) -> Node {
    let over = compile(domain)
    var slot = 0
    if case .local(let own) = binding(name) { slot = own }
    let heading = body.statements.last.map { source[$0.span] } ?? ""
    let (block, steps) = counted { $0.compile(body) }
    return SweepNode(name.text, slot, over, block, heading: heading, steps: 1 + steps, place)
  }

  private mutating func why(_ names: [Name], _ indices: [Expression], _ place: Place) -> Node {
    guard let name = names.first else { return Constant(.nothing, place) }
    var slot: Int?
    if case .global(let own) = binding(name) { slot = own }
    return WhyNode(
      slot: slot, value: read(name), members: names.dropFirst().map(\.text),
      indices: indices.map { index($0) }, place)
  }
}
