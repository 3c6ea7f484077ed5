import Encodings
import Tensors

/// A grid whose scales are found and whose codes are not: what rounding methods choose codes on.
public struct PlacedGrid {
  /// Scales and zero points; no codes yet.
  public var grid: Grid
  private let thresholds: [Float?]
  private let parts: Parts
  private let rule: any GridConvention

  /// Finds the grid of a tensor.
  ///
  /// - Parameter kept: the weights that are not pruned, or `nil` for all.
  /// - Throws: `QuantizeError` when a number is not finite or a given scale does not fit.
  public init(
    _ values: Tensor, kept: Bitmap?, _ format: any ScaledFormat, with quantize: Quantize
  ) throws {
    let partition = try quantize.partition(of: format)
    let coding = try quantize.coding(of: format)
    try quantize.refuseNonFinite(values, format)
    let weights = try WeightParts(values, kept: kept, partition)
    let points = try quantize.points(weights, of: format)
    grid = try Self.grid(points, format, partition, coding, with: quantize)
    thresholds = points.map(\.threshold)
    parts = weights.parts
    rule = quantize.convention
  }

  /// The grid of points that were found, without codes.
  ///
  /// - Throws: `QuantizeError.rangeTooLarge`.
  static func grid(
    _ points: [GridPoint], _ format: any ScaledFormat, _ partition: Partition,
    _ coding: ScaleCoding, with quantize: Quantize
  ) throws -> Grid {
    let (scales, outer) = coding.coded(points.map(\.scale))
    var grid = Grid(
      format: format.numbers, rule: quantize.rule(of: format), scales: scales,
      scaleCoding: coding, outerScales: outer,
      zeroPoints: format.numbers.integers == nil ? [] : points.map(\.zeroPoint),
      partition: partition, codes: [], isSimulated: quantize.simulates)
    try refuseOverflow(grid)
    grid.convention = quantize.convention.convention
    return grid
  }

  /// - Throws: `QuantizeError.rangeTooLarge` when a level lies beyond the largest float.
  private static func refuseOverflow(_ grid: Grid) throws {
    for (part, scale) in grid.scales.enumerated() {
      var reach = grid.format.largestLevel
      if let integers = grid.format.integers {
        let zero = grid.zeroPoints[part]
        reach = Float(max(integers.highest - zero, zero - integers.lowest - 1))
      }
      guard (scale * reach).isFinite else { throw QuantizeError.rangeTooLarge(scale * reach) }
    }
  }

  /// The code of a weight in a part.
  public func code(of weight: Float, part: Int) -> Int32 {
    let scale = grid.scales[part]
    if let integers = grid.format.integers {
      return rule.code(
        of: weight, GridPoint(scale: scale, zeroPoint: grid.zeroPoints[part]), integers,
        isSymmetric: grid.rule == .symmetric)
    }
    if let threshold = thresholds[part] {
      return abs(weight) > threshold ? weight < 0 ? 0 : 2 : 1
    }
    return grid.format.nearestCode(weight / scale)
  }

  /// The part of an element, by its row-major place.
  public func part(of index: Int) -> Int { parts(index) }

  /// The value of a code in a part, as `EncodedTensor` computes it.
  public func value(of code: Int32, part: Int) -> Float {
    guard grid.format.integers != nil else {
      return grid.scales[part] * grid.format.level(of: code)
    }
    return grid.scales[part] * Float(code - grid.zeroPoints[part])
  }

  /// The arithmetic of a part of integers as ONNX has it, which nearly every grid is: training
  /// rounds every weight in every step, so it is worth a loop without calls.
  private func plainPoint(_ part: Int) -> PlainPoint? {
    guard let integers = grid.format.integers, grid.convention == .onnx else { return nil }
    return PlainPoint(
      scale: grid.scales[part], zero: Float(grid.zeroPoints[part]),
      lowest: Float(integers.lowest), highest: Float(integers.highest))
  }

  /// Gives every weight the nearest code.
  public mutating func takeCodes(of values: Tensor) throws {
    var codes = [Int32](repeating: 0, count: values.count)
    let placed = self
    values.withScalars { scalars in
      parts.forEachRun { part, places in
        if let point = placed.plainPoint(part) {
          for index in places { codes[index] = Int32(point.code(scalars[index])) }
        } else {
          for index in places { codes[index] = placed.code(of: scalars[index], part: part) }
        }
      }
    }
    grid.codes = CodeArray(codes)
  }

  /// The value of every weight's nearest code; pruned ones are 0.
  func values(of weights: Tensor, kept: Bitmap?) throws -> Tensor {
    let masks = kept != nil && grid.format.zeroCode == nil
    return try Tensor(unsafeUninitialized: weights.shape) { target in
      weights.withScalars { scalars in
        parts.forEachRun { part, places in
          if let point = plainPoint(part) {
            for index in places {
              target[index] = point.scale * (point.code(scalars[index]) - point.zero)
            }
          } else {
            for index in places {
              target[index] = value(of: code(of: scalars[index], part: part), part: part)
            }
          }
        }
      }
      if masks, let kept {
        for index in target.indices where !kept[index] { target[index] = 0 }
      }
    }
  }
}

/// Scale and ends of one part of an integer grid, all as float32; its codes are exact in it.
private struct PlainPoint {
  let scale: Float
  let zero: Float
  let lowest: Float
  let highest: Float

  /// clamp(rne(w/s) + z).
  func code(_ weight: Float) -> Float {
    max(lowest, min(highest, (weight / scale).rounded(.toNearestOrEven) + zero))
  }
}
