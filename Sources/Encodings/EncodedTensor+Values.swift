import Tensors

extension EncodedTensor {
  /// What the stored bytes mean, as floats; where codes are held they are decoded anew each time.
  ///
  /// - Throws: what the allocation throws.
  /// - Complexity: O(n) for codes; a loop asks once.
  public var values: Tensor {
    get throws {
      if let floats { return floats }
      // Without floats there are codes.
      guard let grid, let parts else { return try .zeros(shape) }
      return try grid.values(shape, parts: parts, kept: kept)
    }
  }

  /// Shows the values in order without having all of them at once.
  ///
  /// - Parameter body: gets the index of the first value of a piece, and the piece.
  public func forEachPiece(
    _ body: (_ start: Int, _ values: UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    if let floats { return try floats.withScalars { try body(0, $0) } }
    guard let grid, let parts else { return }
    try grid.forEachPiece(parts: parts, kept: kept, body)
  }

  /// The elements that are not zero; NaN is not.
  public var nonZeros: Bitmap {
    var result = Bitmap(repeating: false, count: count)
    forEachPiece { start, values in
      for (place, value) in values.enumerated() where value != 0 { result[start + place] = true }
    }
    return result
  }

  /// How many elements are not zero; NaN is not.
  public var nonZeroCount: Int {
    var result = 0
    forEachPiece { _, values in
      for value in values where value != 0 { result += 1 }
    }
    return result
  }
}
