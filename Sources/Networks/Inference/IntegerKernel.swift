import Encodings
import Tensors

/// How a layer's weights meet its input, for every kernel that is not the plain float one.
public enum WeightProduct: Sendable, Equatable {
  /// y = x Wᵀ + b, weights `[out, in]`.
  case rows
  /// Windows of images times weights `[out, in, kernel, kernel]`, plus b.
  case windows(Convolution, kernel: Int)
}

/// One layer's product in integers, prepared for its input's and its output's grid.
///
///     acc = Σ (q_x − z_x)(q_w − z_w) + q_b                                     exact, int32
///     q_y = clamp(rne(float(acc) · M) + z_y, q_min, q_max),  M = s_x·s_w / s_y
///     q_b = rne(b / (s_x·s_w))                                                 double → int32
///
/// M is float32, its product and quotient rounded one after the other, as ONNX Runtime computes it;
/// float(acc) and its product with M are float32 too. Padding has the code z_x.
///
/// - Source: ONNX QLinearConv and QLinearMatMul; Jacob et al., 2018, §2.2,
///   <https://arxiv.org/abs/1712.05877>.
struct IntegerKernel: Sendable {
  let product: WeightProduct
  let input: ActivationGrid?
  private let weights: IntegerWeights
  /// Laid out for the kernels of this layer alone; `nil` when simulated.
  private let packed: LaidBytes?
  private let bias: [Int32]
  private let floatBias: [Float]

  /// - Parameters:
  ///   - input: the grid of the input, or `nil` when every example brings its own.
  ///   - bias: in floats; `codes` when they are known.
  /// - Throws: `IntegerError`.
  init(
    _ product: WeightProduct, _ value: ParameterValue, bias: Tensor?, codes: [Int32]?,
    input: ActivationGrid?, isSimulated: Bool, layer: String
  ) throws {
    self.product = product
    self.input = input
    let weights = try IntegerWeights(value, layer: layer)
    self.weights = weights
    floatBias = bias?.scalars ?? []
    self.bias =
      input.map { codes ?? weights.biasCodes(bias, inputScale: $0.scale) } ?? []
    try weights.checkSums(self.bias, inputZero: input?.byteZero ?? 255, layer: layer)
    packed = isSimulated ? nil : LaidBytes(weights, product)
  }

  /// The bytes of its own layout of the weights, once a product was asked for.
  var bytes: Int { packed?.bytes ?? 0 }

  /// The share of the groups of four weights that are not all 0; `nil` when simulated.
  var groupShare: Double? { packed?.groupShare }

  /// Whether a product reads only the groups of weights that are not all 0.
  ///
  /// - Parameter vectors: rows, or places of an image, that are multiplied together.
  func skipsZeros(vectors: Int) -> Bool {
    guard let packed else { return false }
    return vectors >= ByteRule.fewestVectors
      && packed.groupShare <= ByteRule.mostGroups(product)
  }

  private func skipsZeros(_ x: Shape) throws -> Bool {
    switch product {
    case .rows: return skipsZeros(vectors: x.rank > 0 ? x[0] : 0)
    case .windows(let windows, let kernel):
      let shape = try windows.outputShape(x, [weights.outputs, x[1], kernel, kernel])
      return skipsZeros(vectors: shape[2] * shape[3])
    }
  }

  /// The bias as codes; empty without a fixed input grid.
  var biasCodes: [Int32] { bias }

  /// The scale of each output's weights.
  var weightScales: [Float] { weights.scales }

  /// M of each output.
  func multipliers(_ input: ActivationGrid, _ output: ActivationGrid) -> [Float] {
    weights.scales.map { ((input.scale * $0) / output.scale).bounded }
  }

  /// Codes in, codes out.
  func callAsFunction(_ x: Codes, onto output: ActivationGrid) throws -> Codes {
    let multipliers = multipliers(x.grid, output)
    switch x.storage {
    case .floats(let floats):
      let sums = try simulatedSums(floats, zero: x.grid.byteZero)
      return Codes(
        output,
        .floats(
          try simulated(sums, floats.shape) { sum, channel in
            output.requantized(Float(sum) * multipliers[channel])
          }))
    case .bytes(let bytes):
      guard let packed = packed?.weights else { return x }
      let rescaling = Rescaling(
        offsets: offsets(zero: x.grid.byteZero), multipliers: multipliers, zero: output.byteZero,
        highest: output.byteHighest)
      let skips = try skipsZeros(bytes.shape)
      switch product {
      case .rows:
        return Codes(
          output, .bytes(try packed.linearCodes(bytes, rescaling, skipsZeros: skips)))
      case .windows(let windows, let kernel):
        return Codes(
          output,
          .bytes(
            try packed.windowCodes(
              bytes, windows, kernel: kernel, zeros: [x.grid.byteZero], rescaling,
              skipsZeros: skips)))
      }
    }
  }

