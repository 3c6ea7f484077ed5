import Catalog
import Compression
import Networks
import Tensors

/// Training a model, and asking how good it is.
let trainingBuiltins: [Builtin] =
  lossCatalog.map { type in optionBuiltin(type.card) { _ = try type.init($0) } }
  + optimizerCatalog.map { type in optionBuiltin(type.card) { _ = try type.init($0) } } + [
    trainBuiltin,
    Builtin(
      Card(
        "evaluate", .verb, summary: "Loss and accuracy of a model on data.",
        parameters: [
          Parameter("x", accepts: "a model"),
          Parameter("on", .label, accepts: "data, such as `mnist.test`", "what is measured on"),
          lossParameter,
        ],
        examples: [
          Example(
            "let net = input(1, 8, 8) |> flatten |> linear(10); "
              + "let r = evaluate(net, on: digits.test); print(r.loss > 0, r.accuracy < 0.5)",
            prints: "true true"),
          Example(
            "let net = input(4) |> linear(2); evaluate(net, on: digits.test, loss: crossEntropy)",
            fails: "E0242: this model takes examples of shape 4; it was given 1×8×8"),
        ],
        related: ["accuracy", "train", "compare"])
    ) { try $0.evaluated() },
    Builtin(
      Card(
        "accuracy", .verb, summary: "The share of examples that a model classifies right.",
        formula: "right / all",
        parameters: [
          Parameter("x", accepts: "a model"),
          Parameter("on", .label, accepts: "data, such as `mnist.test`", "what is measured on"),
        ],
        examples: [
          Example(
            "let net = input(1, 8, 8) |> flatten |> linear(10); "
              + "print(accuracy(net, on: digits.test) < 0.5)", prints: "true"),
          Example(
            "accuracy(input(1, 8, 8) |> flatten, on: digits)",
            fails: "E0202: `accuracy` wants one part of the data; this is the whole set"),
        ],
        related: ["evaluate", "predict"])
    ) { call in
      let model = try call.model("x")
      let data = try call.labeledData("on")
      return .number(
        try call.placed { try model.evaluate(on: data, loss: CrossEntropy()).accuracy })
    },
    Builtin(
      Card(
        "predict", .verb, summary: "The class that a model gives to each example.",
        formula: "argmax of the outputs, the first of equals",
        parameters: [
          Parameter("x", accepts: "a model"),
          Parameter("examples", accepts: "a tensor of examples, or data"),
        ],
        examples: [
          Example(
            "let net = replace(input(2) |> linear(2), \"linear1.weight\", [[1, 0], [0, 1]]); "
              + "let sure = replace(net, \"linear1.bias\", [0, 0]); "
              + "print(predict(sure, tensor([[3, 1], [0, 2]])), predict(sure, [0, 9]))",
            prints: "[0, 1] 1")
        ],
        related: ["accuracy", "argmax"])
    ) { call in
      let model = try call.model("x")
      let examples = try call.examples("examples")
      return .result(
        try call.placed(at: "examples") {
          let answer = try model.predict(examples)
          return try answer.argmax(axis: answer.shape.rank - 1)
        })
    },
    Builtin(
      Card(
        "history", .verb, summary: "How the last training of a model went, epoch by epoch.",
        parameters: [Parameter("x", accepts: "a model")],
        examples: [
          Example("history(input(4) |> linear(2))", prints: "no training yet"),
          Example(
            "let net = input(1, 8, 8) |> flatten |> linear(10) "
              + "|> train(on: digits.train, epochs: 2); print(history(net).loss.count)",
            prints: "2"),
        ],
        related: ["train", "plot"])
    ) { call in .object(HistoryObject(try call.model("x").history ?? History())) },
  ]

private let lossParameter = Parameter(
  "loss", .label, or: "crossEntropy", accepts: "a loss", choices: lossCatalog.map { $0.card.name },
  "what is made small")

private let trainBuiltin = Builtin(
  Card(
    "train", .verb,
    summary: "A model whose weights were moved so that the loss on the data is small.",
    formula: "w ← w − rate · ∂L/∂w, over batches in random order",
    parameters: [
      Parameter("x", accepts: "a model"),
      Parameter("on", .label, accepts: "data, such as `mnist.train`", "what is learnt from"),
      .epochs, .batch, .optimizer,
      lossParameter,
      .validation, .pruning,
      Parameter(
        "quantization", .label, or: "", accepts: "`lsq` or `lsq(int4)`", choices: ["lsq"],
        "learns the scales of grids; left out, gradients go straight through the grids there are"),
      Parameter(
        "tied", .label, or: "false", accepts: "true or false",
        "whether weights of a layer that are equal stay equal, as `share` left them"),
      .seed,
    ],
    laws: [.deterministic],
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10) "
          + "|> train(on: digits.train, epochs: 3, batch: 64, optimizer: adam(0.01), "
          + "loss: crossEntropy, validation: digits.test, seed: 1); "
          + "print(accuracy(net, on: digits.test) > 0.85, net.history.validationLoss.count)",
        prints: "true 3"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10) |> train(on: digits.train, epochs: 4, "
          + "pruning: cubic(90%)); print(net.nonZeroWeights, net.history.sparsity[3])",
        prints: "64 0.9"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); "
          + "let four = replace(net, \"linear1.weight\", round(net.linear1.weight * 8) / 8) "
          + "|> quantize(int8) |> train(on: digits.train, epochs: 1, tied: true); "
          + "let w = sort(flatten(four.linear1.weight)); print(1 + count(w[1...] != w[..<639]))",
        prints: "3"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10) |> train(on: digits.train, epochs: 2, "
          + "quantization: lsq(int4)); print(max(abs(net.linear1.weight.codes)) <= 8)",
        prints: "true"),
      Example(
        "input(4) |> linear(2) |> train(on: digits.train)",
        fails: "E0242: this model takes examples of shape 4; it was given 1×8×8"),
      Example(
        "input(1, 8, 8) |> flatten |> linear(10) |> train(on: digits.train, epochs: 0)",
        fails: "E0310: `epochs` of `train` goes from 1 to 1000000; it was 0"),
      Example(
        "input(1, 8, 8) |> flatten |> linear(10) |> train(on: digits.train, optimizer: relu)",
        fails: "E0202: `relu` is no optimizer"),
    ],
    related: ["evaluate", "history", "sgd", "adam", "crossEntropy"])
) { call in
  let model = try call.model("x")
  let data = try call.labeledData("on")
  let options = TrainingOptions(
    epochs: try call.whole("epochs", in: 1...1_000_000),
    batch: try call.whole("batch", in: 1...1_000_000), optimizer: try call.optimizer(),
    loss: try call.loss(),
    validation: call.has("validation") ? try call.labeledData("validation") : nil)
  let seed = try call.optionalWhole("seed")
  let context = call.context
  var trained = try call.placed {
    try context.withRandom(seed: seed) { random in
      let hooks = try call.trainingHooks(data, &random)
      return try model.train(on: data, options, hooks: hooks, random: &random) {
        context.report(Progress($0))
      }
    }
  }
  trained.steps = model.steps + [call.step]
  return .model(trained)
}

