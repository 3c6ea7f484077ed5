import Catalog
import Compression
import Networks
import Tensors

/// `sensitivity`: what each layer bears, by sparsity and by number format.
let sensitivityBuiltin = Builtin(
  Card(
    "sensitivity", .verb,
    summary: "Accuracy with one layer compressed at a time (or all but one), share by share.",
    formula: "accuracy(model with layer i pruned by p), and with layer i in format f",
    source: "Han et al. 2015, §4.1, Fig. 6, arXiv:1506.02626",
    parameters: [
      Parameter("x", accepts: "a model"),
      Parameter(
        "on", .label, accepts: "data, such as `mnist.test`", "what accuracy is measured on"),
      Parameter(
        "shares", .label, or: "", accepts: "a list of shares, 0%…100%",
        "how much is pruned; 30%, 50%, 70%, 80%, 90%, 95% by itself"),
      Parameter(
        "formats", .label, or: "", accepts: "a list of number formats",
        "what weights are quantized to; int8, int6, int4, int3, int2 by itself"),
      Parameter(
        "by", .label, or: "magnitude", accepts: "a criterion or a function of `weight`",
        choices: criterionCatalog.map { $0.card.name }, "what says which weights matter least"),
      Parameter(
        "mode", .label, or: "oneOn", accepts: "`oneOn` or `oneOff`",
        choices: Sensitivity.Mode.allCases.map(\.rawValue),
        "whether the row's layer is compressed, or all the others"),
      Parameter(
        "first", .label, or: "", accepts: "a whole number from 1",
        "only so many examples, the first ones"),
    ],
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(16) |> relu |> linear(10); "
          + "let s = sensitivity(net, on: digits.test, shares: [0%, 50%, 100%], formats: [int8]); "
          + "print(s.layers, s.sparsity.shape, s.formats.shape, "
          + "near(s.sparsity[0, 0], accuracy(net, on: digits.test)))",
        prints: "[\"linear1\", \"linear2\"] [2, 3] [2, 1] true"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print(sensitivity(net, "
          + "on: digits.test, first: 50, by: weight => -abs(weight), mode: oneOff).sparsity.shape)",
        prints: "[1, 6]"),
      Example(
        "sensitivity(input(1, 8, 8) |> flatten, on: digits.test)",
        fails: "E0202: this model has no weights to compress"),
      Example(
        "sensitivity(input(1, 8, 8) |> flatten |> linear(10), on: digits.test, shares: [2])",
        fails: "E0310: 2 is not a share of the weights"),
      Example(
        "sensitivity(input(1, 8, 8) |> flatten |> linear(10), on: digits.test, formats: [])",
        fails: "E0394: there is nothing to try"),
    ],
    related: ["compress", "cost", "prune", "quantize", "sweep", "oneOn", "oneOff"])
) { call in
  let model = try call.model("x")
  var data = try call.labeledData("on")
  if let first = try call.optionalWhole("first", in: 1...Int.max), first < data.count {
    data = try call.placed(at: "first") { try data.subset(first: first) }
  }
  return .report(try call.sensitivity(of: model, on: data))
}

extension Call {
  fileprivate func sensitivity(of model: Model, on data: LabeledData) throws -> Report {
    let reader = SettingsReader(card, try settings(for: ["mode"]))
    let mode: Sensitivity.Mode = try placed(at: "mode") { try reader.choice("mode", kind: "mode") }
    let shares = try self.shares()
    let prunings = try shares.map { share in
      try placed(at: "shares") {
        guard (0...1).contains(share) else {
          throw PruneError.notAShare(share, of: model.weightCount)
        }
        return try pruning(share)
      }
    }
    let (names, quantizations) = try formats()
    let context = context
    let all = Double(prunings.count + quantizations.count)
    func measured(_ verbs: [any WeightVerb], from start: Double) throws -> Sensitivity {
      try placed {
        try Sensitivity(model, on: data, verbs, mode: mode) { share in
          let done = (start + share * Double(verbs.count)) / all
          context.report(Progress("sensitivity", fraction: done, isFinal: done >= 1))
        }
      }
    }
    let bySparsity = try measured(prunings, from: 0)
    let byFormat = try measured(quantizations, from: Double(prunings.count))
    let head = mode == .oneOn ? "only this layer" : "all but this layer"
    let percents = shares.map { textForm((1000 * $0).rounded() / 10) + "%" }
    return Report(
      "accuracy on \(data.name), \(data.count) examples; as it is "
        + textForm((1000 * bySparsity.whole.accuracy).rounded() / 10) + "%",
      blocks: [
        .table(bySparsity.table("\(head) pruned", percents)),
        .plot(bySparsity.plot(over: shares.map { 100 * $0 }, "% pruned")),
        .table(byFormat.table("\(head) in", names)),
      ] + (Self.widths(quantizations).map { [.plot(byFormat.plot(over: $0, "bits"))] } ?? []),
      value: .tensor(try bySparsity.accuracies()),
      members: [
        ("layers", try .list(bySparsity.layers.map { .string($0) })),
        ("accuracy", .number(bySparsity.whole.accuracy)),
        ("shares", .tensor(try Tensor(shares.map(Float.init)))),
        ("sparsity", .tensor(try bySparsity.accuracies())),
        ("sparsityLoss", .tensor(try bySparsity.losses())),
        ("formatNames", try .list(names.map { .string($0) })),
        ("formats", .tensor(try byFormat.accuracies())),
        ("formatsLoss", .tensor(try byFormat.losses())),
      ])
  }

