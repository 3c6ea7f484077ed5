import Catalog
import Compression
import Networks
import Tensors

/// `crossValidate`: thresholds, widths or anything else chosen by k folds of the data.
let crossValidateBuiltin = Builtin(
  Card(
    "crossValidate", .verb,
    summary: "Tries each candidate on every fold of the data and finds the one that is best.",
    formula: "best = argmax over c of mean over folds of measure(train, test, c)",
    source: "Stone 1974, doi:10.1111/j.2517-6161.1974.tb00994.x; folds as scikit-learn's KFold",
    parameters: [
      Parameter("candidates", accepts: "a list or a range", "what is tried: thresholds, formats"),
      Parameter("on", .label, accepts: "data, such as `mnist.train`", "what is dealt into folds"),
      Parameter(
        "measure", .label, accepts: "a function of (train, test, candidate)",
        "a number, the higher the better"),
      Parameter(
        "folds", .label, or: "5", accepts: "a whole number from 2", "parts of the data"),
      Parameter(
        "seed", .label, or: "0", accepts: "a whole number", "where the dealing of examples starts"),
    ],
    examples: [
      Example(
        "let r = crossValidate([2, 3, 1], on: digits.train, folds: 4, seed: 1, "
          + "measure: (train, test, c) => c + test.count / 1442); "
          + "print(r.best, r.index, r.mean, r.std[0] < 0.001)",
        prints: "3 1 [2.25, 3.25, 1.25] true"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10) |> train(on: digits.train, epochs: 4); "
          + "let r = crossValidate([int2, int8], on: digits.test, "
          + "measure: (train, test, format) => accuracy(quantize(net, format), on: test)); "
          + "print(r.best, r.scores.shape)", prints: "int8 [2, 5]"),
      Example(
        "crossValidate([1], folds: 1, on: digits.test, measure: (train, test, c) => c)",
        fails: "E0392: `crossValidate` deals 2 to 355 folds from `digits.test`; 1 were asked for"),
      Example(
        "crossValidate([], on: digits.test, measure: (train, test, c) => c)",
        fails: "E0394: there is nothing to try"),
      Example(
        "crossValidate([1], on: digits.test, measure: (train, test, c) => [c])",
        fails: "E0393: `measure:` gives one finite number; it gave a list"),
    ],
    related: ["sweep", "sensitivity", "compress"])
) { call in try call.crossValidated() }

extension Call {
  fileprivate func crossValidated() throws -> Value {
    let candidates = try self.candidates()
    let data = try labeledData("on")
    let count = try whole("folds")
    guard case .function(let measure) = try value("measure") else { throw wrongKind("measure") }
    guard measure.positional.count == 3 else {
      throw error(
        "E0102",
        "`measure:` is called with the data to learn from, the data to measure on and a candidate; "
          + "this function takes \(measure.positional.count)",
        at: "measure", help: ["`(train, test, c) => accuracy(prune(net, c), on: test)`"])
    }
    guard (2...Swift.max(2, data.count)).contains(count), count <= data.count else {
      throw error(
        "E0392",
        "`crossValidate` deals 2 to \(data.count) folds from `\(data.name)`; "
          + "\(count) were asked for", at: has("folds") ? "folds" : "on")
    }
    var random = Random(seed: UInt64(bitPattern: Int64(try whole("seed"))))
    let folds = try placed { try data.folds(count, &random) }
    // Every candidate and fold starts from the same random state, as the rows of a sweep do.
    let state = context.random
    defer { context.random = state }
    var scores: [[Double]] = []
    for (place, candidate) in candidates.enumerated() {
      var row: [Double] = []
      for (fold, parts) in folds.enumerated() {
        try context.checkpoint()
        context.random = state
        let arguments = [
          Value.object(LabeledDataObject(parts.train)), .object(LabeledDataObject(parts.test)),
          candidate,
        ]
        row.append(try score(invoke(value("measure"), arguments)))
        let done = place * count + fold + 1
        context.report(
          Progress(
            "candidate \(place + 1)/\(candidates.count)",
            fraction: Double(done) / Double(candidates.count * count),
            isFinal: done == candidates.count * count))
      }
      scores.append(row)
    }
    return .report(try report(candidates, scores, data))
  }

  private func candidates() throws -> [Value] {
    let candidates: [Value]
    if case .tensor(let tensor) = try value("candidates"), tensor.shape.rank == 1 {
      candidates = tensor.scalars.map { .number(Double($0)) }
    } else {
      candidates = try list("candidates")
    }
    guard !candidates.isEmpty else { throw error(PlanError.nothingToTry, at: "candidates") }
    return candidates
  }

  private func score(_ value: Value) throws -> Double {
    guard case .number(let number) = value, number.isFinite else {
      throw error(
        "E0393", "`measure:` gives one finite number; it gave \(value.kind)", at: "measure")
    }
    return number
  }

  private func report(
    _ candidates: [Value], _ scores: [[Double]], _ data: LabeledData
  ) throws -> Report {
    let means = scores.map { $0.reduce(0, +) / Double($0.count) }
    let spreads = zip(scores, means).map { row, mean in
      // Of the folds at hand, not of all there could be: divided by k, as article 000's std is.
      (row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)).squareRoot()
    }
    // Of equal means the first candidate.
    let best = means.indices.dropFirst().reduce(0) { means[$1] > means[$0] ? $1 : $0 }
    let folds = scores.first?.count ?? 0
    let rows = candidates.indices.map { place -> [Report.Table.Cell] in
      let row = scores[place]
      return [
        .value(candidates[place]), .number(means[place]), .number(spreads[place]),
        .number(row.min() ?? 0), .number(row.max() ?? 0), .text(place == best ? "chosen" : ""),
      ]
    }
    return Report(
      "\(folds) folds of \(data.name), \(data.count) examples",
      blocks: [
        .table(
          Report.Table(columns: ["candidate", "mean", "± std", "worst", "best", ""], rows: rows))
      ],
      value: candidates[best],
      members: [
        ("best", candidates[best]), ("index", .number(Double(best))),
        ("candidates", try .list(candidates)),
        ("mean", .tensor(try Tensor(means.map(Float.init)))),
        ("std", .tensor(try Tensor(spreads.map(Float.init)))),
        (
          "scores",
          .tensor(try Tensor([scores.count, folds], scores.flatMap { $0.map(Float.init) }))
        ),
      ])
  }
}
