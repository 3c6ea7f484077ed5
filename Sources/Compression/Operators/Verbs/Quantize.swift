import Catalog
import Encodings
import Networks
import Tensors

/// Stores weights as codes of a number format: small integers, small floats, levels of a table.
///
///     code     the nearest level to w / s      (integers: q = clamp(rne(w/s) + z, q_min, q_max))
///     value    ŵ = s · (level − z)
///
/// Integers have a symmetric grid (s = max|w| / (2^(b−1) − 1), z = 0) or an affine one, whose range
/// is widened to hold 0; other formats say themselves how s is found. All of it is float32; w is
/// divided by s, not multiplied by 1/s, unless `like: torch` asks for it. Pruned weights stay
/// exactly 0.
///
/// - Source: ONNX QuantizeLinear and DynamicQuantizeLinear, opset 21; the symmetric scale as
///   AWQ's and TFLite's, at every width.
public struct Quantize: FormatVerb {
  /// The numbers that stand for the weights.
  public var format: any WeightFormat
  /// Which weights share a scale; `nil`: as the format has it.
  public var per: Partition?
  /// How scales are stored; `nil`: as the format has it.
  public var scaleCoding: ScaleCoding?
  /// Of integers; `nil`: symmetric with a sign, affine without.
  public var isSymmetric: Bool?
  /// Given scales, one in all or one a part.
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
  /// Whose arithmetic finds scales and codes of integers.
  public var convention: any GridConvention = OnnxConvention()
  /// Floats on the grid instead of codes.
  public var simulates: Bool
  /// How the activations of a model become integers; `nil` keeps them floats.
  public var activations: (any ActivationRule)?

  public init(
    _ format: any WeightFormat, per: Partition? = nil, isSymmetric: Bool? = nil,
    scales: [Double]? = nil, zeroPoints: [Double]? = nil, simulates: Bool = false
  ) {
    self.format = format
    self.per = per
    self.isSymmetric = isSymmetric
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.simulates = simulates
  }

  /// Integers of a format.
  public init(
    _ format: IntegerFormat, per: Partition? = nil, isSymmetric: Bool? = nil,
    scales: [Double]? = nil, zeroPoints: [Double]? = nil, simulates: Bool = false
  ) {
    self.init(
      format.isSigned ? SignedIntegers(format) : UnsignedIntegers(format), per: per,
      isSymmetric: isSymmetric, scales: scales, zeroPoints: zeroPoints, simulates: simulates)
  }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    // A function of the user's takes the place of the format after this.
    format = settings["format"] == nil ? SignedIntegers(.int8) : try reader.format("format")
    per = try reader.has("per") ? reader.partition("per") : nil
    scaleCoding = try reader.has("scales") ? reader.scaleCoding("scales") : nil
    isSymmetric = reader.has("symmetric") ? try reader.boolean("symmetric") : nil
    scales = try Self.numbers("scale", reader)
    zeroPoints = try Self.numbers("zeroPoint", reader)
    range = try reader.rangeRule("range")
    if scales != nil, settings["range"] != nil { throw QuantizeError.rangeBesideScale }
    method = try reader.roundingMethod("method")
    preparations = try reader.preparations("prepare")
    correctsBias = try reader.correctsBias("correct")
    inputs = try Self.numbers("inputs", reader, accepts: "rows of numbers, at least one")
    convention = try reader.entry(
      "like", kind: "convention", of: conventionCatalog, named: { $0.card.name }
    ).entry.init()
    simulates = try reader.boolean("simulate")
    activations = try reader.activationRule("activations")
    try refuseMisfits()
  }

  /// Quantizes one tensor to the nearest codes.
  ///
  /// - Parameter x: any shape and mask; of a tensor that has a grid already the values count.
  /// - Returns: the same shape and mask, on a grid.
  /// - Throws: `QuantizeError` when a number is not finite or a given scale does not fit.
  public func callAsFunction(
    _ x: EncodedTensor, _ others: [Statistic: Tensor] = [:]
  ) throws -> EncodedTensor {
    try refuseMisfits()
    return try format.quantized(x, others, with: self)
  }

  /// The values that quantizing gives, without storing any code: what training computes with.
  ///
  /// - Parameter kept: the weights that are not pruned, or `nil` for all.
  public func rounded(_ weights: Tensor, kept: Bitmap? = nil) throws -> Tensor {
    try format.rounded(weights, kept: kept, with: self)
  }

  private static func numbers(
    _ name: String, _ reader: SettingsReader, accepts: String = "a number, or one a channel"
  ) throws -> [Double]? {
    switch reader.settings[name] {
    case nil: return nil
    case .number(let number)?: return [number]
    case .numbers(let numbers)? where !numbers.isEmpty: return numbers
    default:
      throw SettingError.wrongKind(card.name, name, accepts: accepts)
    }
  }
}

