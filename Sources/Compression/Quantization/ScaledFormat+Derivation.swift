import Catalog
import Encodings
import Tensors

extension ScaledFormat {
  public func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> WorkedDerivation {
    let isNearest = quantize.method is NearestRounding
    let result =
      isNearest
      ? try quantized(x, others, with: quantize)
      : try quantize.byMethod(x)
    let partition = try quantize.partition(of: self)
    var working = Working(
      rows: try PartRows(WeightParts(x.values, kept: x.kept, partition)), quantize: quantize,
      format: self)
    working.inputs = [("w", try x.values)]
    if x.count == 0 {
      working.steps.add("ŵ", "ŵ = w", "w", "there is nothing to quantize")
    } else if let grid = result.grid {
      working.rows.addRows(&working.steps)
      try working.addScales(grid, isNearest: isNearest)
      if isNearest { try working.addCodes(grid) } else { try working.giveCodes(grid) }
      try working.addValues(grid, x)
      if !quantize.simulates { working.steps.addBits(result) }
    }
    return WorkedDerivation(
      derivation: Derivation(
        title: title(quantize, working.rows), steps: working.steps.steps, result: "ŵ"),
      inputs: working.inputs)
  }

  /// `symmetric, whole tensor, round half to even`.
  private func title(_ quantize: Quantize, _ rows: PartRows) -> String {
    let isInteger = numbers.integers != nil
    let rule =
      switch quantize.rule(of: self) {
      case .symmetric: isInteger ? "symmetric" : name
      case .affine: "affine"
      case .given: "on a given grid"
      case .own: name
      }
    let rounding =
      switch (isInteger, quantize.convention.convention) {
      case (true, .tflite): "round half up, like tflite"
      case (true, .torch): "round half to even, like torch"
      case (true, .onnx): "round half to even"
      case (false, _): "nearest level"
      }
    return "\(rule), \(rows.title), \(rounding)" + (quantize.simulates ? ", simulated" : "")
  }
}

/// A derivation of a scaled format as it grows.
private struct Working {
  var steps = DerivationSteps()
  var inputs: [(name: String, value: Tensor)] = []
  let rows: PartRows
  let quantize: Quantize
  let format: any ScaledFormat

  init(rows: PartRows, quantize: Quantize, format: any ScaledFormat) {
    self.rows = rows
    self.quantize = quantize
    self.format = format
  }

  private var hasScale: Bool { steps.steps.contains { $0.symbol == "s" } }
  private var hasZero: Bool { steps.steps.contains { $0.symbol == "z" } }

  mutating func addScales(_ grid: Grid, isNearest: Bool) throws {
    if quantize.scales != nil {
      give(quantize.scales ?? [], "s", "s as given", "the spacing of the grid")
      if let integers = grid.format.integers {
        let middle = quantize.isSymmetric == true ? Double(integers.symmetricZeroPoint) : 0
        give(quantize.zeroPoints ?? [middle], "z", "z as given", "the code of 0")
      }
      return
    }
    if !isNearest {
      give(grid.scales.map(Double.init), "s", "s as the method has it", "the spacing of the grid")
      if grid.storesZeros { give(grid.zeroPoints.map(Double.init), "z", "z", "the code of 0") }
      return
    }
    let isShared =
      if case .minifloat = grid.format {
        grid.scaleCoding == .powerOfTwo && !format.isOwnRule
      } else { false }
    if case .implied = grid.scaleCoding, !format.hasFixedScale { return }
    if isShared, case .minifloat(let float) = grid.format {
      rows.addLargest(&steps)
      rows.addSharedPower(&steps, largestExponent: float.largestExponent)
      return
    }
    try format.addScales(&steps, rows, with: quantize)
    if quantize.scaleCoding != nil {
      give(
        grid.scales.map(Double.init), "s", "s as stored",
        "the nearest that \(grid.scaleCoding.bits) bits hold")
      if grid.rule == .affine {
        give(grid.zeroPoints.map(Double.init), "z", "z = clamp(rne(q_min − lo/s))", "with that s")
      }
    }
  }

  private mutating func give(
    _ values: [Double], _ symbol: String, _ formula: String, _ remark: String
  ) { steps.add(symbol, formula, rows.column(values), remark) }

  mutating func addCodes(_ grid: Grid) throws {
    switch grid.format {
    case .integer(let integers):
      quantize.convention.addCodes(
        &steps, rows, integers, hasZero: hasZero, isSymmetric: grid.rule == .symmetric)
    case .minifloat(let float):
      steps.add("t", hasScale ? "t = w / s" : "t = w", hasScale ? "\(rows.name) / s" : "w + 0")
      try addFloat(float)
    case .table(let table):
      if table == .ternary, steps.steps.contains(where: { $0.symbol == "d" }) {
        let w = rows.name
        steps.add("q", "q = sign(w) where |w| > Δ, else 0", "where(abs(\(w)) > d, sign(\(w)), 0)")
        return
      }
      steps.add("t", hasScale ? "t = w / s" : "t = w", hasScale ? "\(rows.name) / s" : "w + 0")
      if table == .binary {
        steps.add("q", "q = 1 where t ≥ 0, else −1", "where(t >= 0, 1, -1)")
      } else {
        try addLevels(table, grid)
      }
    }
  }

  /// The lengths of `t`, and how many elements it has.
  private var lengths: (text: String, count: Int) {
    let isPlain = rows.name == "w"
    let dimensions = isPlain ? rows.shape.dimensions : [rows.count, rows.width]
    return (dimensions.map(String.init).joined(separator: ", "), dimensions.reduce(1, *))
  }

