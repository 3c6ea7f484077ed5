import Catalog
import Interpreter
import Networks
import Tensors

/// A data set: what it holds, how it was split, where it comes from.
func dataSetLines(_ data: DataSet, _ options: DisplayOptions) -> [String] {
  let head = [options.paint(data.name, .name), data.summary].filter { !$0.isEmpty }
  return inLines(head, options)
    + TextTable(
      rows: [["  train"] + cells(data.train), ["  test"] + cells(data.test)],
      alignments: [.left, .right, .left, .left]
    ).lines(options, gap: 3)
    + (data.provenance.isEmpty
      ? [] : wrapped(data.provenance, width: options.width - 2).map { "  " + $0 })
}

/// One part of a data set on a line.
func labeledDataLines(_ data: LabeledData, _ options: DisplayOptions) -> [String] {
  ([options.paint(data.name, .name)] + cells(data)).filter { !$0.isEmpty }.joined(separator: "   ")
    .cut(to: options.width).split(separator: "\n").map(String.init)
}

private func cells(_ data: LabeledData) -> [String] {
  [
    "\(grouped(data.count)) examples", "\(data.exampleShape)",
    data.classCount == 0 ? "" : "\(data.classCount) classes",
  ]
}

/// How a training went, an epoch a line.
func historyLines(_ history: History, _ options: DisplayOptions) -> [String] {
  func share(_ value: Double?) -> String { value.map { fixed(100 * $0, 1) + "%" } ?? "" }
  func loss(_ value: Double?) -> String { value.map { fixed($0, 4) } ?? "" }
  let isValidated = history.epochs.contains { $0.validationLoss != nil }
  let isPruned = history.epochs.contains { $0.sparsity > 0 }
  let rows = history.epochs.enumerated().map { number, epoch in
    ["  \(number + 1)", loss(epoch.loss), share(epoch.accuracy)]
      + (isValidated ? [loss(epoch.validationLoss), share(epoch.validationAccuracy)] : [])
      + (isPruned ? [share(epoch.sparsity)] : [])
  }
  let headings =
    ["  epoch", "loss", "accuracy"] + (isValidated ? ["validation loss", "accuracy"] : [])
    + (isPruned ? ["zero weights"] : [])
  return [options.paint("history", .name) + "   \(history.epochs.count) epochs"]
    + TextTable(
      headings: headings, rows: shortened(rows, to: options.height - 3), alignments: [.right]
    ).lines(options)
}
