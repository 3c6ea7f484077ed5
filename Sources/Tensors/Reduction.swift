import CKernels

/// A fold of n numbers into one.
public enum Reduction: String, Sendable, CaseIterable {
  /// Σ x and Σ x / n, in double, in the order Reduce.h states; rounded once.
  case sum, mean
  /// The population's: Σ (x − mean)² / n, the mean found first (two passes, so nothing cancels).
  case variance
  /// √variance, of the population as numpy's `std`, not of the sample as PyTorch's.
  case standardDeviation
  /// NaN if there is one.
  case minimum, maximum
  /// Π x, in double, from the first to the last.
  case product
  /// √Σ x², the Euclidean length; in double, so that squares of float32 never overflow.
  case norm
  /// 1 if any, or all, are not 0.
  case any, all

  /// The value for no elements, where there is one.
  var ofNothing: Float? {
    switch self {
    case .sum, .norm, .any: 0
    case .product, .all: 1
    case .mean, .variance, .standardDeviation, .minimum, .maximum: nil
    }
  }

  /// How the language writes it.
  var name: String {
    switch self {
    case .sum: "sum"
    case .mean: "mean"
    case .variance: "var"
    case .standardDeviation: "std"
    case .minimum: "min"
    case .maximum: "max"
    case .product: "product"
    case .norm: "norm"
    case .any: "any"
    case .all: "all"
    }
  }

  /// The fold of numbers that lie next to each other, in double.
  func folded(_ x: UnsafePointer<Float>, _ count: Int) throws -> Double {
    guard count > 0 else { return Double(ofNothing ?? .nan) }
    switch self {
    case .sum: return try inGroups(x, count, espalier_sum, +)
    case .mean: return try inGroups(x, count, espalier_sum, +) / Double(count)
    case .variance: return try variance(x, count)
    case .standardDeviation: return try variance(x, count).squareRoot()
    case .minimum: return try inGroups(x, count, { Double(espalier_minimum($0, $1)) }, lesser)
    case .maximum: return try inGroups(x, count, { Double(espalier_maximum($0, $1)) }, greater)
    case .product: return try inGroups(x, count, multiplied, *)
    case .norm:
      return try inGroups(x, count, { espalier_sum_squares($0, $1, 0) }, +).squareRoot()
    case .any: return try nonzeros(x, count) > 0 ? 1 : 0
    case .all: return try nonzeros(x, count) == Double(count) ? 1 : 0
    }
  }

  private func variance(_ x: UnsafePointer<Float>, _ count: Int) throws -> Double {
    let mean = try inGroups(x, count, espalier_sum, +) / Double(count)
    return try inGroups(x, count, { espalier_sum_squares($0, $1, mean) }, +) / Double(count)
  }
}

/// Elements between two checkpoints of a fold: the group of Reduce.h.
private let groupLength = 1 << 24

private func inGroups(
  _ x: UnsafePointer<Float>, _ count: Int, _ fold: (UnsafePointer<Float>, Int) -> Double,
  _ join: (Double, Double) -> Double
) throws -> Double {
  var total = fold(x, min(count, groupLength))
  guard count > groupLength else { return total }
  let work = Work.current
  for start in stride(from: groupLength, to: count, by: groupLength) {
    try work.checkpoint()
    total = join(total, fold(x + start, min(groupLength, count - start)))
  }
  return total
}

private func nonzeros(_ x: UnsafePointer<Float>, _ count: Int) throws -> Double {
  try inGroups(x, count, { Double(espalier_count_nonzero($0, $1)) }, +)
}

private func multiplied(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
  UnsafeBufferPointer(start: x, count: count).reduce(1) { $0 * Double($1) }
}

private func lesser(_ a: Double, _ b: Double) -> Double {
  a.isNaN || b.isNaN ? .nan : Swift.min(a, b)
}

private func greater(_ a: Double, _ b: Double) -> Double {
  a.isNaN || b.isNaN ? .nan : Swift.max(a, b)
}

extension Tensor {
  /// The fold of all elements, or along one axis.
  ///
  ///     sum of [2×3] along axis 0: [3]   along axis 1: [2]   along axis 1, keeping it: [2×1]
  ///
  /// Every result is folded in double over its elements in order and rounded to float32 once, the
  /// same whatever the threads and instructions.
  ///
  /// - Parameters:
  ///   - axis: the axis that goes away, `0..<rank`, or `nil` for all of them.
  ///   - keepingAxis: leaves it with length 1.
  /// - Returns: without an axis given, a tensor without axes (with `keepingAxis`, all of length 1).
  /// - Throws: `TensorError.axisOutside`; `.emptyReduction` where no elements have no value (a mean
  ///   or a maximum; a sum is 0, a product 1).
  public func reduced(_ reduction: Reduction, axis: Int? = nil, keepingAxis: Bool = false) throws
    -> Tensor
  {
    guard let axis else {
      let value = Float(try folded(reduction))
      let ones = Shape([Int](repeating: 1, count: keepingAxis ? shape.rank : 0))
      return try Tensor(ones, [value])
    }
    let view = try AxisView(shape, axis)
    let result = shape.removing(axis: axis, keeping: keepingAxis)
    try Work.current.charge(count)
    if view.length == 0 {
      guard let value = reduction.ofNothing else {
        guard result.count == 0 else { throw TensorError.emptyReduction(reduction.name, shape) }
        return try Tensor.zeros(result)
      }
      return try Tensor.full(result, value)
    }
    return try Tensor(unsafeUninitialized: result) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      if reduction == .sum {
        espalier_sum_axis(pointer, out, view.outer, view.length, view.inner)
      } else {
        try reduceColumns(reduction, view, out)
      }
    }
  }

  /// The fold of all elements as a double, not yet rounded.
  ///
  /// - Throws: `TensorError.emptyReduction` where no elements have no value.
  public func folded(_ reduction: Reduction) throws -> Double {
    if count == 0, reduction.ofNothing == nil {
      throw TensorError.emptyReduction(reduction.name, shape)
    }
    try Work.current.charge(count)
    return try reduction.folded(pointer, count)
  }

  private func reduceColumns(
    _ reduction: Reduction, _ view: AxisView, _ out: UnsafeMutablePointer<Float>
  ) throws {
    let source = pointer
    if view.inner == 1 {
      for row in 0..<view.outer {
        if row & 1023 == 0 { try Work.current.checkpoint() }
        out[row] = Float(try reduction.folded(source + row * view.length, view.length))
      }
      return
    }
    // Columns are gathered one at a time, so that each is folded in the stated order.
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: view.length) { column in
      guard let base = column.baseAddress else { return }
      for outer in 0..<view.outer {
        for inner in 0..<view.inner {
          if inner & 1023 == 0 { try Work.current.checkpoint() }
          let start = source + outer * view.length * view.inner + inner
          for index in 0..<view.length { base[index] = start[index * view.inner] }
          out[outer * view.inner + inner] = Float(try reduction.folded(base, view.length))
        }
      }
    }
  }

  /// How many elements are not 0.
  public func nonzeroCount() -> Int { espalier_count_nonzero(pointer, count) }
}