  /// The most comparisons that a step may make.
  private static let mostComparisons = 1 << 20

  private mutating func addFloat(_ float: Minifloat) throws {
    let (text, count) = lengths
    let least = 1 - float.bias
    let m = float.mantissaBits
    let powers = "2^tensor(\(least)...\(float.largestExponent))"
    let formula = "u = 2^(max(⌊log2|t|⌋, \(least)) − \(m))"
    if count * (float.largestExponent - least + 1) <= Self.mostComparisons {
      steps.add(
        "u", formula,
        "reshape(max(where(reshape(abs(t), \(count), 1) >= \(powers), \(powers), 2^\(least)), "
          + "axis: 1), \(text)) / 2^\(m)", "the spacing of \(float) around each t")
      let largest = DerivationSteps.literal(Double(float.largest))
      steps.add(
        "q", "q = clamp(rne(t/u) · u, ±\(largest))",
        "clamp(round(t / u) * u, -\(largest), \(largest))", "half to even, saturating")
    } else {
      try giveLevels()
    }
  }

  private mutating func addLevels(_ table: LevelTable, _ grid: Grid) throws {
    let (text, count) = lengths
    let levels = table.levels
    guard count * levels.count <= Self.mostComparisons else { return try giveLevels() }
    inputs.append(("level", try Tensor(levels)))
    if levels.count == 1 {
      steps.add("q", "q = the only level", "t * 0 + level[0]")
      return
    }
    inputs.append(
      ("middle", try Tensor((0..<levels.count - 1).map { table.middle(above: $0) })))
    steps.add(
      "code", "code = how many middles between levels lie below t",
      "count(reshape(t, \(count), 1) > middle, axis: 1)", "the lower level halfway")
    steps.add(
      "q", "q = level[code]",
      "reshape(sum(where(reshape(code, \(count), 1) == tensor(0..<\(levels.count)), level, 0), "
        + "axis: 1), \(text))", "the nearest level to t")
  }

  /// Levels of a tensor too large to compare each weight with all of them.
  private mutating func giveLevels() throws {
    let placed = try PlacedGrid(
      weights.values, kept: weights.kept, format, with: quantize)
    var codes = placed
    try codes.takeCodes(of: weights.values)
    let level = codes.grid.codes.map(codes.grid.format.level)
    inputs.append(("given", try rows.rows(Tensor(rows.shape, level))))
    steps.add("q", "q = the nearest level to t", "given", "too many to show each comparison")
  }

  private var weights: WeightParts {
    get throws { try rows.weights ?? WeightParts(Tensor(rows.shape, []), kept: nil, .tensor) }
  }

  /// Codes that a rounding method chose, for which there is no formula to recompute.
  mutating func giveCodes(_ grid: Grid) throws {
    let levels = grid.codes.map {
      grid.format.integers == nil ? grid.format.level(of: $0) : Float($0)
    }
    inputs.append(("given", try rows.rows(Tensor(rows.shape, levels))))
    steps.add("q", "q as the method chooses it", "given", "to keep the layer's output near")
  }

  mutating func addValues(_ grid: Grid, _ x: EncodedTensor) throws {
    let formula = hasZero ? "ŵ = s · (q − z)" : hasScale ? "ŵ = s · q" : "ŵ = q"
    let value = rows.restored(hasZero ? "(q - z) * s" : hasScale ? "q * s" : "q + 0")
    if let kept = x.kept, grid.format.zeroCode == nil {
      inputs.append(("kept", try kept.ones(x.shape)))
      steps.add("ŵ", formula + " where kept, else 0", "where(kept == 1, \(value), 0)")
    } else {
      steps.add("ŵ", formula, value)
    }
    steps.add(
      "e", "e = max|w − ŵ|", "max(abs(w - ŵ))",
      grid.format.integers == nil ? "" : "at most s/2 where nothing is clamped")
  }
}

extension Grid {
  /// Whether values need `z`.
  fileprivate var storesZeros: Bool { zeroPoints.contains { $0 != 0 } }
}

extension Quantize {
  /// The steps that find the scale of integers, in the call's convention.
  func addIntegerScales(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat
  ) throws {
    guard let weights = rows.weights else { return }
    let isSymmetric = isSymmetric ?? format.isSigned
    let isMinMax = range is MinMaxRange
    let ranges = try ranges(of: weights, for: format, isSymmetric: isSymmetric)
    let found = "as `range:` finds it"
    if isSymmetric {
      if isMinMax {
        rows.addLargest(&steps)
      } else {
        let largest = ranges.map { Double(max(-$0.lowest, $0.highest)) }
        steps.add("a", "a = the larger bound", rows.column(largest), found)
      }
      convention.addSymmetric(&steps, rows, format, ranges)
      return
    }
    // A tensor of one number keeps the arithmetic in float32, as the operator has it.
    func bound(_ function: String, _ values: [Float]) -> String {
      guard isMinMax else { return rows.single(rows.column(values.map(Double.init))) }
      let value = "\(function)(\(rows.reduction(function, rows.name)), 0)"
      return rows.isWhole ? "tensor([\(value)])" : value
    }
    steps.add(
      "lo", isMinMax ? "lo = min(w, 0)" : "lo", bound("min", ranges.map(\.lowest)),
      isMinMax ? "0 is always on the grid" : found)
    steps.add(
      "hi", isMinMax ? "hi = max(w, 0)" : "hi", bound("max", ranges.map(\.highest)),
      isMinMax ? "" : found)
    convention.addAffine(&steps, rows, format, ranges)
  }
}
