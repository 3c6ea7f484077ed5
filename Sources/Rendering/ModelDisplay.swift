import Catalog
import Encodings
import Interpreter
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
      "  " + node.name, node.written, "\(node.outputShape)",
      count == 0 ? "" : grouped(count), cost == 0 ? "" : grouped(cost), weights(of: node),
    ]
  }
  let table = TextTable(
    headings: ["  layer", "", "output", "parameters", "multiply-adds", "weights"],
    rows: shortened(rows, to: options.height - 3),
    alignments: [.left, .left, .right, .right, .right, .left])
  return inLines(parts, options)
    + table.lines(options, gap: 3)
}

/// `float`, `int8 weights`, `simulated int8`, and what of it is pruned.
private func badge(of model: Model) -> String {
  let weights = model.nodes.flatMap { node in node.parameters.filter(\.isWeight) }
  var kinds: [String] = []
  for weight in weights {
    let kind =
      if case .encoded(let encoded) = weight.value { encoded.badge ?? "float" } else { "float" }
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
  var text = encoded.grid.map { $0.isSimulated ? $0.badge : $0.formatName } ?? "f32"
  if let kept = encoded.kept {
    text += ", \(percent(kept.count - kept.setCount, of: kept.count)) pruned"
  }
  return text
}

/// The first and last rows where not all fit.
func shortened(_ rows: [[String]], to limit: Int) -> [[String]] {
  guard rows.count > limit, limit > 2 else { return rows }
  let last = limit / 3
  return rows.prefix(limit - 1 - last) + [["  ⋮"]] + rows.suffix(last)
}

/// One layer on a line, and its parameters below.
func layerLines(_ layer: LayerObject, _ options: DisplayOptions) -> [String] {
  let node = layer.node
  let shapes = node.inputs.map { "\(layer.model.nodes[$0].outputShape)" }
  let flow = (shapes.isEmpty ? "" : shapes.joined(separator: ", ") + " → ") + "\(node.outputShape)"
  let rows = node.parameters.map { parameter in
    ["  " + parameter.name, "[\(parameter.shape)]", grouped(parameter.shape.count)]
  }
  return [options.paint(node.name, .name) + "   \(node.written)   \(flow)"]
    + TextTable(rows: rows, alignments: [.left, .left, .right]).lines(options)
}
