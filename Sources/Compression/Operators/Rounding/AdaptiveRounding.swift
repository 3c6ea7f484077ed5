import Catalog
import Encodings
import Glibc
import Tensors

/// Each weight learns whether to go up or down, so that the layer's output moves least.
///
///     W̃ = s·(clamp(⌊W/s⌋ + h(V) + z) − z),      h = clamp(1.2·σ(V) − 0.1, 0, 1)
///     least  mean ‖W x − W̃ x‖² / E₀ · N + λ·Σ (1 − |2h − 1|^β)
///
/// V begins where h is the fraction of W/s. E₀ is the error of rounding to nearest and N the number
/// of weights, so that λ means the same for every layer (AIMET's loss is not divided, and its λ is 0.01). The first
/// fifth of the steps has λ = 0; then β falls from 20 to 2 along half a cosine, so that h is drawn
/// to 0 or 1. At the end h ≥ ½ goes up; should that be worse than the nearest code, the nearest it
/// is. The error is that of all inputs at once, through their second moments, so nothing is drawn
/// at random. Adam with a rate of 0.01; products in float32 (sgemm), the rest float64.
///
/// - Source: Nagel et al., 2020 (AdaRound), §3, <https://arxiv.org/abs/2004.10568>; β and the
///   warm start as AIMET.
public struct AdaptiveRounding: RoundingMethod {
  /// Adam's steps.
  public let steps: Int
  /// λ, what an undecided weight costs.
  public let penalty: Double

  public var needsData: Bool { true }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    steps = try reader.whole("steps", in: 1...100_000)
    penalty = try reader.number("penalty", in: 0...1000)
  }

  public func quantized(
    _ weight: EncodedTensor, with quantize: Quantize, calibration: LayerCalibration?
  ) throws -> EncodedTensor {
    let matrix = RowsAndColumns(weight.shape)
    let inputs = try LayerCalibration.of(calibration, for: Self.card.name, matrix)
    var codes = try quantize.placed(weight, for: Self.card.name)
    let nearest = try codes.encoded(weight.shape, kept: weight.kept)
    guard weight.count > 0 else { return nearest }
    guard let integers = codes.grid.format.integers else {
      throw RoundingError.notIntegers(Self.card.name, codes.grid.format)
    }
    let moments = try inputs.meanMoments()
    let values = try weight.values
    let before = try outputError(nearest.values.subtracting(values), moments)
    guard before > 0 else { return nearest }
    var learned = LearnedRounding(
      values, kept: weight.kept, codes, integers, scale: Double(weight.count) / before)
    for step in 0..<steps {
      try Work.current.charge(8 * weight.count)
      let product = try learned.difference(matrix).matrixProduct(moments)
      learned.move(
        product, step: step + 1, penalty: step < steps / 5 ? 0 : penalty, power: power(step))
    }
    codes.grid.codes = CodeArray(learned.decided)
    let result = try codes.encoded(weight.shape, kept: weight.kept)
    let after = try outputError(result.values.subtracting(values), moments)
    return after < before ? result : nearest
  }

  /// β: 20 until the warm start ends, then down to 2 along half a cosine.
  private func power(_ step: Int) -> Double {
    let start = steps / 5
    guard step >= start else { return 20 }
    let done = Double(step - start) / Double(max(1, steps - start))
    return 2 + 9 * (1 + cos(done * .pi))
  }

  public static let card = Card(
    "adaround", .option,
    summary: "Learns for each weight whether to round up or down, so that outputs move least.",
    formula: "min ‖Wx − W̃x‖² + λΣ(1 − |2h − 1|^β), W̃ = s·(⌊W/s⌋ + h), h = clamp(1.2σ(V) − 0.1)",
    source: "Nagel et al. 2020, AdaRound, §3, arXiv:2004.10568",
    parameters: [
      Parameter("steps", or: "1000", accepts: "a whole number, 1 to 100000", "Adam's steps"),
      Parameter(
        "penalty", .label, or: "10", accepts: "a number, 0 to 1000",
        "λ, what an undecided weight costs"),
    ],
    examples: [
      Example(
        "print(quantize(tensor([[0.6, 0.6]]), int2, scale: 1, method: adaround(300), "
          + "inputs: tensor([[1, 1], [2, 1.9]])).codes)", prints: "[[0, 1]]"),
      Example(
        "quantize(tensor([[1, 2]]), int4, method: adaround(penalty: 0.1))",
        fails: "E0370: `adaround` looks at what flows into each layer, and there are no data"),
    ],
    related: ["gptq", "nearest", "quantize"])
}

