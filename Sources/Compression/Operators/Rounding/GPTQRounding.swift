import Catalog
import Encodings
import Tensors

/// Columns are rounded one after another, and what each one's error does to the layer's output is
/// made good by the columns that are still to come.
///
///     H = (2/n) Σ x xᵀ + λ·mean(diag H)·I          U upper, UᵀU = H⁻¹
///     for each column i:  q = Q(w_i),  e = (w_i − q)/U_ii,  w_j ← w_j − e·U_ij  for j > i
///
/// An input that is always 0 has its weights set to 0 and its diagonal to 1. Scales are those of
/// the weights before; with groups each group's are found when its first column comes, from the
/// weights as they are by then (`staticGroups: true` and `actorder: true` find them before).
/// `actorder` takes the columns by falling diagonal, of equals the lowest first. Pruned weights
/// stay 0, and the others make good for them too. Float64 throughout, rounding as `nearest` does.
///
/// - Source: Frantar et al., 2023 (GPTQ), algorithm 1, <https://arxiv.org/abs/2210.17323>; defaults
///   and dead columns as `GPTQ.fasterquant`.
public struct GPTQRounding: RoundingMethod {
  /// λ, the share of the mean diagonal that is added to it.
  public let damping: Double
  /// Whether columns with the largest inputs come first.
  public let ordersByActivation: Bool
  /// Whether groups keep the scales of the weights before.
  public let hasStaticGroups: Bool

  public var needsData: Bool { true }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    damping = try reader.number("damping", in: 0...1)
    ordersByActivation = try reader.boolean("actorder")
    hasStaticGroups = try reader.boolean("staticGroups")
  }

  public func quantized(
    _ weight: EncodedTensor, with quantize: Quantize, calibration: LayerCalibration?
  ) throws -> EncodedTensor {
    let matrix = RowsAndColumns(weight.shape)
    let inputs = try LayerCalibration.of(calibration, for: Self.card.name, matrix)
    let nearest = try quantize.placed(weight, for: Self.card.name)
    guard weight.count > 0 else { return try nearest.encoded(weight.shape, kept: weight.kept) }
    var hessian = inputs.hessian()
    var weights = try weight.values.scalars.map(Double.init)
    for column in 0..<matrix.columns where hessian[column * matrix.columns + column] == 0 {
      hessian[column * matrix.columns + column] = 1
      for row in 0..<matrix.rows { weights[row * matrix.columns + column] = 0 }
    }
    var rounding = ColumnRounding(
      matrix: matrix, codes: nearest, kept: weight.kept,
      weights: weights, order: order(hessian, matrix.columns))
    let factor = try factor(hessian, rounding.order)
    if case .groups(let size) = rounding.codes.grid.partition, finds(rounding.codes) {
      for start in stride(from: 0, to: matrix.columns, by: size) {
        let columns = start..<min(start + size, matrix.columns)
        try rounding.findScales(columns, quantize)
        try rounding.round(columns, factor)
      }
    } else {
      try rounding.round(0..<matrix.columns, factor)
    }
    return try rounding.result.encoded(weight.shape, kept: weight.kept)
  }

  /// Whether groups find their scales on the way; scales of scales depend on all groups at once.
  private func finds(_ codes: PlacedGrid) -> Bool {
    !ordersByActivation && !hasStaticGroups && codes.hasFreeScales
  }

  /// The columns in the order they are rounded.
  private func order(_ hessian: [Double], _ columns: Int) -> [Int] {
    guard ordersByActivation else { return Array(0..<columns) }
    return (0..<columns).sorted { left, right in
      let (a, b) = (hessian[left * columns + left], hessian[right * columns + right])
      return a == b ? left < right : a > b
    }
  }

  /// U for the damped matrix, its rows and columns in order.
  private func factor(_ hessian: [Double], _ order: [Int]) throws -> TriangularFactor {
    let count = order.count
    let mean = (0..<count).reduce(0) { $0 + hessian[$1 * count + $1] } / Double(count)
    var damped = [Double](repeating: 0, count: count * count)
    for (row, from) in order.enumerated() {
      for (column, other) in order.enumerated() {
        damped[row * count + column] = hessian[from * count + other]
      }
      damped[row * count + row] += damping * mean
    }
    do {
      return try TriangularFactor(inverseOf: damped, order: count)
    } catch let error as TriangularFactor.NotDefinite {
      throw RoundingError.notDefinite(Self.card.name, column: order[error.column])
    }
  }
}

