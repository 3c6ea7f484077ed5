import Catalog
import Encodings
import Tensors

/// Stores weights as small integers on an even grid.
///
///     symmetric   s = max|w| / (2^(b−1) − 1)          z = 0
///     affine      s = (hi − lo) / (q_max − q_min)     z = clamp(rne(q_min − lo/s))
///     code        q = clamp(rne(w/s) + z, q_min, q_max)
///     value       ŵ = s · (q − z)
///
/// with lo = min(w, 0) and hi = max(w, 0), so that 0 is always on the grid. All of it is float32,
/// rounded half to even; w is divided by s, not multiplied by 1/s. A range that is 0 (or whose s
/// underflows) has s = 1 and z = 0. Pruned weights stay exactly 0.
///
/// - Source: ONNX QuantizeLinear and DynamicQuantizeLinear, opset 21; the symmetric scale as
///   AWQ's and TFLite's, at every width.
public struct Quantize: WeightVerb {
  /// The weights that share a scale.
  public enum Slices: String, Sendable, CaseIterable {
    case tensor
    /// Slices of axis 0.
    case channel
  }

  /// The integers that stand for the weights: q_min, q_max and b.
  public var format: IntegerFormat
  /// Which weights share a scale.
  public var per: Slices
  /// `nil`: symmetric with a sign, affine without.
  public var isSymmetric: Bool?
  /// Given scales, one in all or one a channel.
  public var scales: [Double]?
  /// Given zero points, as many as scales, or one for all.
  public var zeroPoints: [Double]?
  /// Which range of the weights the grid covers, unless the scale is given.
  public var range: any RangeRule = MinMaxRange()
  /// How codes are chosen on the grid.
  public var method: any RoundingMethod = NearestRounding()
  /// What is done to a model before any weight is rounded, in order.
  public var preparations: [any Preparation] = []
  /// Whether what rounding adds to outputs on average is taken off the biases.
  public var correctsBias = false
  /// What flows into the one tensor that is quantized, rows one after another.
  public var inputs: [Double]?
  /// Floats on the grid instead of codes.
  public var simulates: Bool
  /// How the activations of a model become integers; `nil` keeps them floats.
  public var activations: (any ActivationRule)?

