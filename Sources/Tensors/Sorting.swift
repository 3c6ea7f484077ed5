extension Tensor {
  /// The elements in order along an axis; equal ones keep their order, NaNs come last.
  ///
  /// - Throws: `TensorError.axisOutside`.
  /// - Complexity: O(*n* log *n*) along each row.
  public func sorted(axis: Int, descending: Bool = false) throws -> Tensor {
    let view = try AxisView(shape, axis)
    if view.inner == 1, view.outer == 1 { return try sortedRow(descending: descending) }
    return try gathered(sortedPositions(axis: axis, descending: descending), axis: axis)
  }

  /// One row, without its positions: equal numbers cannot be told apart (−0 and 0 keep their order
  /// through their keys being equal and the sort stable).
  private func sortedRow(descending: Bool) throws -> Tensor {
    try Work.current.charge(count)
    var numbers = withScalars { $0.filter { !$0.isNaN } }
    let missing = count - numbers.count
    if descending { numbers.sort(by: >) } else { numbers.sort(by: <) }
    numbers.append(contentsOf: repeatElement(.nan, count: missing))
    return try Tensor(shape, numbers)
  }

  /// Where the elements stand in sorted order; equal ones by position, NaNs last.
  public func sortedPositions(axis: Int, descending: Bool = false) throws -> Tensor {
    let view = try AxisView(shape, axis)
    try Work.current.charge(count)
    let source = pointer
    return try Tensor(unsafeUninitialized: shape) { target in
      for outer in 0..<view.outer {
        for inner in 0..<view.inner {
          try Work.current.checkpoint()
          let start = outer * view.length * view.inner + inner
          func value(_ position: Int) -> Float { source[start + position * view.inner] }
          let order = (0..<view.length).sorted { a, b in
            comesFirst(value(a), a, value(b), b, descending)
          }
          for (rank, place) in order.enumerated() {
            target[start + rank * view.inner] = Float(place)
          }
        }
      }
    }
  }

  /// The number below which a share of the elements lies, between neighbours by straight line.
  ///
  ///     h = q (n − 1),  result = x₍⌊h⌋₎ + (h − ⌊h⌋) (x₍⌊h⌋₊₁₎ − x₍⌊h⌋₎)   x₍ᵢ₎ sorted, from 0
  ///
  /// NaN if there is one. Computed in double and rounded once.
  ///
  /// - Parameters:
  ///   - share: q, in 0…1.
  ///   - axis: the axis that goes away; `nil` takes all elements.
  /// - Throws: `TensorError.outsideDomain`, `.axisOutside`, `.emptyReduction`.
  /// - Source: numpy's default, Hyndman and Fan 1996, definition 7.
  public func quantile(_ share: Double, axis: Int? = nil, keepingAxis: Bool = false) throws
    -> Tensor
  {
    guard 0...1 ~= share else {
      throw TensorError.outsideDomain("the share", share, allowed: "0 to 1, or 0% to 100%")
    }
    guard let axis else {
      let flat = try reshaped([count]).quantile(share, axis: 0)
      guard keepingAxis else { return flat }
      return try flat.reshaped(Shape([Int](repeating: 1, count: shape.rank)))
    }
    let view = try AxisView(shape, axis)
    guard view.length > 0 else { throw TensorError.emptyReduction("quantile", shape) }
    let ordered = try sorted(axis: axis)
    let result = shape.removing(axis: axis, keeping: keepingAxis)
    return try Tensor(unsafeUninitialized: result) { target in
      ordered.withScalars { source in
        for index in target.indices {
          let start = index / view.inner * view.length * view.inner + index % view.inner
          target[index] = interpolated(share, view.length) { source[start + $0 * view.inner] }
        }
      }
    }
  }
}

private func comesFirst(_ a: Float, _ i: Int, _ b: Float, _ j: Int, _ descending: Bool) -> Bool {
  if a.isNaN || b.isNaN { return a.isNaN == b.isNaN ? i < j : b.isNaN }
  if a == b { return i < j }
  return descending ? a > b : a < b
}

private func interpolated(_ share: Double, _ length: Int, _ ordered: (Int) -> Float) -> Float {
  // NaNs stand last.
  if ordered(length - 1).isNaN { return .nan }
  let height = share * Double(length - 1)
  let below = min(length - 1, Int(height))
  let low = Double(ordered(below))
  let part = height - Double(below)
  guard part > 0, below + 1 < length else { return Float(low) }
  let high = Double(ordered(below + 1))
  return low == high ? Float(low) : Float(low + part * (high - low))
}