  private func shares() throws -> [Double] {
    guard has("shares") else { return [0.3, 0.5, 0.7, 0.8, 0.9, 0.95] }
    let shares = try list("shares").map { item in
      guard case .number(let number) = item else { throw wrongKind("shares") }
      return number
    }
    guard !shares.isEmpty else { throw error(PlanError.nothingToTry, at: "shares") }
    return shares
  }

  /// The bits of integers; `nil` where another format is among them, or the widths are all one.
  private static func widths(_ verbs: [any WeightVerb]) -> [Double]? {
    let widths = verbs.compactMap { verb -> Double? in
      switch (verb as? Quantize)?.format {
      case let format as SignedIntegers: Double(format.integers.bits)
      case let format as UnsignedIntegers: Double(format.integers.bits)
      default: nil
      }
    }
    return widths.count == verbs.count && Set(widths).count > 1 ? widths : nil
  }

  private func pruning(_ share: Double) throws -> any WeightVerb {
    var verb = Prune(share)
    if case .function(let function)? = given("by") {
      verb.criterion = try userCriterion(function)
    } else {
      var settings = try settings(for: ["by"])
      settings["amount"] = .number(share)
      verb = try Prune(settings)
    }
    return verb
  }

  /// The formats that `formats:` lists, as they were written, and their verbs.
  private func formats() throws -> (names: [String], verbs: [any WeightVerb]) {
    let settings =
      try formatSettings("formats")
      ?? ["int8", "int6", "int4", "int3", "int2"]
      .map { ($0, .option($0, Settings())) }
    return (
      settings.map(\.name),
      try settings.map { format in
        try placed(at: "formats") { try Quantize(Settings(["format": format.setting])) }
      }
    )
  }

  /// A list of number formats as texts and settings; `nil` when it was not given.
  func formatSettings(_ name: String) throws -> [(name: String, setting: Setting)]? {
    guard has(name) else { return nil }
    let formats = try list(name).map { item -> (name: String, setting: Setting) in
      switch item {
      case .builtin, .option:
        guard let setting = item.setting else { throw wrongKind(name) }
        return (item.text, setting)
      default: throw wrongKind(name)
      }
    }
    guard !formats.isEmpty else { throw error(PlanError.nothingToTry, at: name) }
    return formats
  }
}

extension Sensitivity {
  func accuracies() throws -> Tensor { try tensor(\.accuracy) }
  func losses() throws -> Tensor { try tensor(\.loss) }

  private func tensor(_ figure: (Evaluation) -> Double) throws -> Tensor {
    try Tensor(
      [layers.count, evaluations.first?.count ?? 0],
      evaluations.flatMap { $0.map { Float(figure($0)) } })
  }

  fileprivate func table(_ heading: String, _ columns: [String]) -> Report.Table {
    Report.Table(
      columns: [heading] + columns,
      rows: zip(layers, evaluations).map { layer, row in
        [.text(layer)] + row.map { .share($0.accuracy) }
      })
  }

  fileprivate func plot(over places: [Double], _ label: String) -> Report.Plot {
    Report.Plot(
      .lines, xLabel: label, yLabel: "accuracy in %",
      series: zip(layers, evaluations).map { layer, row in
        .init(layer, x: places, y: row.map { 100 * $0.accuracy })
      })
  }
}
