import CKernels

extension Tensor {
  /// The axes in another order; without one, reversed (the transpose of a matrix).
  ///
  /// - Parameter permutation: for each axis of the result, the axis of this tensor it is.
  /// - Throws: `TensorError.notAPermutation` unless each axis is named once.
  public func transposed(_ permutation: [Int]? = nil) throws -> Tensor {
    let order = permutation ?? Array((0..<shape.rank).reversed())
    guard order.sorted() == Array(0..<shape.rank) else {
      throw TensorError.notAPermutation(order, shape)
    }
    let result = Shape(order.map { shape[$0] })
    // Axes of length 1 do not move anything.
    let moving = order.filter { shape[$0] != 1 }
    if moving == moving.sorted() { return try reshaped(result) }
    try Work.current.charge(count)
    let sourceStrides = shape.strides
    let strides = order.map { sourceStrides[$0] }
    return try Tensor(unsafeUninitialized: result) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      try copyPermuted(result.dimensions, strides, out)
    }
  }

  /// Writes the elements in the order of `lengths`, each axis walking by its stride here.
  private func copyPermuted(
    _ lengths: [Int], _ strides: [Int], _ out: UnsafeMutablePointer<Float>
  ) throws {
    let last = lengths.count - 1
    let (rows, columns) = (lengths[last - 1], lengths[last])
    let outer = lengths[..<(last - 1)].reduce(1, *)
    var at = [Int](repeating: 0, count: last - 1)
    var start = 0
    for plane in 0..<outer {
      try Work.current.checkpoint()
      espalier_copy_strided(
        pointer + start, strides[last - 1], strides[last], out + plane * rows * columns, rows,
        columns)
      for axis in stride(from: last - 2, through: 0, by: -1) {
        at[axis] += 1
        start += strides[axis]
        if at[axis] < lengths[axis] { break }
        start -= strides[axis] * lengths[axis]
        at[axis] = 0
      }
    }
  }
}