/// V of every weight and what Adam remembers of it.
private struct LearnedRounding {
  /// ⌊W/s⌋ + z of every weight.
  private let floors: [Double]
  private let scales: [Double]
  private let zeros: [Double]
  private let weights: [Float]
  private let isFree: [Bool]
  private let lowest: Double
  private let highest: Double
  private let errorScale: Double
  private var v: [Double]
  private var mean: [Double]
  private var square: [Double]

  init(
    _ values: Tensor, kept: Bitmap?, _ codes: PlacedGrid, _ format: IntegerFormat, scale: Double
  ) {
    weights = values.scalars
    lowest = Double(format.lowest)
    highest = Double(format.highest)
    errorScale = scale
    let parts = (0..<values.count).map { codes.part(of: $0) }
    scales = parts.map { Double(codes.grid.scales[$0]) }
    zeros = parts.map { Double(codes.grid.zeroPoints[$0]) }
    isFree = (0..<values.count).map { kept?[$0] != false }
    var floors: [Double] = []
    var v: [Double] = []
    for (place, weight) in weights.enumerated() {
      let steps = Double(weight) / scales[place]
      // A weight far outside a given grid stays at its end whichever way it goes.
      let floor = max(-1e9, min(1e9, steps.rounded(.down)))
      floors.append(floor + zeros[place])
      // Fractions of 0 and 1 would begin at ∓∞; 10⁻⁶ is nearer than any step moves.
      let fraction = max(1e-6, min(1 - 1e-6, steps - floor))
      v.append(-log(1.2 / (fraction + 0.1) - 1))
    }
    self.floors = floors
    self.v = v
    mean = [Double](repeating: 0, count: v.count)
    square = mean
  }

  private func share(_ place: Int) -> Double {
    max(0, min(1, 1.2 / (1 + exp(-v[place])) - 0.1))
  }

  /// W̃ − W, `[rows, columns]`.
  func difference(_ matrix: RowsAndColumns) throws -> Tensor {
    try Tensor(unsafeUninitialized: [matrix.rows, matrix.columns]) { target in
      for place in target.indices {
        guard isFree[place] else {
          target[place] = -weights[place]
          continue
        }
        let code = max(lowest, min(highest, floors[place] + share(place)))
        target[place] = Float(scales[place] * (code - zeros[place]) - Double(weights[place]))
      }
    }
  }

  /// One of Adam's steps; `product` is (W̃ − W)·M/n, half the gradient of the error by W̃.
  mutating func move(_ product: Tensor, step: Int, penalty: Double, power: Double) {
    let (slow, fast) = (0.9, 0.999)
    let firstScale = 1 / (1 - pow(slow, Double(step)))
    let secondScale = 1 / (1 - pow(fast, Double(step)))
    product.withScalars { product in
      for place in v.indices where isFree[place] {
        let sigmoid = 1 / (1 + exp(-v[place]))
        let raw = 1.2 * sigmoid - 0.1
        let code = floors[place] + max(0, min(1, raw))
        // Nothing moves where h or the code is clamped.
        var gradient = 0.0
        if raw > 0, raw < 1 {
          if code > lowest, code < highest {
            gradient = 2 * Double(product[place]) * scales[place] * errorScale
          }
          if penalty > 0 {
            let side = 2 * raw - 1
            let slope = 2 * power * pow(abs(side), power - 1)
            gradient -= penalty * (side < 0 ? -slope : slope)
          }
          gradient *= 1.2 * sigmoid * (1 - sigmoid)
        }
        mean[place] = slow * mean[place] + (1 - slow) * gradient
        square[place] = fast * square[place] + (1 - fast) * gradient * gradient
        v[place] -=
          0.01 * mean[place] * firstScale / ((square[place] * secondScale).squareRoot() + 1e-8)
      }
    }
  }

  /// The codes: up where h ≥ ½.
  var decided: [Int32] {
    floors.indices.map { place in
      Int32(max(lowest, min(highest, floors[place] + (share(place) >= 0.5 ? 1 : 0))))
    }
  }
}