  public init(
    _ format: IntegerFormat, per: Slices = .tensor, isSymmetric: Bool? = nil,
    scales: [Double]? = nil, zeroPoints: [Double]? = nil, simulates: Bool = false
  ) {
    self.format = format
    self.per = per
    self.isSymmetric = isSymmetric
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.simulates = simulates
  }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    format = try reader.format("format")
    per = try reader.choice("per", kind: "part of a tensor")
    isSymmetric = reader.has("symmetric") ? try reader.boolean("symmetric") : nil
    scales = try Self.numbers("scale", reader)
    zeroPoints = try Self.numbers("zeroPoint", reader)
    range = try reader.rangeRule("range")
    method = try reader.roundingMethod("method")
    preparations = try reader.preparations("prepare")
    correctsBias = try reader.correctsBias("correct")
    inputs = try Self.numbers("inputs", reader)
    simulates = try reader.boolean("simulate")
    activations = try reader.activationRule("activations")
  }

  /// Quantizes one tensor.
  ///
  /// - Parameter x: any shape and mask; of a tensor that has a grid already the values count.
  /// - Returns: the same shape and mask, on a grid.
  /// - Throws: `QuantizeError` when a number is not finite or a given scale does not fit.
  public func callAsFunction(_ x: EncodedTensor) throws -> EncodedTensor {
    let slices = try GridRange.Slices(per, x.shape)
    let (scales, zeros) = try points(
      x.values.withScalars { scalars throws in try ranges(scalars, slices) })
    let codes = x.values.withScalars { nearest($0, slices, scales, zeros) }
    let grid = Grid(
      format: .integer(format), rule: rule, scales: scales, zeroPoints: zeros,
      partition: per == .channel ? .axis(0) : .tensor, codes: codes, isSimulated: simulates)
    return try EncodedTensor(x.shape, grid: grid, kept: x.kept)
  }

  /// The values that quantizing gives, without storing any code: what training computes with.
  func rounded(_ weights: Tensor) throws -> Tensor {
    let slices = try GridRange.Slices(per, weights.shape)
    return try weights.withScalars { scalars throws in
      let (scales, zeros) = try points(ranges(scalars, slices))
      return try Tensor(unsafeUninitialized: weights.shape) { target in
        for slice in 0..<slices.count {
          let scale = scales[slice]
          let zero = Float(zeros[slice])
          let (bottom, top) = (Float(format.lowest) - zero, Float(format.highest) - zero)
          for index in slices.range(slice) {
            let steps = (scalars[index] / scale).rounded(.toNearestOrEven)
            target[index] = scale * max(bottom, min(top, steps))
          }
        }
      }
    }
  }

  /// Where scale and zero point come from.
  var rule: Grid.Rule {
    scales != nil ? .given : isSymmetric ?? format.isSigned ? .symmetric : .affine
  }

  /// Scale and zero point of each slice.
  func points(_ ranges: [GridRange]) throws -> (scales: [Float], zeros: [Int32]) {
    guard zeroPoints == nil || scales != nil else { throw QuantizeError.zeroPointWithoutScale }
    switch rule {
    case .given, .own: return try given(count: ranges.count)
    case .symmetric:
      let scales = try ranges.map { try $0.symmetricScale(format) }
      return (scales, ranges.map { _ in format.symmetricZeroPoint })
    case .affine:
      let points = try ranges.map { try $0.affinePoint(format) }
      return (points.map(\.scale), points.map(\.zero))
    }
  }

  private func given(count: Int) throws -> ([Float], [Int32]) {
    let given = scales ?? []
    guard given.count == count || given.count == 1 else {
      throw QuantizeError.wrongCount("scales", found: given.count, wanted: count)
    }
    let scales = try given.map { given -> Float in
      let scale = Float(given)
      guard scale > 0, scale.isFinite else { throw QuantizeError.badScale(given) }
      guard (scale * Float(format.highest - format.lowest)).isFinite else {
        throw QuantizeError.rangeTooLarge(scale)
      }
      return scale
    }
    let standIn = isSymmetric == true ? format.symmetricZeroPoint : 0
    let zeros =
      try zeroPoints?.map { given -> Int32 in
        guard let zero = Int32(exactly: given), format.codes.contains(zero) else {
          throw QuantizeError.badZeroPoint(given, format)
        }
        return zero
      } ?? [standIn]
    guard zeros.count == count || zeros.count == 1 else {
      throw QuantizeError.wrongCount("zero points", found: zeros.count, wanted: count)
    }
    return (
      scales.count == count ? scales : [Float](repeating: scales[0], count: count),
      zeros.count == count ? zeros : [Int32](repeating: zeros[0], count: count)
    )
  }

  /// clamp(rne(w/s) + z): the rounding comes before the zero point is added.
  private func nearest(
    _ scalars: UnsafeBufferPointer<Float>, _ slices: GridRange.Slices, _ scales: [Float],
    _ zeros: [Int32]
  ) -> [Int32] {
    let lowest = Float(format.lowest)
    let highest = Float(format.highest)
    var codes = [Int32](repeating: 0, count: scalars.count)
    for slice in 0..<slices.count {
      let scale = scales[slice]
      let zero = Float(zeros[slice])
      for index in slices.range(slice) {
        let steps = (scalars[index] / scale).rounded(.toNearestOrEven)
        codes[index] = Int32(max(lowest, min(highest, steps + zero)))
      }
    }
    return codes
  }

  private static func numbers(_ name: String, _ reader: SettingsReader) throws -> [Double]? {
    switch reader.settings[name] {
    case nil: return nil
    case .number(let number)?: return [number]
    case .numbers(let numbers)? where !numbers.isEmpty: return numbers
    default:
      throw SettingError.wrongKind(
        card.name, name, accepts: "a number, or one a channel")
    }
  }
}

extension Quantize {
  /// The same as a verb of the catalog: nothing is drawn, and no statistic is asked for.
  public func callAsFunction(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: inout Random
  ) throws -> EncodedTensor { try byMethod(x) }

