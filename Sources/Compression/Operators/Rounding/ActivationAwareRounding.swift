import Catalog
import Encodings
import Glibc
import Networks
import Tensors

/// Columns that meet large inputs are made larger before rounding, so that their error counts less.
///
///     s_c = max(mean|x_c|^r, 10⁻⁴) / √(max s · min s),   r = 0, 1/20 … 19/20
///     least  mean ‖(Q(W·s)/s − W) x‖²
///     then for each part: ranges smaller by i/20, i = 0 … 9, least  mean ‖(ŵ − w) x‖² over its columns
///
/// A grid has no scales by column, so s is kept only where 1/s goes into the layer before (a norm,
/// linear or conv2d, with relu, pooling or flatten between): no byte is added, and the network
/// computes the same. The layer before is rounded too, so its rows need scales of their own: on one
/// grid for all of it, rows enlarged by 1/s, by as much as 10⁴ for a channel that is always 0, would
/// leave nothing of the others. The first layer, and one behind anything else, has the second search
/// only, as a tensor by itself has. s is found layer by layer on the float model, each from the
/// weights as the layer before left them. Of equal errors the smaller r and the wider range win.
/// Errors are of all inputs at once, through their second moments.
///
/// - Source: Lin et al., 2024 (AWQ), §3, <https://arxiv.org/abs/2306.00978>; `auto_scale_block`,
///   `auto_clip_layer`.
public struct ActivationAwareRounding: RoundingMethod {
  public init() {}
  public init(_ settings: Settings) throws {}

  public var needsData: Bool { true }

  public func prepared(
    _ model: Model, with quantize: Quantize, on images: Tensor
  ) throws -> Model {
    var result = model
    for seam in Seam.all(in: model, norms: true) {
      guard try producerBears(seam, result, quantize),
        let calibration = try result.calibration(of: seam.consumer, on: images),
        let factors = try factors(seam, result, quantize, calibration)
      else { continue }
      result = try seam.rescaled(result, by: factors)
    }
    return result
  }

  /// Whether the layer before rounds each row as well as it did, however rows are scaled.
  private func producerBears(_ seam: Seam, _ model: Model, _ quantize: Quantize) throws -> Bool {
    let producer = model.nodes[seam.producer]
    guard !(producer.layer is BatchNorm), let weight = producer.parameters.first else {
      return true
    }
    let placed = try quantize.placed(weight.value.encoded, for: Self.card.name)
    return placed.grid.partition != .tensor
  }

  /// The best of twenty powers; `nil` when leaving things as they are is.
  func factors(
    _ seam: Seam, _ model: Model, _ quantize: Quantize, _ calibration: LayerCalibration
  ) throws -> [Float]? {
    let weight = try model.nodes[seam.consumer].parameters[0].value.encoded
    let moments = try calibration.meanMoments()
    let width = seam.columnsPerChannel
    let means = (0..<seam.channels).map { channel in
      calibration.magnitudeSums[channel * width..<(channel + 1) * width].reduce(0, +)
        / Double(max(1, calibration.count * width))
    }
    var best: [Float]?
    var least = try error(of: nil, weight, width, quantize, moments)
    for step in 1..<20 {
      var factors = means.map { max(1e-4, pow($0, Double(step) / 20)) }
      let middle = ((factors.max() ?? 1) * (factors.min() ?? 1)).squareRoot()
      factors = factors.map { $0 / middle }
      let rounded = factors.map { Float($0) }
      guard rounded.allSatisfy({ $0.isNormal && (1 / $0).isNormal }) else { continue }
      let error = try error(of: rounded, weight, width, quantize, moments)
      if error < least { (best, least) = (rounded, error) }
    }
    return best
  }

