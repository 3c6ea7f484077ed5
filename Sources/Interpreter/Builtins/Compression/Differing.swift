import Catalog
import Compression
import Encodings
import Networks
import Tensors

/// `diff`: where two tensors or two models part.
let diffBuiltin = Builtin(
  Card(
    "diff", .verb,
    summary: "Where and how much two tensors differ, or what changed from one model to another.",
    formula: "SQNR = 10·log10(Σ a² / Σ (a − b)²) dB",
    parameters: [
      Parameter("a", accepts: "a tensor or a model", "what was before"),
      Parameter("b", accepts: "another of its kind", "what is now"),
      Parameter(
        "on", .label, or: "", accepts: "data, such as `mnist.test`",
        "what both models answer, to count the answers that changed"),
    ],
    examples: [
      Example(
        "let w = tensor([0.42, -1.30, 0.07]); let d = diff(w, quantize(w, int4)); "
          + "print(d.count, d.farthest, d.largest)", prints: "2 [2] 0.07"),
      Example("print(diff([1, 2, 3], [1, 2, 3]).count)", prints: "0"),
      Example(
        "let a = input(4) |> linear(2); let b = prune(a, 50%); print(diff(a, b).changed)",
        prints: "[\"linear1.weight\"]"),
      Example(
        "let a = input(1, 8, 8) |> flatten |> linear(10); "
          + "print(diff(a, prune(a, 0%), on: digits.test).answers)", prints: "0"),
      Example(
        "diff(zeros(2), zeros(3))", fails: "E0219: `diff` compares tensors of one shape"),
      Example(
        "diff(zeros(2), input(2))", fails: "E0202: `diff` compares a tensor with a tensor"),
    ],
    related: ["compare", "size", "bits"])
) { call in
  guard let a = try call.value("a").model else {
    if try call.value("b").model != nil {
      throw call.error(
        "E0202", "`diff` compares a tensor with a tensor, or a model with a model", at: "b")
    }
    try call.refuse("on", because: "these are tensors, and only a model answers")
    return .report(try call.tensorDifference())
  }
  guard let b = try call.value("b").model else {
    throw call.error(
      "E0202", "`diff` compares a model with a model, or a tensor with a tensor", at: "b")
  }
  return .report(try call.modelDifference(a, b))
}

extension Call {
  fileprivate func tensorDifference() throws -> Report {
    let a = try tensor("a")
    let b = try tensor("b")
    guard a.shape == b.shape else {
      throw error(
        "E0219", "`diff` compares tensors of one shape; these are \(a.shape) and \(b.shape)",
        at: "b")
    }
    let difference = TensorDifference(a, b)
    var members: [(name: String, value: Value)] = [("count", .number(Double(difference.count)))]
    var rows: [[Report.Table.Cell]] = [
      [.text("differ"), .text("\(grouped(difference.count)) of \(grouped(difference.total))")]
    ]
    if let first = difference.first, let farthest = difference.farthest {
      let (before, now) = (a[farthest], b[farthest])
      rows += [
        [.text("first"), .text("at \(a.shape.places(of: first))")],
        [
          .text("largest"),
          .text(
            "\(textForm(difference.largest)) at \(a.shape.places(of: farthest)): "
              + "\(textForm(Double(before))) → \(textForm(Double(now)))"),
        ],
        [.text("root mean square"), .number(difference.rootMeanSquare)],
        [.text("SQNR"), .text("\(textForm((difference.signalToNoise * 100).rounded() / 100)) dB")],
      ]
      members += [
        ("first", try .list(a.shape.indices(of: first).map { .number(Double($0)) })),
        ("farthest", try .list(a.shape.indices(of: farthest).map { .number(Double($0)) })),
        ("largest", .number(Double(Float(difference.largest)))),
        ("rms", .number(difference.rootMeanSquare)), ("sqnr", .number(difference.signalToNoise)),
      ]
    }
    if let flipped = try flippedCodes() {
      rows.append([.text("codes that differ"), .text(grouped(flipped))])
      members.append(("codes", .number(Double(flipped))))
    }
    return Report(
      difference.count == 0 ? "no element differs" : "f32[\(a.shape)]",
      blocks: [.table(Report.Table(columns: ["", ""], rows: rows))],
      members: members.filter { $0.value.isFiniteNumber })
  }

  /// How many codes differ, of two tensors of one number format.
  private func flippedCodes() throws -> Int? {
    guard case .object(let a as EncodedObject) = try value("a"),
      case .object(let b as EncodedObject) = try value("b"), let left = a.encoded.grid,
      let right = b.encoded.grid, left.format == right.format
    else { return nil }
    return zip(left.codes, right.codes).count { $0 != $1 }
  }

