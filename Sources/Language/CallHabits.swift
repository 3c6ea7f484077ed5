/// What a call that passes its arguments wrongly should have said, from how it was written.
extension CallProblem {
  /// The edit that puts an unknown label's value where it belongs: `int(8)` for `bits: 8`.
  ///
  /// - Parameters:
  ///   - label: the span of the label.
  ///   - value: the span of its value.
  ///   - positions: names of what the callee takes by position.
  public func relocation(
    label span: Span, value: Span, positions: [String], in source: Source
  ) -> Diagnostic.Help? {
    guard case .unknownLabel(let callee, let label, _) = self else { return nil }
    let written = source[value]
    let whole = span.joined(value)
    if positions.contains("format"), ["bits", "bit", "width"].contains(label) {
      // Activations are bytes, whose formats go by name.
      if callee == "static" || callee == "dynamic" {
        return written == "8"
          ? .replace(whole, with: "int8", "the format goes by position: `int8`")
          : .say("the format goes by position, `uint8` or `int8`")
      }
      return .replace(
        whole, with: "int(\(written))", "the format goes by position: `int(\(written))`")
    }
    if positions.contains("rate"), ["lr", "learningRate", "learning_rate", "rate"].contains(label) {
      return .replace(whole, with: written, "the rate goes by position: `\(written)`")
    }
    guard positions.contains("amount") else { return nil }
    if ["share", "sparsity", "ratio", "fraction"].contains(label) {
      return .replace(whole, with: written, "the amount goes by position: `\(written)`")
    }
    guard label == "keep" else { return nil }
    guard written.hasSuffix("%"), let kept = Int(written.dropLast()), 0...100 ~= kept else {
      return .say("the amount is the share that goes, by position: what is kept, taken from 1")
    }
    return .replace(
      whole, with: "\(100 - kept)%", "the amount is the share that goes: `\(100 - kept)%`")
  }

  /// The edit that gives the values left over by position the next labels: `kernel: 3`.
  ///
  /// - Parameter extra: spans of the values that are too many.
  public func labelling(_ extra: [Span], in source: Source) -> Diagnostic.Help? {
    guard case .wrongCount(_, _, _, _, let labels) = self, let first = extra.first,
      let last = extra.last, extra.count <= labels.count
    else { return nil }
    let fixed = zip(labels, extra).map { "\($0): \(source[$1])" }.joined(separator: ", ")
    return .replace(first.joined(last), with: fixed, "by label: `\(fixed)`")
  }
}
