extension Tensor {
  /// The elements in order along an axis; equal ones keep their order, NaNs come last.
  ///
  /// - Throws: `TensorError.axisOutside`.
  /// - Complexity: linear in the elements of long rows, O(*n* log *n*) in short ones.
  public func sorted(axis: Int, descending: Bool = false) throws -> Tensor {
    let view = try AxisView(shape, axis)
    let source = pointer
    return try Tensor(unsafeUninitialized: shape) { target in
      try RowOrder(view).forEachRow(source, descending: descending) { start, order in
        for rank in 0..<view.length {
          target[start + rank * view.inner] = source[start + order[rank] * view.inner]
        }
      }
    }
  }

  /// Where the elements stand in sorted order; equal ones by position, NaNs last.
  ///
  /// Positions are float32 as all elements are: exact below 2^24.
  public func sortedPositions(axis: Int, descending: Bool = false) throws -> Tensor {
    let view = try AxisView(shape, axis)
    return try Tensor(unsafeUninitialized: shape) { target in
      try RowOrder(view).forEachRow(pointer, descending: descending) { start, order in
        for rank in 0..<view.length { target[start + rank * view.inner] = Float(order[rank]) }
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
