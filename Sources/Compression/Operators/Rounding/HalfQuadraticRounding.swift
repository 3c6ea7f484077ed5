import Catalog
import Encodings
import Glibc
import Tensors

/// The grid of each part moves so that most weights fit well and a few may not: no data needed.
///
///     least  Σ |w − ŵ|^p,  p = 0.7,  by turns:
///     q = clamp(rne(w/s + z))      e = shrink(w − s·(q − z))      z ← mean(q − (w − e)/s)
///
/// with shrink(x) = sign(x)·max(0, |x| − |x|^(p−1)/β) and β = 10·1.01^t, at most 20 turns, stopped
/// when mean|w − ŵ| rises. That is HQQ, whose z is a real number. A grid here has a code as its zero
/// point, so the same is then done for s, with z at the code below and above the one found (or in
/// the middle of a symmetric grid): s ← Σ(w − e)(q − z) / Σ(q − z)². The least Σ|w − ŵ|^p wins, the
/// grid to begin with included. Float64, each part by itself, sums in the order of the elements.
///
/// - Source: Badri and Shaji, 2023, Half-Quadratic Quantization,
///   <https://mobiusml.github.io/hqq_blog/>; `optimize_weights_proximal_legacy`.
public struct HalfQuadraticRounding: RoundingMethod {
  /// p, the power of the error: below 1, so that outliers count little.
  public let norm: Double
  /// Turns at most.
  public let turns: Int

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    norm = try reader.number("norm", in: 0.1...1)
    turns = try reader.whole("turns", in: 1...1000)
  }

  public func quantized(
    _ weight: EncodedTensor, with quantize: Quantize, calibration: LayerCalibration?
  ) throws -> EncodedTensor {
    var codes = try quantize.placed(weight, for: Self.card.name)
    guard let integers = codes.grid.format.integers else {
      throw RoundingError.notIntegers(Self.card.name, codes.grid.format)
    }
    // Scales that were given, or that fewer bits hold, stay.
    guard codes.hasFreeScales else { return try codes.encoded(weight.shape, kept: weight.kept) }
    var places = [[Int]](repeating: [], count: codes.grid.scales.count)
    for flat in 0..<weight.count where weight.kept?[flat] != false {
      places[codes.part(of: flat)].append(flat)
    }
    let weights = try weight.values.scalars
    var chosen = codes.grid.codes.numbers
    for part in places.indices where !places[part].isEmpty {
      try Work.current.charge(3 * turns * places[part].count)
      let solver = HalfQuadratic(
        weights: places[part].map { Double(weights[$0]) }, format: integers, norm: norm,
        turns: turns)
      let start = HalfQuadratic.Point(
        scale: Double(codes.grid.scales[part]), zero: Double(codes.grid.zeroPoints[part]))
      let best = solver.best(from: start, isAffine: codes.grid.rule == .affine)
      codes.grid.scales[part] = Float(best.scale)
      codes.grid.zeroPoints[part] = Int32(best.zero)
      for flat in places[part] {
        chosen[flat] = codes.code(of: weights[flat], part: part)
      }
    }
    codes.grid.codes = CodeArray(chosen)
    return try codes.encoded(weight.shape, kept: weight.kept)
  }

  public static let card = Card(
    "hqq", .option,
    summary: "Moves each part's grid so that most weights fit well; needs no data.",
    formula: "min Σ|w − s·(q − z)|^0.7 by half-quadratic splitting, β = 10·1.01^t",
    source: "Badri and Shaji 2023, Half-Quadratic Quantization, mobiusml.github.io/hqq_blog",
    parameters: [
      Parameter("norm", or: "0.7", accepts: "a power, 0.1 to 1", "p, the power of the error"),
      Parameter(
        "turns", .label, or: "20", accepts: "a whole number, 1 to 1000",
        "how often codes and grid are found by turns, at most"),
    ],
    examples: [
      Example(
        "let w = randn(8, 64, seed: 1); let q = quantize(w, int3, per: channel, method: hqq); "
          + "print(mean(abs(w - q)) < mean(abs(w - quantize(w, int3, per: channel))))",
        prints: "true"),
      Example(
        "print(quantize(tensor([3, -1, 2, -3]), int3, method: hqq(0.5, turns: 3)).codes)",
        prints: "[3, -1, 2, -3]"),
      Example(
        "quantize(ones(2), int4, method: hqq(2))",
        fails: "E0310: `norm` of `hqq` goes from 0.1 to 1; it was 2"),
    ],
    related: ["nearest", "gptq", "quantize"])
}