  /// The product as a layer of a network of bytes, onto a grid, or `nil` where zeros are skipped or
  /// weights have a code of 0 that is not 0.
  ///
  /// - Parameter places: of a result that is an image; as many as fill the lanes for a row.
  func byteProduct(onto output: ActivationGrid, places: Int) -> ByteProduct? {
    guard let input, packed != nil, !skipsZeros(vectors: places),
      weights.zeros.allSatisfy({ $0 == 0 })
    else { return nil }
    return ByteProduct(
      codes: weights.bytes, offsets: offsets(zero: input.byteZero),
      multipliers: multipliers(input, output), zero: output.byteZero, highest: output.byteHighest)
  }

  /// q_b − z_x Σ q_w + inputs · z_x · z_w: all of the sum that does not depend on the input.
  private func offsets(zero: Int32) -> [Int32] {
    let sums = packed?.sums ?? []
    return (0..<weights.outputs).map { output in
      let fixed = Int32(weights.inputs) * zero * weights.zeros[output] - zero * sums[output]
      return fixed + (output < bias.count ? bias[output] : 0)
    }
  }

  /// Floats in, floats out: each example on the grid of its own range.
  ///
  ///     s_x = (max(x, 0) − min(x, 0)) / (q_max − q_min)     z_x = clamp(rne(q_min − min/s_x))
  ///     y   = float(acc) · (s_x · s_w) + b                                        float32
  ///
  /// - Source: ONNX DynamicQuantizeLinear and MatMulInteger, example by example.
  func dynamic(_ x: Tensor, _ format: IntegerFormat, isSimulated: Bool) throws -> Tensor {
    let count = x.shape[0]
    let grids = try ActivationGrid.ofSlices(x, format)
    let zeros = grids.map(\.byteZero)
    let scales = grids.map(\.scale)
    if isSimulated || packed == nil {
      let parts = try (0..<count).map { row in
        let codes = try Codes(x.rows(row..<row + 1), on: grids[row], isSimulated: true)
        guard case .floats(let floats) = codes.storage else { return try codes.values }
        let sums = try simulatedSums(floats, zero: zeros[row])
        return try simulated(sums, floats.shape) { sum, channel in
          let value = Float(sum) * (scales[row] * weights.scales[channel])
          return floatBias.isEmpty ? value : value + floatBias[channel]
        }
      }
      return try .concatenated(parts, axis: 0)
    }
    guard let packed = packed?.weights else { return x }
    let bytes = try ByteTensor(
      x, scales: scales, zeros: zeros, highest: format.highest - format.lowest)
    let rescaling = Rescaling(
      rowZeros: zeros, rowScales: scales, multipliers: weights.scales, bias: floatBias)
    let skips = try skipsZeros(x.shape)
    switch product {
    case .rows: return try packed.linearValues(bytes, rescaling, skipsZeros: skips)
    case .windows(let windows, let kernel):
      return try packed.windowValues(
        bytes, windows, kernel: kernel, zeros: zeros, rescaling, skipsZeros: skips)
    }
  }

  // MARK: - Simulation