  fileprivate func modelDifference(_ a: Model, _ b: Model) throws -> Report {
    let difference = try placed { try ModelDifference(a, b) }
    let changed = difference.rows.filter { !$0.isSame }
    var blocks: [Report.Block] = []
    if !changed.isEmpty { blocks.append(.table(table(changed))) }
    let flows = [a.activationKind, b.activationKind]
    if flows[0] != flows[1] {
      blocks.append(.text("between layers: \(flows[0]) → \(flows[1])"))
    }
    let same = difference.rows.count - changed.count
    if same > 0 {
      blocks.append(.text("the same in both: \(same) of \(difference.rows.count) parameters"))
    }
    var members: [(name: String, value: Value)] = [
      ("changed", try .list(changed.map { .string($0.path) })),
      ("largest", try .list(changed.map { .number(($0.change?.largest ?? 0).finiteOrZero) })),
      (
        "bits",
        try .list(changed.map { .number(Double(($0.after?.bits ?? 0) - ($0.before?.bits ?? 0))) })
      ),
    ]
    if has("on") {
      let data = try labeledData("on")
      let answers = try placed(at: "on") { try changedAnswers(a, b, data) }
      blocks.append(.table(answers.table(data)))
      members += [
        ("answers", .number(Double(answers.changed))),
        ("accuracy", try .list([.number(answers.before), .number(answers.after)])),
      ]
    }
    let title = changed.isEmpty ? "no parameter differs" : "\(changed.count) parameters differ"
    return Report(
      changed.count == 1 ? "1 parameter differs" : title, blocks: blocks, members: members)
  }

  private func table(_ rows: [ModelDifference.Row]) -> Report.Table {
    func pair(_ a: String?, _ b: String?) -> Report.Table.Cell {
      a == b ? .text(a ?? "") : .text("\(a ?? "none") → \(b ?? "none")")
    }
    func share(_ side: ModelDifference.Side?) -> String? {
      side.map { textForm((1000 * $0.zeros.share).rounded() / 10) + "%" }
    }
    let reshaped = rows.contains { $0.before?.shape != $0.after?.shape }
    return Report.Table(
      columns: ["parameter"] + (reshaped ? ["shape"] : [])
        + ["zeros", "stored as", "bits", "max |Δ|"],
      rows: rows.map { row in
        [.text(row.path)]
          + (reshaped
            ? [pair(row.before.map { "\($0.shape)" }, row.after.map { "\($0.shape)" })] : [])
          + [
            pair(row.before?.zeros.total == 0 ? "" : share(row.before), share(row.after)),
            pair(stored(row.before), stored(row.after)),
            pair(row.before.map { grouped($0.bits) }, row.after.map { grouped($0.bits) }),
            row.change.map { .number($0.largest) } ?? .empty,
          ]
      })
  }

  private func stored(_ side: ModelDifference.Side?) -> String? {
    side.map { $0.format == "f32" ? $0.layout : "\($0.format) \($0.layout)" }
  }

  private func changedAnswers(_ a: Model, _ b: Model, _ data: LabeledData) throws -> Answers {
    let before = try a.predict(data.images)
    let after = try b.predict(data.images)
    let left = try before.argmax(axis: before.shape.rank - 1)
    let right = try after.argmax(axis: after.shape.rank - 1)
    let (x, y) = try (Value.result(left).asTensor, Value.result(right).asTensor)
    let changed = x.flatMap { x in y.map { y in zip(x.scalars, y.scalars).count { $0 != $1 } } }
    return Answers(
      changed: changed ?? 0,
      before: try a.evaluate(on: data, loss: CrossEntropy()).accuracy,
      after: try b.evaluate(on: data, loss: CrossEntropy()).accuracy)
  }
}

/// How two models answer the same examples.
private struct Answers {
  var changed: Int
  var before: Double
  var after: Double

  func table(_ data: LabeledData) -> Report.Table {
    Report.Table(
      columns: ["", "", ""],
      rows: [
        [.text("accuracy on \(data.name)"), .share(before), .share(after)],
        [.text("answers that changed"), .number(Double(changed)), .text("of \(data.count)")],
      ])
  }
}

extension Shape {
  /// The indices of a flat position, row-major.
  func indices(of flat: Int) -> [Int] {
    var rest = flat
    return dimensions.reversed().map { length in
      defer { rest = length > 0 ? rest / length : 0 }
      return length > 0 ? rest % length : 0
    }.reversed()
  }

  /// `[0, 2]`.
  fileprivate func places(of flat: Int) -> String {
    "[" + indices(of: flat).map(String.init).joined(separator: ", ") + "]"
  }
}

extension Double {
  fileprivate var finiteOrZero: Double { isFinite ? self : 0 }
}

extension Value {
  /// Whether this is anything but a number that is not finite.
  fileprivate var isFiniteNumber: Bool {
    if case .number(let number) = self { number.isFinite } else { true }
  }
}