  /// mean ‖(Q(W·s)/s − W) x‖².
  private func error(
    of factors: [Float]?, _ weight: EncodedTensor, _ width: Int, _ quantize: Quantize,
    _ moments: Tensor
  ) throws -> Double {
    let columns = RowsAndColumns(weight.shape).columns
    func factor(_ flat: Int) -> Float { factors?[flat % columns / width] ?? 1 }
    let values = try weight.values
    let scaled = try Tensor(
      weight.shape, values.scalars.enumerated().map { $1 * factor($0) })
    let rounded = try quantize(EncodedTensor(scaled, kept: weight.kept)).values
    let back = try Tensor(weight.shape, rounded.scalars.enumerated().map { $1 / factor($0) })
    return try outputError(back.subtracting(values), moments)
  }

  public func quantized(
    _ weight: EncodedTensor, with quantize: Quantize, calibration: LayerCalibration?
  ) throws -> EncodedTensor {
    let matrix = RowsAndColumns(weight.shape)
    let inputs = try LayerCalibration.of(calibration, for: Self.card.name, matrix)
    var codes = try quantize.placed(weight, for: Self.card.name)
    // Scales that were given, or that fewer bits hold, stay.
    guard codes.hasFreeScales, weight.count > 0 else {
      return try codes.encoded(weight.shape, kept: weight.kept)
    }
    let parts = try Parts(codes.grid.partition, of: weight.shape)
    let values = try weight.values
    let whole = codes.grid.scales
    var least = [Double](repeating: .infinity, count: whole.count)
    var best = whole
    for step in 0..<10 {
      try Work.current.charge(weight.count * matrix.columns)
      let shrink = 1 - Float(step) / 20
      codes.grid.scales = whole.map { max(.leastNormalMagnitude, $0 * shrink) }
      let errors = errors(codes, parts, values, kept: weight.kept, matrix, inputs)
      for part in whole.indices where errors[part] < least[part] {
        least[part] = errors[part]
        best[part] = codes.grid.scales[part]
      }
    }
    codes.grid.scales = best
    try codes.takeCodes(of: values)
    return try codes.encoded(weight.shape, kept: weight.kept)
  }

  /// Of each part Σ d M dᵀ over its rows, d the differences in its own columns.
  private func errors(
    _ codes: PlacedGrid, _ parts: Parts, _ values: Tensor, kept: Bitmap?, _ matrix: RowsAndColumns,
    _ inputs: LayerCalibration
  ) -> [Double] {
    var errors = [Double](repeating: 0, count: parts.count)
    let columns = matrix.columns
    values.withScalars { weights in
      inputs.moments.withUnsafeBufferPointer { moments in
        parts.forEachRun { part, places in
          var start = places.lowerBound
          while start < places.upperBound {
            let end = min(places.upperBound, start - start % columns + columns)
            let differences = (start..<end).map { flat in
              kept?[flat] == false
                ? 0
                : Double(codes.value(of: codes.code(of: weights[flat], part: part), part: part))
                  - Double(weights[flat])
            }
            let first = start % columns
            for (row, left) in differences.enumerated() where left != 0 {
              let base = (first + row) * columns + first
              var sum = 0.0
              for (column, right) in differences.enumerated() {
                sum += right * moments[base + column]
              }
              errors[part] += left * sum
            }
            start = end
          }
        }
      }
    }
    return errors
  }

  public static let card = Card(
    "awq", .option,
    summary: "Enlarges columns that meet large inputs before rounding, then tries smaller ranges.",
    formula: "s = mean|x|^r / √(max·min), argmin ‖(Q(W·s)/s − W)x‖² over r = 0, 1/20 … 19/20",
    source: "Lin et al. 2024, AWQ, §3, arXiv:2306.00978",
    examples: [
      Example(
        "print(quantize(tensor([[1, 0.3]]), int2, method: awq, inputs: tensor([[0.1, 2]])).scale)",
        prints: "0.55"),
      Example(
        "quantize(tensor([[1, 2]]), int4, method: awq)",
        fails: "E0370: `awq` looks at what flows into each layer, and there are no data"),
    ],
    related: ["gptq", "smooth", "quantize"])
}
