import Catalog
import Compression
import Containers
import Networks
import Tensors

/// `compare`: models side by side, headed by what the call calls them.
let compareBuiltin = Builtin(
  Card(
    "compare", .verb,
    summary: "Models side by side: accuracy, stored bytes, weights left, work, time to send.",
    formula: "the last column compares the last model with the first",
    parameters: [
      Parameter("x", accepts: "a model", "the one to compare with"),
      Parameter("more", .variadic, accepts: "models", "the others"),
      Parameter(
        "on", .label, or: "", accepts: "data, such as `mnist.test`", "what accuracy is measured on"),
    ],
    examples: [
      Example(
        "let a = input(1, 8, 8) |> flatten |> linear(10); let b = prune(a, 50%); "
          + "print(compare(a, b).nonZeroWeights, compare(a, b).multiplyAdds)",
        prints: "[640, 320] [640, 320]"),
      Example(
        "let a = input(1, 8, 8) |> flatten |> linear(10); let b = quantize(a, int8); "
          + "print(compare(a, b, on: digits.test).stored == [size(a).bytes, size(b).bytes])",
        prints: "true"),
      Example(
        "compare(input(4) |> linear(2))",
        fails: "E0102: `compare` needs a second model"),
    ],
    related: ["size", "accuracy", "evaluate"])
) { call in
  let models = try call.modelsToCompare()
  let data = call.has("on") ? try call.labeledData("on") : nil
  let figures = try models.map { entry in
    try call.placed { try Measurement(entry.model, on: data) }
  }
  return .report(try comparison(models.map(\.name), figures, on: data?.name))
}

extension Call {
  fileprivate func modelsToCompare() throws -> [(name: String, model: Model)] {
    guard !rest.isEmpty else {
      throw error("E0102", "`compare` needs a second model", help: ["`compare(dense, small)`"])
    }
    return try modelColumns()
  }

  /// The models of a call of one or more, each with what heads its column.
  func modelColumns() throws -> [(name: String, model: Model)] {
    let first = (name: heading(sourceText(of: "x"), 0), model: try model("x"))
    return [first]
      + (try rest.enumerated().map { index, value in
        guard let model = value.model else {
          throw error(
            "E0202", "`\(card.name)` wants models; this is \(value.kind)", atRest: index)
        }
        return (heading(sourceText(ofRest: index), index + 1), model)
      })
  }

  /// The source text of an argument, where it is short enough to head a column.
  private func heading(_ text: String?, _ index: Int) -> String {
    guard let text, text.count <= 16, !text.contains("\n") else { return "model \(index + 1)" }
    return text
  }
}

private func comparison(
  _ names: [String], _ figures: [Measurement], on data: String?
) throws -> Report {
  var rows: [[Report.Table.Cell]] = []
  let first = figures[0]
  let last = figures[figures.count - 1]
  if let before = first.accuracy, let after = last.accuracy {
    rows.append(
      [.text("accuracy")] + figures.map { .share($0.accuracy ?? 0) }
        + [.text(points(after - before))])
  }
  rows.append(
    [.text("stored")] + figures.map { .bytes($0.storedBytes) }
      + [.text(ratio(first.storedBytes, last.storedBytes, "smaller", "larger"))])
  rows.append(
    [.text("non-zero weights")] + figures.map { .number(Double($0.nonZeroWeights)) }
      + [.text(ratio(first.nonZeroWeights, last.nonZeroWeights, "fewer", "more"))])
  rows.append(
    [.text("multiply-adds")] + figures.map { .number(Double($0.effectiveMultiplyAdds)) }
      + [.text(ratio(first.effectiveMultiplyAdds, last.effectiveMultiplyAdds, "fewer", "more"))])
  rows.append(
    [.text("over 256 kbit/s")] + figures.map { .text(secondsText($0.transferSeconds)) } + [.empty])
  if figures.contains(where: { $0.badge != nil }) {
    rows.append([.text("format")] + figures.map { .text($0.badge ?? "float32") } + [.empty])
  }
  func list(_ figure: (Measurement) -> Double) throws -> Value {
    try .list(figures.map { .number(figure($0)) })
  }
  var members: [(name: String, value: Value)] = []
  if let data {
    members.append(("accuracy", try list { $0.accuracy ?? 0 }))
    members.append(("on", .string(data)))
  }
  members += [
    ("stored", try list { Double($0.storedBytes) }),
    ("nonZeroWeights", try list { Double($0.nonZeroWeights) }),
    ("multiplyAdds", try list { Double($0.effectiveMultiplyAdds) }),
    ("seconds", try list(\.transferSeconds)),
  ]
  return Report(
    data.map { "on \($0)" } ?? "",
    blocks: [.table(.init(columns: [""] + names + [""], rows: rows))],
    members: members)
}

/// `−0.1 points`.
private func points(_ change: Double) -> String {
  let tenths = (change * 1000).rounded() / 10
  if tenths == 0 { return "the same" }
  return (tenths < 0 ? "−" : "+") + textForm(abs(tenths))
    + (abs(tenths) == 1 ? " point" : " points")
}

/// `39.4× smaller`; a change below a tenth as `1.2% smaller`.
private func ratio(_ before: Int, _ after: Int, _ less: String, _ more: String) -> String {
  if before == after { return "the same" }
  guard before > 0, after > 0 else { return "" }
  let change = Double(Swift.abs(after - before)) / Double(before)
  if change < 0.1 {
    let percent = (change * 1000).rounded() / 10
    return "\(percent == 0 ? "0.1" : textForm(percent))% \(after < before ? less : more)"
  }
  let factor = Double(Swift.max(before, after)) / Double(Swift.min(before, after))
  let shown = factor < 100 ? (factor * 10).rounded() / 10 : factor.rounded()
  let text = shown == shown.rounded() && factor < 100 ? textForm(shown) + ".0" : textForm(shown)
  return "\(text)× \(after < before ? less : more)"
}
