import Catalog
import Encodings
import Tensors

extension Quantize {
  /// A derivation with what the choices that were made are worth.
  ///
  /// Before its steps, where a range rule was asked for: where each rule of the catalog would clip,
  /// and how much signal a decibel of noise leaves. Behind them, where inputs were given: how far
  /// the output moves with the nearest codes, and with those chosen.
  ///
  /// - Throws: what quantizing `x` throws.
  func compared(_ worked: WorkedDerivation, _ x: EncodedTensor) throws -> WorkedDerivation {
    guard x.count > 0 else { return worked }
    var (worked, before) = (worked, DerivationSteps())
    if !(range is MinMaxRange), scales == nil { try addClipLines(x.values, &before) }
    var after = DerivationSteps()
    if let inputs, method.needsData { try addErrors(x, inputs, &worked, &after) }
    worked.derivation.steps = before.steps + worked.derivation.steps + after.steps
    return worked
  }

  private func addClipLines(_ weights: Tensor, _ steps: inout DerivationSteps) throws {
    guard let format = format as? any ScaledFormat, let integers = format.numbers.integers,
      try partition(of: format) == .tensor, weights.scalars.contains(where: { $0 != 0 })
    else { return }
    let chosen = type(of: range).card.name
    for type in rangeCatalog {
      let name = type.card.name
      let rule = name == chosen ? range : try type.init(Settings())
      let line = try ClipLine(weights, rule, integers, self.rule(of: format) == .symmetric)
      line.add(&steps, name, isChosen: name == chosen)
    }
  }

  /// E = mean‖(ŵ − w)x‖² with the nearest codes and with those chosen.
  private func addErrors(
    _ x: EncodedTensor, _ inputs: [Double], _ worked: inout WorkedDerivation,
    _ steps: inout DerivationSteps
  ) throws {
    let matrix = RowsAndColumns(x.shape)
    guard matrix.columns > 0, inputs.count % matrix.columns == 0 else { return }
    let count = inputs.count / matrix.columns
    worked.inputs.append(
      ("x", try Tensor([count, matrix.columns], inputs.map { Float($0) })))
    worked.inputs.append(("nearest", try self(x).values))
    for (symbol, values, remark) in [
      ("E₀", "nearest", "with every weight at its nearest point"),
      ("E", worked.derivation.result, "with the codes chosen"),
    ] {
      let moved = "reshape(\(values) - w, \(matrix.rows), \(matrix.columns)) @ x.T"
      steps.add(
        symbol, "\(symbol) = mean‖(ŵ − w)x‖²", "sum((\(moved))^2) / \(max(1, count))", remark)
    }
  }
}

/// Where one rule clips one tensor, and the grid that it gives.
private struct ClipLine {
  let range: GridRange
  let clipped: Int
  let scale: Float
  let zero: Int32
  let format: IntegerFormat
  let isSymmetric: Bool
  /// Whether the squares of what the grid moves vanish in float32, so that nothing divides by them.
  let isExact: Bool

  init(
    _ weights: Tensor, _ rule: any RangeRule, _ format: IntegerFormat, _ isSymmetric: Bool
  ) throws {
    let range = try weights.withScalars { scalars throws in
      try rule.range(of: scalars, for: format, symmetric: isSymmetric)
    }
    let (scale, zero) = try range.point(format, isSymmetric: isSymmetric)
    let size = max(-range.lowest, range.highest)
    clipped = weights.scalars.count {
      isSymmetric ? abs($0) > size : $0 < range.lowest || $0 > range.highest
    }
    isExact = weights.scalars.allSatisfy { weight in
      let code = (weight / scale).rounded(.toNearestOrEven) + Float(zero)
      let bounded = max(Float(format.lowest), min(Float(format.highest), code))
      let moved = weight - scale * (bounded - Float(zero))
      return moved * moved == 0
    }
    (self.range, self.scale, self.zero) = (range, scale, zero)
    (self.format, self.isSymmetric) = (format, isSymmetric)
  }

  func add(_ steps: inout DerivationSteps, _ name: String, isChosen: Bool) {
    let s = DerivationSteps.literal(Double(scale))
    let codes = "clamp(round(w / \(s)) + \(zero), \(format.lowest), \(format.highest))"
    let noise = "sum((w - \(s) * (\(codes) - \(zero)))^2)"
    let line =
      isSymmetric
      ? "\(name): to ±\(max(-range.lowest, range.highest))"
      : "\(name): \(range.lowest) to \(range.highest)"
    let remark = "clips \(clipped)" + (isChosen ? ", taken" : "")
    if isExact {
      steps.add(name, line, noise, "Σ(w − ŵ)², no noise at all, " + remark)
    } else {
      steps.add(
        name, line, "10 * log(sum(w^2) / \(noise)) / log(10)",
        "dB = 10·log₁₀(Σw² / Σ(w − ŵ)²), " + remark)
    }
  }
}
