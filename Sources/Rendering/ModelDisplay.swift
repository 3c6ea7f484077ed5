import Catalog
import Encodings
import Networks
import Tensors

/// A model as a table of its layers, with what each gives out, learns and costs.
///
///     model   1×28×28 → 10   266,610 parameters   266,200 multiply-adds   float
///       layer                output    parameters    multiply-adds    weights
///       linear1  linear(300)    300       235,500          235,200    f32
func modelLines(_ model: Model, _ options: DisplayOptions) -> [String] {
  let parameters = model.nodes.reduce(0) { $0 + parameterCount($1) }
  var parts = [
    options.paint("model", .name), "\(model.inputShape) → \(model.outputShape)",
    "\(grouped(parameters)) parameters", "\(grouped(model.multiplyAdds)) multiply-adds",
  ]
  parts.append(badge(of: model))
  let rows = model.nodes.map { node -> [String] in
    let cost = node.layer.multiplyAdds(node.inputs.map { model.nodes[$0].outputShape })
    let count = parameterCount(node)
    return [
      "  " + node.name, call(of: node.layer), "\(node.outputShape)",
      count == 0 ? "" : grouped(count), cost == 0 ? "" : grouped(cost), weights(of: node),
    ]
  }
  let table = TextTable(
    headings: ["  layer", "", "output", "parameters", "multiply-adds", "weights"],
    rows: shortened(rows, to: options.height - 3),
    alignments: [.left, .left, .right, .right, .right, .left])
  return wrapped(parts.joined(separator: "   "), width: options.width)
    + table.lines(options, gap: 3)
}

/// `float`, `int8 weights`, `simulated int8`, and what of it is pruned.
private func badge(of model: Model) -> String {
  let weights = model.nodes.flatMap { node in node.parameters.filter(\.isWeight) }
  var kinds: [String] = []
  for weight in weights {
    let kind = if case .encoded(let encoded) = weight.value { encoded.badge ?? "float" } else { "float" }
    if !kinds.contains(kind) { kinds.append(kind) }
  }
  return kinds.isEmpty ? "float" : kinds.joined(separator: " and ")
}

private func parameterCount(_ node: Model.Node) -> Int {
  node.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.count }
}

/// How a layer's weights are stored: `f32`, `int8`, `f32, 60% zero`.
private func weights(of node: Model.Node) -> String {
  guard let weight = node.parameters.first(where: \.isWeight) else { return "" }
  guard case .encoded(let encoded) = weight.value else { return "f32" }
  var text = encoded.grid.map { $0.isSimulated ? $0.badge : "\($0.format)" } ?? "f32"
  if let kept = encoded.kept {
    text += ", \(percent(kept.count - kept.setCount, of: kept.count)) pruned"
  }
  return text
}

/// The call that makes the layer: `conv2d(32, padding: 1)`.
private func call(of layer: any Layer) -> String {
  let card = type(of: layer).card
  let settings = layer.settings
  let arguments = (card.parameters ?? []).compactMap { parameter -> String? in
    guard let setting = settings[parameter.name] else { return nil }
    return (parameter.passing == .label ? parameter.name + ": " : "") + text(setting)
  }
  return card.name + (arguments.isEmpty ? "" : "(" + arguments.joined(separator: ", ") + ")")
}

private func text(_ setting: Setting) -> String {
  switch setting {
  case .number(let value): short(value, digits: 7)
  case .boolean(let value): value ? "true" : "false"
  case .text(let value): "\"\(value)\""
  case .numbers(let values): values.map { short($0, digits: 7) }.joined(separator: ", ")
  case .option(let name, _): name
  }
}

/// The first and last rows where not all fit.
private func shortened(_ rows: [[String]], to limit: Int) -> [[String]] {
  guard rows.count > limit, limit > 2 else { return rows }
  let last = limit / 3
  return rows.prefix(limit - 1 - last) + [["  ⋮"]] + rows.suffix(last)
}

/// A data set: what it holds, how it was split, where it comes from.
func dataSetLines(_ data: DataSet, _ options: DisplayOptions) -> [String] {
  let head = [options.paint(data.name, .name), data.summary].filter { !$0.isEmpty }
  return wrapped(head.joined(separator: "   "), width: options.width)
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