  /// Σ (q_x − z_x)(q_w − z_w) + q_b as doubles, in the order of the result.
  ///
  /// Products of at most 256 pairs go through the float32 matrix product: each is at most 255 · 255,
  /// so every partial sum is a whole number below 2^24 and exact in any order. Longer sums are added
  /// in double, which is exact below 2^53.
  private func simulatedSums(_ x: Tensor, zero: Int32) throws -> [Double] {
    let columns: Tensor  // [rows, inputs]
    switch product {
    case .rows: columns = x
    case .windows(let windows, let kernel):
      columns = try windows.columns(x, kernel: kernel, filling: Float(zero))
    }
    let rows = columns.shape[0]
    let (outputs, inputs) = (weights.outputs, weights.inputs)
    var sums = [Double](repeating: 0, count: rows * outputs)
    for start in stride(from: 0, to: inputs, by: 256) {
      let width = min(256, inputs - start)
      let left = try Tensor(unsafeUninitialized: [rows, width]) { target in
        columns.withScalars { source in
          for row in 0..<rows {
            for k in 0..<width {
              target[row * width + k] = source[row * inputs + start + k] - Float(zero)
            }
          }
        }
      }
      let right = try Tensor(unsafeUninitialized: [outputs, width]) { target in
        for output in 0..<outputs {
          guard let row = target.baseAddress.map({ $0 + output * width }) else { return }
          weights.copyDistances(output, start..<start + width, to: row)
        }
      }
      try left.matrixProduct(right, transposingRight: true).withScalars { part in
        for index in part.indices { sums[index] += Double(part[index]) }
      }
    }
    for output in 0..<outputs where output < bias.count {
      for row in 0..<rows { sums[row * outputs + output] += Double(bias[output]) }
    }
    return sums
  }

  /// The result in the layer's shape, out of sums `[rows, outputs]`.
  private func simulated(
    _ sums: [Double], _ input: Shape, _ finish: (Double, Int) -> Float
  ) throws -> Tensor {
    let outputs = weights.outputs
    switch product {
    case .rows:
      return try Tensor(unsafeUninitialized: [input[0], outputs]) { target in
        for index in target.indices { target[index] = finish(sums[index], index % outputs) }
      }
    case .windows(let windows, let kernel):
      let shape = try windows.outputShape(input, [outputs, input[1], kernel, kernel])
      let places = shape[2] * shape[3]
      return try Tensor(unsafeUninitialized: shape) { target in
        for index in target.indices {
          let (image, output, place) = (
            index / places / outputs, index / places % outputs, index % places
          )
          target[index] = finish(sums[(image * places + place) * outputs + output], output)
        }
      }
    }
  }
}

extension ActivationGrid {
  /// The grid of the range of some numbers, widened to hold 0; scale 1 when the range is 0.
  ///
  /// Numbers that are not finite do not count; they saturate, and NaN has the code of 0.
  public static func of(_ x: Tensor, _ format: IntegerFormat) throws -> ActivationGrid {
    guard x.count > 0 else { return try ActivationGrid(format, lowest: 0, highest: 0) }
    return try of(x, format, least: x.reduced(.minimum)[0], most: x.reduced(.maximum)[0])
  }

  /// The same for each slice of the first axis.
  static func ofSlices(_ x: Tensor, _ format: IntegerFormat) throws -> [ActivationGrid] {
    guard x.count > 0 else {
      return try (0..<x.shape[0]).map { _ in try ActivationGrid(format, lowest: 0, highest: 0) }
    }
    return try x.sliceRanges().enumerated().map { row, range in
      guard !range.least.isFinite || !range.most.isFinite else {
        return try of(x, format, least: range.least, most: range.most)
      }
      return try of(x.rows(row..<row + 1), format)
    }
  }

  private static func of(
    _ x: Tensor, _ format: IntegerFormat, least: Float, most: Float
  ) throws -> ActivationGrid {
    // NaN when there is one: only then must every number be looked at.
    if least.isFinite, most.isFinite {
      return try ActivationGrid(format, lowest: min(0, least), highest: max(0, most))
    }
    var (low, high) = (Float(0), Float(0))
    x.withScalars { scalars in
      for value in scalars where value.isFinite {
        low = min(low, value)
        high = max(high, value)
      }
    }
    return try ActivationGrid(format, lowest: low, highest: high)
  }

  /// s = (hi − lo) / (q_max − q_min), z = clamp(rne(q_min − lo / s)); 1 and the code nearest to 0
  /// when the range is 0 or too small for a scale.
  public init(_ format: IntegerFormat, lowest: Float, highest: Float) throws {
    let (bottom, top) = (Float(format.lowest), Float(format.highest))
    // Halves first where the whole range is beyond the largest float.
    let whole = (highest - lowest) / (top - bottom)
    let scale =
      whole.isFinite ? whole : highest / (top - bottom) - lowest / (top - bottom)
    guard scale > 0, scale.isFinite else {
      try self.init(format, scale: 1, zeroPoint: max(format.lowest, min(format.highest, 0)))
      return
    }
    let zero = max(bottom, min(top, (bottom - lowest / scale).rounded(.toNearestOrEven)))
    try self.init(format, scale: scale, zeroPoint: Int32(zero))
  }
}
