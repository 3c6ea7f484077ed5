import Catalog
import Networks
import Tensors

/// `plot`: numbers as a picture; a report that the front end draws.
let plotBuiltin = Builtin(
  Card(
    "plot", .verb,
    summary:
      "Draws a history, an image, a line of points, or how often each size of number occurs.",
    parameters: [
      Parameter(
        "x", accepts: "a tensor, a model, a history, a sweep, data or a list of numbers",
        "what is drawn"),
      Parameter(
        "y", or: "", accepts: "a tensor or a list of numbers", "heights over `x` as a line"),
      Parameter("bins", .label, or: "", accepts: "a whole number from 1", "bars of a histogram"),
      Parameter(
        "index", .label, or: "0", accepts: "a whole number from 0", "which image of several"),
    ],
    examples: [
      Example("plot(randn(100, seed: 1), bins: 5)", prints: "100 numbers"),
      Example("plot(linspace(0, 1, 5), [0, 1, 4, 9, 16])", prints: "5 points"),
      Example("plot(mnist.test, index: 3)", prints: "image 3 of mnist.test: class 3"),
      Example("plot(input(4) |> linear(2))", fails: "E0210: this model has not been trained yet"),
    ],
    related: ["histogram", "history"])
) { call in
  .report(try call.plotted())
}

extension Call {
  fileprivate func plotted() throws -> Report {
    if has("y") { return try linePlot() }
    switch try value("x") {
    case .object(let object as ModelObject):
      guard let history = object.model.history, !history.epochs.isEmpty else {
        throw error(
          "E0210", "this model has not been trained yet", at: "x",
          help: ["its weights: `plot(net.linear1.weight)`"])
      }
      return history.plot
    case .object(let object as HistoryObject):
      guard !object.history.epochs.isEmpty else {
        throw error("E0210", "this history is empty", at: "x")
      }
      return object.history.plot
    case .report(let report): return try plot(of: report)
    case .object(let object as LabeledDataObject): return try imagePlot(object.data)
    case .object(let object as DataSetObject): return try imagePlot(object.dataSet.train)
    default:
      let tensor = try self.tensor("x")
      guard tensor.count > 0 else { throw error("E0210", "there is nothing to draw", at: "x") }
      let isImage = !has("bins") && tensor.looksLikeImages
      return isImage ? try imagePlot(tensor, title: "image") : try histogramPlot(tensor)
    }
  }

  /// The plots of a report; of a sweep whose results are numbers, these over its inputs.
  private func plot(of report: Report) throws -> Report {
    let plots = report.blocks.filter { if case .plot = $0 { true } else { false } }
    if !plots.isEmpty { return Report(report.title, blocks: plots) }
    func numbers(_ name: String) -> [Double]? {
      guard case .list(let list)? = report.members.first(where: { $0.name == name })?.value else {
        return nil
      }
      return list.numbers
    }
    guard let x = numbers("inputs"), let y = numbers("results"), x.count == y.count, !x.isEmpty
    else { throw error("E0210", "this report has no line of numbers to draw", at: "x") }
    let series = Report.Plot.Series("", x: x, y: y)
    return Report(
      report.title,
      blocks: [.plot(Report.Plot(.lines, xLabel: "input", yLabel: "result", series: [series]))])
  }

  private func linePlot() throws -> Report {
    let x = try tensor("x").scalars.map(Double.init)
    let y = try tensor("y").scalars.map(Double.init)
    guard x.count == y.count, !x.isEmpty else {
      throw error(
        "E0219", "`plot` wants as many heights as places; these are \(y.count) and \(x.count)",
        at: "y")
    }
    let series = Report.Plot.Series(sourceText(of: "y") ?? "y", x: x, y: y)
    let plot = Report.Plot(.lines, xLabel: sourceText(of: "x") ?? "x", series: [series])
    return Report("\(x.count) points", blocks: [.plot(plot)])
  }

