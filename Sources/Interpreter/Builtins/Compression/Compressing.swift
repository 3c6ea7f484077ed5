import Catalog
import Compression
import Networks
import Tensors

/// `compress`: a plan for every layer, searched under a budget.
let compressBuiltin = Builtin(
  Card(
    "compress", .verb,
    summary: "Finds what to do to each layer so that a model fits a budget and stays accurate.",
    formula: "min Σ damage(group, removal) + Σ damage(layer, pruning, format): file ≤ to, "
      + "MACs ≤ macs",
    source: "one-on sensitivities (Han et al. 2015, §4.1) and marginal analysis (Fox 1966)",
    parameters: [
      Parameter("x", accepts: "a model"),
      Parameter(
        "on", .label, accepts: "data, such as `mnist.test`",
        "what accuracy is measured on; with `epochs:`, what is learnt from"),
      Parameter("to", .label, or: "", accepts: "a number of bytes, such as 32KB", "the whole file"),
      Parameter(
        "macs", .label, or: "", accepts: "a whole number",
        "multiply-adds for one example, those with zeros too: only smaller shapes save them"),
      Parameter(
        "keeping", .label, or: "", accepts: "a share, such as 97%", "the least accuracy, absolute"),
      Parameter(
        "losing", .label, or: "", accepts: "a share, such as 0.2%",
        "how far accuracy may fall below that of the model as it is"),
      Parameter(
        "validation", .label, or: "", accepts: "data, such as `mnist.test`",
        "what accuracy is measured on when `on:` is learnt from"),
      Parameter(
        "epochs", .label, or: "0", accepts: "a whole number from 0",
        "passes of training after removing, after pruning and after quantizing"),
      Parameter(
        "formats", .label, or: "", accepts: "a list of number formats",
        "what weights and longer biases may become; by itself int8 to int2, codebooks of 32 to 4"),
      Parameter(
        "structure", .label, or: "true", accepts: "`true` or `false`",
        "whether channels and neurons may be removed"),
      Parameter(
        "points", .label, or: "6", accepts: "a whole number from 2",
        "plans that are tried for the Pareto front"),
      Parameter("seed", .label, or: "0", accepts: "a whole number", "what training draws from"),
    ],
    laws: [.deterministic],
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10) |> train(on: digits.train, epochs: 6); "
          + "let small = compress(net, to: 500, losing: 8%, on: digits.test, points: 3); "
          + "print(size(small).bytes <= 500, "
          + "accuracy(small, on: digits.test) >= accuracy(net, on: digits.test) - 8%)",
        prints: "true true"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(20) |> relu |> linear(10); "
          + "let small = compress(net, macs: 600, on: take(digits.train, 200), "
          + "validation: digits.test, epochs: 1, seed: 2, formats: [int8]); "
          + "print(cost(small).multiplyAdds <= 600, small.plan.removed > 0)",
        prints: "true true"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10) |> train(on: digits.train, epochs: 6); "
          + "print(accuracy(compress(net, keeping: 80%, on: digits.test), on: digits.test) >= 80%)",
        prints: "true"),
      Example(
        "compress(input(4) |> linear(2), on: digits.test)",
        fails: "E0102: `compress` needs a goal: a size, multiply-adds or an accuracy"),
      Example(
        "compress(input(1, 8, 8) |> flatten |> linear(10), to: 10, structure: false, "
          + "on: digits.test)",
        fails: "E0395: no plan comes down to 10 B; the smallest has "),
    ],
    related: ["sensitivity", "cost", "compare", "prune", "quantize", "train"])
) { call in try call.compressed() }

/// A model that `compress` found, with the plan it comes from.
public final class PlannedModelObject: ModelObject, @unchecked Sendable {
  /// The pipeline, and the plans it was chosen among.
  public let plan: Report

  init(_ model: Model, plan: Report) {
    self.plan = plan
    super.init(model)
  }

  public override var memberNames: [String] { super.memberNames + ["plan"] }

  public override func member(_ name: String) throws -> Value? {
    name == "plan" ? .report(plan) : try super.member(name)
  }
}

extension Call {
  fileprivate func compressed() throws -> Value {
    let model = try self.model("x")
    let data = try labeledData("on")
    let epochs = try whole("epochs", in: 0...1_000_000)
    let validation = has("validation") ? try labeledData("validation") : nil
    if epochs > 0, validation == nil { throw error(PlanError.noValidation, at: "epochs") }
    let measured = validation ?? data
    let goal = try self.goal(model, measured)
    let tuning =
      epochs == 0
      ? nil
      : PlanSearch.Tuning(
        data, text: sourceText(of: "on") ?? data.name, epochs: epochs, seed: try whole("seed"))
    var search = PlanSearch(model, on: measured, goal: goal, tuning: tuning)
    search.points = try whole("points", in: 2...1000)
    if try !boolean("structure") { search.removals = [] }
    if let formats = try formatSettings("formats") {
      let steps = try formats.map { format in
        // Said here, where the format stands, rather than in the middle of the search.
        _ = try placed(at: "formats") { try Quantize(Settings(["format": format.setting])) }
        guard case .option(let name, let settings) = format.setting else {
          throw wrongKind("formats")
        }
        var step = PlanStep.quantize(name, settings)
        step.arguments[0].text = format.name
        return step
      }
      search.codings = steps
      search.biasCodings = steps
    }
    let context = context
    let result = try placed {
      try search.run { step in
        context.report(Progress(step.title, fraction: step.fraction, isFinal: step.isFinal))
      }
    }
    let start = sourceText(of: "x") ?? "net"
    return .object(
      PlannedModelObject(
        result.chosen.model, plan: try PlanReport(model, result, start, measured, goal).report))
  }