  public func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: Random
  ) throws -> WorkedDerivation { try derivation(x) }

  public static let trials = ["int2", "int3", "int4", "int8", "int16"].map {
    Settings(["format": .option($0, Settings())])
  }

  public static let card = Card(
    "quantize", .verb,
    summary: "Stores weights as small integers: the nearest points of an even grid.",
    formula: "q = clamp(rne(w/s) + z, q_min, q_max), ŵ = s·(q − z)",
    source: "ONNX QuantizeLinear, opset 21; symmetric s = max|w| / (2^(b−1) − 1), z = 0",
    parameters: [
      Parameter("x", accepts: "a tensor or a model"),
      Parameter(
        "format", accepts: "a number format",
        choices: formatCatalog.flatMap { $0.named.map(\.card.name) }
          + formatCatalog.map { $0.card.name }, "the integers that stand for the weights"),
      Parameter(
        "per", .label, or: "tensor", accepts: "`tensor` or `channel`",
        choices: Slices.allCases.map(\.rawValue), "which weights share a scale"),
      Parameter(
        "symmetric", .label, or: "", accepts: "true or false",
        "whether 0 is the middle code: true for `int`, false for `uint`"),
      Parameter(
        "scale", .label, or: "", accepts: "a positive number, or one a channel",
        "the spacing of the grid, instead of the one found"),
      Parameter(
        "zeroPoint", .label, or: "", accepts: "a code of the format, or one a channel",
        "the code of 0 on a grid whose scale is given"),
      Parameter(
        "range", .label, or: "minmax", accepts: "a range rule",
        choices: rangeNames, "which range the grid covers"),
      Parameter(
        "method", .label, or: "nearest", accepts: "a rounding method",
        choices: roundingCatalog.map { $0.card.name }, "how each weight's code is chosen"),
      Parameter(
        "prepare", .label, or: "", accepts: "a preparation or a list of them",
        choices: preparationCatalog.map { $0.card.name }, "what is done to the model before"),
      Parameter(
        "correct", .label, or: "", accepts: "`bias`", choices: [BiasCorrection.card.name],
        "whether biases make good what rounding adds on average"),
      Parameter(
        "on", .label, or: "", accepts: "data, such as `digits.train`",
        "what the method sees flow through the model"),
      Parameter(
        "inputs", .label, or: "", accepts: "rows of numbers, one a column of the tensor",
        "what the method sees flow into a tensor by itself"),
      Parameter(
        "simulate", .label, or: "false", accepts: "true or false",
        "whether to keep floats that lie on the grid; they claim no size"),
      Parameter(
        "activations", .label, or: "", accepts: "`static` or `dynamic`",
        choices: activationCatalog.map { $0.card.name },
        "how the model runs in integers; in float without"),
      Parameter(
        "calibrate", .label, or: "", accepts: "data, such as `mnist.train`",
        "examples that ranges are found on"),
    ],
    laws: [.keepsShape, .idempotent, .keepsZeros, .deterministic],
    examples: [
      Example(
        "print(quantize(tensor([0.42, -1.30, 0.07, 0.91, -0.55, 0.00]), int4).codes)",
        prints: "[2, -7, 0, 5, -3, 0]"),
      Example(
        "print(quantize(tensor([-1, 0, 3]), uint8, symmetric: false).zeroPoint)", prints: "64"),
      Example(
        "print(quantize(tensor([-1, 0.2, 0.6]), int2, scale: 1/3, zeroPoint: -1).codes)",
        prints: "[-2, 0, 1]"),
      Example(
        "print(quantize(tensor([1, -2, 3]), int8, simulate: true) == quantize(tensor([1, -2, 3]), "
          + "int8))", prints: "[true, true, true]"),
      Example(
        "quantize(ones(2), int8, scale: 0)",
        fails: "E0310: a scale is a positive finite number; this is 0"),
      Example(
        "quantize(ones(2), int(17))", fails: "E0310: `bits` of `int` goes from 2 to 16; it was 17"),
    ],
    related: ["int", "uint", "channel", "prune", "explain"])
}