extension Progress {
  init(_ training: TrainingProgress) {
    let epochShare = Double(training.examplesDone) / Double(Swift.max(1, training.examples))
    var figures = [Figure("loss", training.loss)]
    if let accuracy = training.accuracy {
      figures.append(Figure("accuracy", accuracy, isShare: true))
    }
    // The front end, which has a clock, shows this count as a rate.
    let seen = (training.epoch - 1) * training.examples + training.examplesDone
    figures.append(Figure("examples", Double(seen)))
    self.init(
      "epoch \(training.epoch)/\(training.epochs)",
      fraction: (Double(training.epoch - 1) + epochShare) / Double(Swift.max(1, training.epochs)),
      figures: figures,
      isFinal: training.epoch == training.epochs && training.examplesDone == training.examples)
  }
}

extension Call {
  /// What takes part in the training besides: nothing in a plain one, which draws nothing for it.
  func trainingHooks(
    _ data: LabeledData, _ random: inout Random
  ) throws -> [any TrainingHook] {
    let reader = SettingsReader(card, try settings(for: ["pruning", "quantization"]))
    var hooks: [any TrainingHook] = []
    if has("pruning") {
      var (schedule, prune) = try placed(at: "pruning") { try reader.trainingPruning("pruning") }
      if case .option(let option)? = given("pruning"),
        case .function(let function)? = option.arguments["by"]
      {
        prune.criterion = try userCriterion(function, at: "pruning")
      }
      hooks.append(schedule.hook(TrainingPruning(prune, data: data, random: random.split())))
    }
    if has("quantization") {
      try refuseFormatToTrain()
      let option = try placed {
        try reader.entry(
          "quantization", kind: "way to train a grid", of: [LearnedStepQuantization.self]
        ) { $0.card.name }
      }
      hooks.append(try placed(at: "quantization") { try option.entry.hook(option.settings) })
    }
    // Last, so that it ties what the others made of the weights.
    if has("tied"), try boolean("tied") { hooks.append(TiedWeightsHook()) }
    return hooks
  }

  /// A number format by itself, where the way to train its scale is wanted.
  private func refuseFormatToTrain() throws {
    let given = try value("quantization")
    let card: Card
    switch given {
    case .option(let option): card = option.builtin.card
    case .builtin(let builtin): card = builtin.card
    default: return
    }
    guard card.family == .format else { return }
    throw error(
      "E0202", "`\(card.name)` is a number format; `lsq` trains its scale", at: "quantization",
      help: ["`quantization: lsq(\(given.text))`"])
  }

  func optimizer() throws -> any Optimizer {
    let chosen = try entry("optimizer", kind: "optimizer", of: optimizerCatalog) { $0.card.name }
    return try placed(at: "optimizer") { try chosen.entry.init(chosen.settings) }
  }

  func loss() throws -> any Loss {
    let chosen = try entry("loss", kind: "loss", of: lossCatalog) { $0.card.name }
    return try placed(at: "loss") { try chosen.entry.init(chosen.settings) }
  }

  /// The entry of a catalog that an argument names.
  private func entry<Entry>(
    _ name: String, kind: String, of catalog: [Entry], named entryName: (Entry) -> String
  ) throws -> (entry: Entry, settings: Settings) {
    let reader = SettingsReader(card, try settings(for: [name]))
    return try placed { try reader.entry(name, kind: kind, of: catalog, named: entryName) }
  }

  fileprivate func evaluated() throws -> Value {
    let model = try self.model("x")
    let data = try labeledData("on")
    let loss = try self.loss()
    let result = try placed { try model.evaluate(on: data, loss: loss) }
    let table = Report.Table(
      columns: ["", ""],
      rows: [
        [.text("loss"), .number(result.loss)], [.text("accuracy"), .share(result.accuracy)],
        [.text("examples"), .number(Double(data.count))],
      ])
    return .report(
      Report(
        "on \(data.name)", blocks: [.table(table)], value: .number(result.accuracy),
        members: [("loss", .number(result.loss)), ("accuracy", .number(result.accuracy))]))
  }
}
