import Catalog
import Encodings
import Tensors

extension Quantize {
  /// How the quantized values come about, for `explain`.
  ///
  /// - Throws: what quantizing `x` throws.
  public func derivation(_ x: EncodedTensor) throws -> WorkedDerivation {
    let result = try self(x)
    var steps = DerivationSteps()
    if x.count == 0 {
      steps.add("ŵ", "ŵ = w", "w", "there is nothing to quantize")
    } else {
      let rows = per == .channel ? addRows(x.shape, &steps) : nil
      try addScales(x, rows, &steps)
      addCodes(x.shape, rows, &steps)
    }
    if x.count > 0, !simulates { steps.addBits(result) }
    return WorkedDerivation(
      derivation: Derivation(title: title, steps: steps.steps, result: "ŵ"),
      inputs: [("w", x.values)])
  }

  /// `symmetric, whole tensor, round half to even`.
  private var title: String {
    let rule =
      switch self.rule {
      case .symmetric: "symmetric"
      case .affine: "affine"
      case .given, .own: "on a given grid"
      }
    let part = per == .channel ? "each channel" : "whole tensor"
    return "\(rule), \(part), round half to even" + (simulates ? ", simulated" : "")
  }

  /// The rows that share a scale, when a scale is not for the whole tensor.
  private struct Rows {
    /// The name of the weights as `[channels, rest]`.
    var name: String
    var count: Int
  }

  private func addRows(_ shape: Shape, _ steps: inout DerivationSteps) -> Rows {
    if shape.rank == 2 { return Rows(name: "w", count: shape[0]) }
    let rest = shape.count / shape[0]
    steps.add(
      "rows", "rows of w, one a channel", "reshape(w, \(shape[0]), \(rest))")
    return Rows(name: "rows", count: shape[0])
  }

  private func addScales(
    _ x: EncodedTensor, _ rows: Rows?, _ steps: inout DerivationSteps
  ) throws {
    let slices = try GridRange.Slices(per, x.shape)
    let ranges = try x.values.withScalars { scalars throws in
      try GridRange.ranges(scalars, slices)
    }
    switch rule {
    case .given, .own: addGiven(rows, &steps)
    case .symmetric: addSymmetric(rows, ranges, &steps)
    case .affine: addAffine(rows, ranges, &steps)
    }
  }

  private func addGiven(_ rows: Rows?, _ steps: inout DerivationSteps) {
    let scales = scales ?? []
    let zeros = zeroPoints ?? [isSymmetric == true ? Double(format.symmetricZeroPoint) : 0]
    steps.add("s", "s as given", column(scales, rows), "the spacing of the grid")
    steps.add("z", "z as given", column(zeros, rows), "the code of 0")
  }

  /// One number, or one a channel as a column.
  private func column(_ values: [Double], _ rows: Rows?) -> String {
    guard let rows, values.count > 1 else { return DerivationSteps.literals(values) }
    return "reshape(tensor([\(DerivationSteps.literals(values))]), \(rows.count), 1)"
  }

  private func addSymmetric(
    _ rows: Rows?, _ ranges: [GridRange], _ steps: inout DerivationSteps
  ) {
    let mark = rows == nil ? "" : " of each channel"
    steps.add("a", "a = max|w|" + mark, reduction("max", "abs(\(rows?.name ?? "w"))", rows))
    steps.add("m", "m = 2^(b−1) − 1", "2^(\(format.bits) - 1) - 1", "b = \(format.bits) bits")
    let flat = ranges.filter { isFlat($0, steps: Float((1 << (format.bits - 1)) - 1)) }
    switch (flat.isEmpty, rows) {
    case (true, _): steps.add("s", "s = a / m", "a / m", "the spacing of the grid")
    case (false, nil): steps.add("s", "s = 1", "1", "all are zero: any spacing does")
    case (false, _?):
      steps.add(
        "s", "s = a / m, or 1 where that is 0", "where(a / m == 0, 1, a / m)",
        "the spacing of the grid")
    }
    if format.symmetricZeroPoint != 0 {
      steps.add("z", "z = 2^(b−1)", "2^(\(format.bits) - 1)", "the code of 0")
    }
  }

  private func isFlat(_ range: GridRange, steps: Float) -> Bool {
    max(-range.lowest, range.highest) / steps == 0
  }

  private func addAffine(_ rows: Rows?, _ ranges: [GridRange], _ steps: inout DerivationSteps) {
    let name = rows?.name ?? "w"
    // A tensor of one number keeps the arithmetic in float32, as the operator has it.
    func bound(_ function: String) -> String {
      let value = "\(function)(\(reduction(function, name, rows)), 0)"
      return rows == nil ? "tensor([\(value)])" : value
    }
    steps.add("lo", "lo = min(w, 0)", bound("min"), "0 is always on the grid")
    steps.add("hi", "hi = max(w, 0)", bound("max"))
    let (bottom, top) = (format.lowest, format.highest)
    let span = "(hi - lo) / \(Int(top) - Int(bottom))"
    let zero = "clamp(round(\(bottom) - lo / s), \(bottom), \(top))"
    let isFlat = ranges.contains {
      ($0.highest - $0.lowest) / Float(top - bottom) == 0
    }
    let formulas = (
      "s = (hi − lo) / (q_max − q_min)", "z = clamp(rne(q_min − lo/s), q_min, q_max)"
    )
    if isFlat {
      steps.add("s", formulas.0 + ", or 1 where that is 0", "where(\(span) == 0, 1, \(span))")
      steps.add("z", formulas.1 + ", or 0", "where(\(span) == 0, 0, \(zero))", "the code of 0")
    } else {
      steps.add("s", formulas.0, span, "the spacing of the grid")
      steps.add("z", formulas.1, zero, "the code of 0")
    }
  }

  /// A reduction of everything, or of each row as a column.
  private func reduction(_ function: String, _ of: String, _ rows: Rows?) -> String {
    guard let rows else { return "\(function)(\(of))" }
    return "reshape(\(function)(\(of), axis: 1), \(rows.count), 1)"
  }

  private func addCodes(_ shape: Shape, _ rows: Rows?, _ steps: inout DerivationSteps) {
    let (bottom, top) = (format.lowest, format.highest)
    let hasZero = steps.steps.contains { $0.symbol == "z" }
    steps.add("t", "t = w / s", "\(rows?.name ?? "w") / s", "in steps of the grid")
    steps.add(
      "q", "q = clamp(rne(t)\(hasZero ? " + z" : ""), \(bottom), \(top))",
      "clamp(round(t)\(hasZero ? " + z" : ""), \(bottom), \(top))",
      "half to even" + (hasZero ? ", rounded before z is added" : ""))
    let value = hasZero ? "(q - z) * s" : "q * s"
    let lengths = shape.dimensions.map(String.init).joined(separator: ", ")
    let isReshaped = rows.map { $0.name != "w" } ?? false
    steps.add(
      "ŵ", hasZero ? "ŵ = s · (q − z)" : "ŵ = s · q",
      isReshaped ? "reshape(\(value), \(lengths))" : value)
    steps.add("e", "e = max|w − ŵ|", "max(abs(w - ŵ))", "at most s/2 where nothing is clamped")
  }
}
