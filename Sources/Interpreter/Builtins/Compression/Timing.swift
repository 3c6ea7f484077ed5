import Catalog
import Networks
import Tensors

/// `time`: the one verb that reads a clock.
let timeBuiltin = Builtin(
  Card(
    "time", .verb,
    summary: "How long models take for one image and for a batch, and with which kernels.",
    formula: "the median of many runs; spread = (90th − 10th percentile) / median",
    parameters: [
      Parameter("x", accepts: "a model", "the one to compare with"),
      Parameter("more", .variadic, accepts: "models", "the others"),
      Parameter(
        "on", .label, accepts: "data, such as `mnist.test`", "whose images the models are run on"),
      Parameter(
        "batch", .label, or: "256", accepts: "a whole number from 1",
        "images at a time in the second row"),
    ],
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); "
          + "let t = time(net, quantize(net, int8), on: digits.test, batch: 8); "
          + "print(t.oneImage.count, t.oneImage[0] > 0, t.batch[1] > 0)", prints: "2 true true"),
      Example(
        "time(input(4) |> linear(2), on: digits.test)",
        fails: "E0242: this model takes examples of shape 4; it was given 1×8×8"),
    ],
    related: ["compare", "cost", "quantize", "prune"])
) { call in
  guard let clock = call.context.clock else {
    throw call.error(
      "E0383", "`time` reads a clock, and there is none here",
      notes: ["what is graded must come out the same every time"],
      help: ["`compare` and `cost` count what does not depend on the machine"])
  }
  let models = try call.modelColumns()
  let data = try call.labeledData("on")
  guard data.count > 0 else {
    throw call.error("E0343", "there are no images in these data to run", at: "on")
  }
  let batch = min(try call.whole("batch", in: 1...65_536), Swift.max(1, data.count))
  let timing = try call.placed { try Timing(models.map(\.model), data, batch: batch, clock) }
  return .report(try timing.report(models.map(\.name), on: data.name))
}

/// Seconds of a clock that only goes forward.
public typealias SessionClock = @Sendable () -> Double

/// The medians and spreads of one call of `time`.
struct Timing {
  /// One model's seconds for one run of some images.
  struct Figure {
    var median: Double
    /// (90th − 10th percentile) / median.
    var spread: Double
    var runs: Int
  }

  let batch: Int
  private(set) var one: [Figure] = []
  private(set) var many: [Figure] = []
  private let models: [Model]

  init(_ models: [Model], _ data: LabeledData, batch: Int, _ clock: SessionClock) throws {
    self.models = models
    self.batch = batch
    // Every run takes the same images: what differs is the machine.
    one = try Self.measured(models, data.images.firstRows(1), clock)
    many = batch == 1 ? one : try Self.measured(models, data.images.firstRows(batch), clock)
  }

  /// Rounds in which each model has its turn, so that what slows the machine slows them all.
  ///
  /// A sample is as many runs as take 2 ms, so that the clock's own step does not show; there are 50
  /// samples, or as many as fit into a second, but at least 5. The first round warms up and does
  /// not count.
  private static func measured(
    _ models: [Model], _ images: Tensor, _ clock: SessionClock
  ) throws -> [Figure] {
    var runs = [Int](repeating: 1, count: models.count)
    func sample(_ index: Int) throws -> Double {
      let start = clock()
      for _ in 0..<runs[index] { _ = try models[index].predict(images) }
      return Swift.max(clock() - start, 1e-9)
    }
    for index in models.indices {
      _ = try sample(index)
      var seconds = try sample(index)
      while seconds < 0.002, runs[index] < 1 << 20 {
        runs[index] *= Swift.max(2, Swift.min(16, Int(0.0025 / seconds)))
        seconds = try sample(index)
      }
    }
    var samples = [[Double]](repeating: [], count: models.count)
    let start = clock()
    while samples[0].count < 5 || (samples[0].count < 50 && clock() - start < Double(models.count))
    {
      for index in models.indices { samples[index].append(try sample(index)) }
    }
    return models.indices.map { index in
      let each = samples[index].map { $0 / Double(runs[index]) }.sorted()
      let median = each[each.count / 2]
      let (low, high) = (each[each.count / 10], each[each.count * 9 / 10])
      return Figure(
        median: median, spread: (high - low) / median, runs: runs[index] * each.count)
    }
  }

  /// Two rows of times, and for each which kernels ran.
  func report(_ names: [String], on data: String) throws -> Report {
    let kernels = { (batch: Int) in models.map { $0.kernelsInWords(batch: batch) } }
    func rows(_ title: String, _ figures: [Figure], _ batch: Int) -> [[Report.Table.Cell]] {
      [
        [.text(title)] + figures.map { .text(duration($0.median)) }
          + [.text(faster(figures[0].median, figures[figures.count - 1].median))],
        [.text("  spread")] + figures.map { .share($0.spread) } + [.empty],
        [.text("  runs")] + figures.map { .number(Double($0.runs)) } + [.empty],
        [.text("  kernels")] + kernels(batch).map { .text($0) } + [.empty],
      ]
    }
    func list(_ figures: [Figure], _ member: (Figure) -> Double) throws -> Value {
      try .list(figures.map { .number(member($0)) })
    }
    let table = Report.Table(
      columns: [""] + names + [""],
      rows: rows("one image", one, 1) + (batch == 1 ? [] : rows("\(batch) images", many, batch)))
    let threads = Kernels.threads
    return Report(
      "on \(data), \(threads == 1 ? "one thread" : "\(threads) threads")",
      blocks: [.table(table)],
      members: [
        ("oneImage", try list(one, \.median)), ("batch", try list(many, \.median)),
        ("spread", try list(one, \.spread)),
      ])
  }
}

extension Model {
  /// The kernels of the layers that multiply weights, each once, in the order of the layers.
  fileprivate func kernelsInWords(batch: Int) -> String {
    var names: [String] = []
    for (node, kernel) in zip(nodes.dropFirst(), kernels(batch: batch))
    where node.parameters.contains(where: \.isWeight) && !names.contains(kernel.name) {
      names.append(kernel.name)
    }
    return names.isEmpty ? "float32" : names.joined(separator: "; ")
  }
}

extension Tensor {
  /// The first entries of the first axis.
  fileprivate func firstRows(_ count: Int) throws -> Tensor {
    let width = self.count / Swift.max(1, shape[0])
    return try Tensor(
      Shape([count] + shape.dimensions.dropFirst()),
      withScalars { Array($0.prefix(count * width)) })
  }
}

/// `41 µs`, `1.3 ms`: three digits.
private func duration(_ seconds: Double) -> String {
  for (unit, size) in [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)] where seconds >= size {
    return threeDigits(seconds / size) + " " + unit
  }
  return threeDigits(seconds / 1e-9) + " ns"
}

private func threeDigits(_ value: Double) -> String {
  let step = value >= 100 ? 1.0 : value >= 10 ? 10 : 100
  return textForm((value * step).rounded() / step)
}

/// `3.4× faster`; within 5%, which is what runs differ by, `about the same`.
private func faster(_ before: Double, _ after: Double) -> String {
  let factor = Swift.max(before, after) / Swift.min(before, after)
  if factor < 1.05 { return before == after ? "" : "about the same" }
  let shown = factor < 10 ? (factor * 10).rounded() / 10 : factor.rounded()
  return "\(textForm(shown))× \(after < before ? "faster" : "slower")"
}