  private func histogramPlot(_ tensor: Tensor) throws -> Report {
    let bins = try optionalWhole("bins", in: 1...1000) ?? 20
    let counts = try placed(at: "x") { try tensor.histogram(bins: bins) }
    let middles = zip(counts.edges, counts.edges.dropFirst()).map { ($0 + $1) / 2 }
    let series = Report.Plot.Series("count", x: middles, y: counts.counts.map(Double.init))
    return Report(
      "\(tensor.count) numbers",
      blocks: [.plot(Report.Plot(.bars, xLabel: "value", yLabel: "count", series: [series]))])
  }

  private func imagePlot(_ data: LabeledData) throws -> Report {
    let index = try whole("index", in: 0...(data.count - 1))
    let one = try placed { try data.images.sliced([.index(index)]) }
    let label = Int(data.labels[index])
    let name = data.classNames.indices.contains(label) ? data.classNames[label] : "\(label)"
    return try imagePlot(one, title: "image \(index) of \(data.name): class \(name)")
  }

  /// An image `[height, width]` or `[channels, height, width]`; of colours the mean is drawn.
  private func imagePlot(_ tensor: Tensor, title: String) throws -> Report {
    var image = tensor
    if image.shape.rank == 4 {
      let index = try whole("index", in: 0...(image.shape[0] - 1))
      image = try placed { try image.sliced([.index(index)]) }
    }
    if image.shape.rank == 3 {
      let colours = image
      image = try placed { try colours.reduced(.mean, axis: 0) }
    }
    guard image.shape.rank == 2, image.count > 0 else {
      throw error("E0247", "this is no image: its shape is \(image.shape)", at: "x")
    }
    let width = image.shape[1]
    let scalars = image.scalars.map(Double.init)
    let columns = (0..<width).map(Double.init)
    let rows = (0..<image.shape[0]).map { row in
      Report.Plot.Series("", x: columns, y: Array(scalars[row * width..<(row + 1) * width]))
    }
    return Report(title, blocks: [.plot(Report.Plot(.image, series: rows))])
  }
}

extension Tensor {
  /// Pictures have at least 4×4 pixels from 0 to 1 and one or three channels; filters do not.
  fileprivate var looksLikeImages: Bool {
    let lengths = shape.dimensions
    guard (3...4).contains(lengths.count), [1, 3].contains(lengths[lengths.count - 3]) else {
      return false
    }
    return lengths.suffix(2).allSatisfy { $0 >= 4 } && scalars.allSatisfy { (0...1).contains($0) }
  }
}

extension History {
  /// Loss over the epochs and, below it, accuracy and the share of zeros.
  fileprivate var plot: Report {
    func lines(_ label: String, _ figures: [(String, [Double?])]) -> Report.Block? {
      let series = figures.compactMap { name, values -> Report.Plot.Series? in
        let points = values.enumerated().compactMap { index, value in
          value.map { (x: Double(index + 1), y: $0) }
        }
        return points.isEmpty
          ? nil : Report.Plot.Series(name, x: points.map(\.x), y: points.map(\.y))
      }
      if series.isEmpty { return nil }
      return .plot(Report.Plot(.lines, xLabel: "epoch", yLabel: label, series: series))
    }
    let loss = lines(
      "loss", [("training", epochs.map(\.loss)), ("validation", epochs.map(\.validationLoss))])
    let accuracy = lines(
      "accuracy",
      [("training", epochs.map(\.accuracy)), ("validation", epochs.map(\.validationAccuracy))])
    // A network that nobody prunes has no line at 0 drawn for it.
    let isPruned = epochs.contains { $0.sparsity > 0 }
    let sparsity = isPruned ? lines("zero weights", [("sparsity", epochs.map(\.sparsity))]) : nil
    return Report(
      "\(epochs.count) \(epochs.count == 1 ? "epoch" : "epochs")",
      blocks: [loss, accuracy, sparsity].compactMap(\.self))
  }
}
