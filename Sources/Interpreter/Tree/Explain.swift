import Catalog
import Language
import Tensors

/// `explain e`: the outermost call derived on its own numbers.
final class ExplainNode: Node {
  private let subject: Node

  init(_ subject: Node, _ place: Place) {
    self.subject = subject
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    .report(try explained(subject, frame))
  }

  private func explained(_ subject: Node, _ frame: Frame) throws -> Report {
    if let chain = subject as? PostfixNode, let base = chain.workedBase {
      return try chained(chain, explained(base, frame), base, frame)
    }
    if let call = subject.builtinCall, let explanation = call.builtin.explanation {
      var values: [Value] = []
      for operand in call.operands { values.append(try operand.operand(frame)) }
      // The derivation draws what the call drew; afterwards the stream goes on behind the call.
      let before = frame.context.random
      let result = try call.combine(values, frame)
      let after = frame.context.random
      frame.context.random = before
      defer { frame.context.random = after }
      let found = try call.place.describing {
        try explanation(frame.context.call(call.builtin, call.match, values))
      }
      guard let explained = found else {
        let text = call.place.text
        let step = Report.Derived.Step(symbol: "", formula: text, expression: text, value: result)
        return Report(
          text, blocks: [.derivation(Report.Derived(title: "", steps: [step]))], value: result)
      }
      if let report = explained.report { return report.worth(result) }
      return try derived(explained, call.builtin.card.name, result, frame.context)
    }
    var steps: [Report.Derived.Step] = []
    let value = try Substitution.derive(subject, frame, &steps)
    return Report(
      subject.place.text, blocks: [.derivation(Report.Derived(title: "", steps: steps))],
      value: value)
  }

  /// The derivation of what members and indices are taken of, and a last step that takes them.
  private func chained(
    _ chain: PostfixNode, _ inner: Report, _ base: Node, _ frame: Frame
  ) throws -> Report {
    let value = try chain.combine([inner.value], frame)
    let source = chain.place.source
    let tail = source[Span(base.place.span.end, chain.place.span.end)].drop { $0 == ")" }
    let step = Report.Derived.Step(
      symbol: "", formula: inner.title + tail, expression: chain.place.text, value: value)
    var blocks = inner.blocks
    if case .derivation(var derived)? = blocks.first, blocks.count == 1 {
      derived.steps.append(step)
      blocks = [.derivation(derived)]
    } else {
      blocks.append(.derivation(Report.Derived(title: "", steps: [step])))
    }
    return Report(inner.title, blocks: blocks, value: value, members: inner.members)
  }

  /// Every step of an operator's derivation evaluated; refused when it does not arrive.
  private func derived(
    _ explanation: Explanation, _ name: String, _ result: Value, _ context: Context
  ) throws -> Report {
    var scratch = Scratch(context, explanation.inputs)
    var steps: [Report.Derived.Step] = []
    for step in explanation.derivation.steps {
      let substitution = scratch.substituted(step.expression)
      let value = try scratch.evaluate(step.expression, as: step.symbol)
      steps.append(
        Report.Derived.Step(
          symbol: step.symbol, formula: step.formula, expression: step.expression,
          substitution: substitution, value: value, remark: step.remark))
    }
    guard let arrived = scratch.value(of: explanation.derivation.result),
      try arrived.isSame(as: result, within: explanation.derivation.tolerance)
    else {
      throw place.error(
        "E0701", "the derivation of `\(name)` does not arrive at its result",
        notes: ["this is a mistake in `\(name)`, not in your program"])
    }
    return Report(
      name,
      blocks: [
        .derivation(
          Report.Derived(
            title: explanation.derivation.title,
            inputs: explanation.inputs.filter { $0.value.tensorShape != nil }
              .map { (symbol: $0.name, value: $0.value) }, steps: steps))
      ], value: result)
  }
}

extension Node {
  /// The call of a built-in that this node is, whatever its fast path.
  var builtinCall: BuiltinCall? {
    switch self {
    case let call as BuiltinCall: call
    case let call as ScalarCall: call.general
    case let call as ScalarPairCall: call.general
    default: nil
    }
  }
}

extension Value {
  /// Element by element the same; a NaN is the same as a NaN.
  ///
  /// - Parameter tolerance: a distance allowed, relative to the larger of 1 and the other's size.
  func isSame(as other: Value, within tolerance: Double = 0) throws -> Bool {
    if let a = try asTensor, let b = try other.asTensor {
      guard a != b else { return true }
      return tolerance > 0 && a.shape == b.shape
        && zip(a.scalars, b.scalars).allSatisfy {
          areNear(Double($0), Double($1), within: tolerance)
        }
    }
    if tolerance > 0, let a = scalar, let b = other.scalar {
      return areNear(a, b, within: tolerance)
    }
    return try equals(other) ?? false
  }

  private func areNear(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
    a == b || abs(a - b) <= tolerance * max(1, abs(b)) || (a.isNaN && b.isNaN)
  }
}

/// Arithmetic derived by putting values in the place of names, innermost first.
enum Substitution {
  static func derive(
    _ node: Node, _ frame: Frame, _ steps: inout [Report.Derived.Step]
  ) throws -> Value {
    guard !node.operands.isEmpty else { return try node.operand(frame) }
    var values: [Value] = []
    for operand in node.operands { values.append(try derive(operand, frame, &steps)) }
    let value = try node.combine(values, frame)
    steps.append(
      Report.Derived.Step(
        symbol: "", formula: node.place.text, expression: node.place.text,
        substitution: substituted(node, values.map(\.text)), value: value))
    return value
  }

  /// The node's text with its operands' texts replaced by their values.
  static func substituted(_ node: Node, _ values: [String]) -> String {
    let text = node.place.source.text
    var result: [UInt8] = []
    var offset = node.place.span.start
    for (operand, value) in zip(node.operands, values) {
      let span = operand.place.span
      guard span.start >= offset, span.end <= node.place.span.end else { continue }
      result += text[offset..<span.start]
      result += (value.hasPrefix("-") ? "(\(value))" : value).utf8
      offset = span.end
    }
    result += text[offset..<node.place.span.end]
    return String(decoding: result, as: UTF8.self)
  }
}