  private func goal(_ model: Model, _ data: LabeledData) throws -> PlanSearch.Goal {
    var goal = PlanSearch.Goal()
    goal.bytes = try optionalWhole("to", in: 1...1 << 50)
    goal.multiplyAdds = try optionalWhole("macs", in: 0...1 << 50)
    if has("keeping") {
      try refuse("losing", because: "`keeping:` is the same goal, absolute")
      goal.accuracy = try number("keeping", in: 0...1)
    } else if has("losing") {
      let loss = try number("losing", in: 0...1)
      let whole = try placed(at: "on") {
        try model.evaluate(on: data, loss: CrossEntropy()).accuracy
      }
      goal.accuracy = Swift.max(0, whole - loss)
    }
    if goal == PlanSearch.Goal() { throw error(PlanError.noGoal) }
    return goal
  }
}

/// A plan as a pipeline to paste, the layers it treats, and the Pareto front.
private struct PlanReport {
  let model: Model
  let result: PlanSearch.Result
  let start: String
  let data: LabeledData
  let goal: PlanSearch.Goal

  init(
    _ model: Model, _ result: PlanSearch.Result, _ start: String, _ data: LabeledData,
    _ goal: PlanSearch.Goal
  ) {
    self.model = model
    self.result = result
    self.start = start
    self.data = data
    self.goal = goal
  }

  private var chosen: PlanSearch.Outcome { result.chosen }

  var report: Report {
    get throws {
      let before = try Measurement(model, on: data)
      return Report(
        "\(grouped(chosen.bytes)) B, " + percent(chosen.accuracy) + " on \(data.name); it was "
          + "\(grouped(before.storedBytes)) B and " + percent(before.accuracy ?? 0),
        blocks: [.table(layers), .text(pipeline), .table(front(before)), .plot(plot)],
        members: [
          ("pipeline", .string(pipeline)), ("bytes", .number(Double(chosen.bytes))),
          ("accuracy", .number(chosen.accuracy)),
          ("multiplyAdds", .number(Double(chosen.multiplyAdds))),
          ("effectiveMultiplyAdds", .number(Double(chosen.effectiveMultiplyAdds))),
          ("removed", .number(Double(chosen.model.removed.count - model.removed.count))),
          ("frontBytes", try .list(result.front.map { .number(Double($0.bytes)) })),
          ("frontAccuracy", try .list(result.front.map { .number($0.accuracy) })),
        ])
    }
  }

  /// `dense |> prune(80%) |> quantize(int4)`, a line a step, as it is pasted.
  private var pipeline: String {
    ([start] + chosen.pipeline.map { "|> " + $0 }).joined(separator: "\n")
  }

  private var layers: Report.Table {
    let before = Dictionary(
      model.parameters.map { ($0.path, $0.parameter.shape) },
      uniquingKeysWith: { first, _ in first })
    let shapes = Dictionary(
      chosen.model.parameters.map { entry -> (String, String) in
        let shape = entry.parameter.shape
        let change = before[entry.path].flatMap { $0 == shape ? nil : "\($0) → " } ?? ""
        return (
          entry.parameter.isWeight ? chosen.model.nodes[entry.node].name : entry.path,
          change + "\(shape)"
        )
      }, uniquingKeysWith: { first, _ in first })
    return Report.Table(
      columns: ["layer", "shape", "pruned", "numbers", "written"],
      rows: chosen.plan.parts.map {
        [
          .text($0.layer), .text(shapes[$0.layer] ?? ""),
          .text($0.pruning?.argumentText ?? ""), .text(numbers($0.coding)),
          .text($0.packing?.argumentText ?? "plain"),
        ]
      })
  }

  /// `int4, per: channel`, `share(bits: 4)`.
  private func numbers(_ step: PlanStep?) -> String {
    guard let step else { return "float32" }
    return step.verb == Quantize.card.name ? step.argumentText : step.text
  }

  private func front(_ before: Measurement) -> Report.Table {
    Report.Table(
      columns: ["file", "accuracy", "multiply-adds", "with zeros left out", "smaller", ""],
      rows: result.front.map { outcome in
        let rate = Double(before.storedBytes) / Double(Swift.max(1, outcome.bytes))
        return [
          .bytes(outcome.bytes), .share(outcome.accuracy), .number(Double(outcome.multiplyAdds)),
          .number(Double(outcome.effectiveMultiplyAdds)),
          .text(textForm((rate * 10).rounded() / 10) + "×"),
          .text(outcome.plan == chosen.plan ? "chosen" : ""),
        ]
      })
  }

  private var plot: Report.Plot {
    Report.Plot(
      .lines, xLabel: "bytes", yLabel: "accuracy in %",
      series: [
        .init(
          "", x: result.front.map { Double($0.bytes) }, y: result.front.map { 100 * $0.accuracy })
      ])
  }

  private func percent(_ share: Double) -> String {
    textForm((share * 1000).rounded() / 10) + "%"
  }
}