/// The column loop and what it changes.
private struct ColumnRounding {
  let matrix: RowsAndColumns
  /// The grid; its own codes are the nearest ones.
  var codes: PlacedGrid
  let kept: Bitmap?
  /// The weights as they are by now, row by row.
  var weights: [Double]
  let order: [Int]
  /// The codes as they are by now.
  private var chosen: [Int32]

  init(
    matrix: RowsAndColumns, codes: PlacedGrid, kept: Bitmap?, weights: [Double], order: [Int]
  ) {
    self.matrix = matrix
    self.codes = codes
    self.kept = kept
    self.weights = weights
    self.order = order
    chosen = codes.grid.codes.numbers
  }

  /// The grid with the codes that were chosen.
  var result: PlacedGrid {
    var result = codes
    result.grid.codes = CodeArray(chosen)
    return result
  }

  /// Finds a group's scales from the weights as they are by now: a row each.
  mutating func findScales(_ columns: Range<Int>, _ quantize: Quantize) throws {
    var block: [Float] = []
    for row in 0..<matrix.rows {
      for column in columns { block.append(Float(weights[row * matrix.columns + column])) }
    }
    let found = try quantize.eachRow(EncodedTensor(Tensor([matrix.rows, columns.count], block)))
    guard let grid = found.grid else { return }
    for row in 0..<matrix.rows {
      let part = codes.part(of: row * matrix.columns + columns.lowerBound)
      codes.grid.scales[part] = grid.scales[row]
      if !grid.zeroPoints.isEmpty { codes.grid.zeroPoints[part] = grid.zeroPoints[row] }
    }
  }

  /// Rounds the columns at some places of the order, row by row: rows do not touch one another.
  mutating func round(_ places: Range<Int>, _ factor: TriangularFactor) throws {
    let count = matrix.columns
    for row in 0..<matrix.rows {
      try Work.current.charge(places.count * count)
      for place in places {
        let flat = row * count + order[place]
        let part = codes.part(of: flat)
        let weight = weights[flat]
        var value = 0.0
        if kept?[flat] != false {
          let code = codes.code(of: Float(weight), part: part)
          chosen[flat] = code
          value = Double(codes.value(of: code, part: part))
        }
        let error = (weight - value) / factor[place, place]
        if error == 0 { continue }
        for later in place + 1..<max(place + 1, count) {
          weights[row * count + order[later]] -= error * factor[place, later]
        }
      }
    }
  }
}

extension LayerCalibration {
  /// H = (2/n) Σ x xᵀ, row by row.
  fileprivate func hessian() -> [Double] {
    let scale = 2 / Double(max(1, count))
    return moments.map { $0 * scale }
  }
}

extension GPTQRounding {
  public static let card = Card(
    "gptq", .option,
    summary:
      "Rounds column after column; later columns make good what each error does to the output.",
    formula: "e = (w_i − Q(w_i))/U_ii, w_j ← w_j − e·U_ij, UᵀU = ((2/n)Σxxᵀ + λ·mean(diag)·I)⁻¹",
    source: "Frantar et al. 2023, GPTQ, algorithm 1, arXiv:2210.17323",
    parameters: [
      Parameter(
        "damping", or: "0.01", accepts: "a share, 0 to 1",
        "the share of the mean diagonal that is added to it"),
      Parameter(
        "actorder", .label, or: "false", accepts: "true or false",
        "whether the columns with the largest inputs come first"),
      Parameter(
        "staticGroups", .label, or: "false", accepts: "true or false",
        "whether groups keep the scales of the weights as they were"),
    ],
    examples: [
      Example(
        "print(quantize(tensor([[0.6, 0.6]]), int2, scale: 1, method: gptq, "
          + "inputs: tensor([[1, 1], [2, 1.9]])).codes)", prints: "[[1, 0]]"),
      Example(
        "print(quantize(tensor([[0.6, 0.6]]), int2, scale: 1, method: gptq(0.1, actorder: true, "
          + "staticGroups: true), inputs: tensor([[1, 1], [2, 2.1]])).codes)", prints: "[[0, 1]]"),
      Example(
        "quantize(tensor([[1, 2]]), int4, method: gptq)",
        fails: "E0370: `gptq` looks at what flows into each layer, and there are no data"),
    ],
    related: ["nearest", "adaround", "awq", "quantize"])
}
