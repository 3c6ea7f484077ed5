import Catalog
import Encodings
import Networks
import Tensors

/// Gives the results of every layer one grid, found once on examples.
///
///     q_y = clamp(rne(float(Σ (q_x − z_x)(q_w − z_w) + q_b) · M) + z_y),  M = s_x·s_w / s_y
///     q_b = rne(b / (s_x·s_w))
///
/// Sums are exact int32; M is float32, s_x·s_w rounded first; float(…) and its product with M are
/// float32; rne rounds half to even. Layers that only pick or move codes (relu, pooling of maxima,
/// flatten) keep their input's grid, and the layer before one of them covers what passes it: so a
/// relu costs no range. Softmax and sigmoid have scale 1/256, tanh 1/128. Other layers decode,
/// compute in float32, and round to their grid. Simulated and real codes are the same.
///
/// - Source: Jacob et al., 2018, §2, <https://arxiv.org/abs/1712.05877>; ONNX QLinearConv and
///   QLinearMatMul; TFLite 8-bit specification for softmax and tanh.
public struct StaticActivations: ActivationRule {
  /// The codes of activations.
  public let format: IntegerFormat

  public init(_ settings: Settings) throws { format = try Self.bytes(settings) }

  public func callAsFunction(
    _ model: Model, _ resources: Resources, range: any RangeRule, simulates: Bool
  ) throws -> Model {
    guard let data = resources.data else { throw ActivationError.noData }
    guard data.count > 0 else { throw ActivationError.noExamples }
    let ranges = try observed(model, data, range, resources)
    let grids = try grids(model, ranges)
    let prepared = try model.biasesFitting(grids)
    let steps = grids.map { IntegerStep(.fixed($0), isSimulated: simulates) }
    return try prepared.running(steps).withBiasCodes()
  }

  /// What the range rule saw of every layer's results, streaming.
  private func observed(
    _ model: Model, _ data: LabeledData, _ range: any RangeRule, _ resources: Resources
  ) throws -> [any RangeObserver] {
    var observers = model.nodes.map { _ in range.observer() }
    var seen = 0
    try model.observe(data.images) { node, _, output in
      try output.withScalars { scalars throws in try observers[node].observe(scalars) }
      if node == model.nodes.count - 1 {
        seen += output.shape[0]
        resources.progress(
          VerbProgress(
            "calibration", fraction: Double(seen) / Double(data.count),
            isFinal: seen == data.count))
      }
    }
    return observers
  }

  /// The grid of each layer's results, in the order of the layers.
  private func grids(_ model: Model, _ observers: [any RangeObserver]) throws -> [ActivationGrid] {
    let nodes = model.nodes
    var consumers = [[Int]](repeating: [], count: nodes.count)
    for (place, node) in nodes.enumerated() {
      for input in node.inputs { consumers[input].append(place) }
    }
    var grids: [ActivationGrid] = []
    for (place, node) in nodes.enumerated() {
      switch node.layer.outputGrid {
      case .input where !node.inputs.isEmpty: grids.append(grids[node.inputs[0]])
      case .steps(let lowest, let highest):
        let scale = (highest - lowest) / Float(1 << format.bits)
        let zero = (Float(format.lowest) - lowest / scale).rounded(.toNearestOrEven)
        grids.append(try ActivationGrid(format, scale: scale, zeroPoint: Int32(zero)))
      case .measured, .input:
        // What the only reader lets pass is what counts: behind a relu nothing is below 0.
        var last = place
        while consumers[last].count == 1, nodes[consumers[last][0]].layer.outputGrid == .input {
          last = consumers[last][0]
        }
        let range = try observers[last].range(for: format, symmetric: false)
        let point = try range.affinePoint(format)
        grids.append(
          try ActivationGrid(format, scale: point.scale, zeroPoint: point.zero))
      }
    }
    return grids
  }

  public static let card = Card(
    "static", .option,
    summary: "Runs a model in integers: each layer's results have one grid, found on examples.",
    formula: "q_y = clamp(rne(Σ (q_x − z_x)(q_w − z_w) · s_x·s_w/s_y) + z_y), sums in int32",
    source: "Jacob et al. 2018, arXiv:1712.05877; ONNX QLinearConv, QLinearMatMul",
    parameters: [format],
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); "
          + "let q = quantize(net, int8, activations: static, calibrate: digits.train); "
          + "print(q.input.activation.scale * 255, q.input.activation.zeroPoint)",
        prints: "1 0"),
      Example(
        "quantize(input(4) |> linear(2), int8, activations: static)",
        fails: "E0382: `activations: static` needs examples to find the ranges on"),
    ],
    related: ["dynamic", "quantize", "time"])
}