extension Quantize {
  public var worksOnBiases: Bool {
    method is NearestRounding && preparations.isEmpty && !correctsBias && activations == nil
  }

  /// The same as a verb of the catalog, by its rounding method: nothing is drawn.
  public func callAsFunction(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: inout Random
  ) throws -> EncodedTensor {
    let isPlain = method is NearestRounding && preparations.isEmpty && !correctsBias
    return try isPlain ? self(x, others) : byMethod(x)
  }

  public func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: Random
  ) throws -> WorkedDerivation { try compared(format.derivation(x, others, with: self), x) }

  /// The same for one tensor that nothing else is known of.
  public func derivation(_ x: EncodedTensor) throws -> WorkedDerivation {
    try format.derivation(x, [:], with: self)
  }

  public static let trials = [
    "int2", "int3", "int4", "int8", "int16", "float16", "bfloat16", "fp8", "nf4", "mxfp4",
    "ternary",
  ].map { Settings(["format": .option($0, Settings())]) }

  public static let card = Card(
    "quantize", .verb,
    summary: "Stores weights as codes of a number format: the nearest points of its grid.",
    formula: "q = clamp(rne(w/s) + z, q_min, q_max), ŵ = s·(q − z)",
    source: "ONNX QuantizeLinear, opset 21; symmetric s = max|w| / (2^(b−1) − 1), z = 0",
    parameters: [
      Parameter("x", accepts: "a tensor or a model"),
      Parameter(
        "format", accepts: "a number format, or a function of `value`",
        choices: formatCatalog.flatMap { $0.named.map(\.card.name) }
          + formatCatalog.map { $0.card.name }, "the numbers that stand for the weights"),
      Parameter(
        "per", .label, or: "", accepts: "`tensor`, `channel` or `group(n)`",
        choices: ["tensor", "channel", "group"],
        "which weights share a scale: all, unless the format says otherwise"),
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
        "scales", .label, or: "", accepts: "`float16`, `e8m0` or `twoLevel`",
        choices: ["float16", "e8m0", "twoLevel"], "how scales are stored, instead of as float32"),
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
        "like", .label, or: "onnx", accepts: "`onnx`, `torch` or `tflite`",
        choices: conventionCatalog.map { $0.card.name },
        "whose arithmetic finds scales and codes of integers"),
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
      Parameter(
        "gradient", .label, or: "", accepts: "a tensor of the weights' shape",
        "what `divided(gradient)` divides by"),
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
        "print(quantize(tensor([0.3, -1.2, 2.6]), value => round(value * 2) / 2))",
        prints: "[0.5, -1, 2.5]"),
      Example(
        "quantize(ones(2), int8, scale: 0)",
        fails: "E0310: a scale is a positive finite number; this is 0"),
      Example(
        "quantize(ones(2), int(17))", fails: "E0310: `bits` of `int` goes from 2 to 16; it was 17"),
    ],
    related: ["int", "uint", "fp8", "nf4", "channel", "group", "prune", "explain"])
}
