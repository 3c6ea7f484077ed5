import Tensors

extension Grid {
  /// Which slice of the axis each element belongs to: `(flat / stride) % length`.
  struct Slices {
    var stride: Int
    var length: Int

    func callAsFunction(_ flat: Int) -> Int { length <= 1 ? 0 : flat / stride % length }
  }

  /// Checks that every part fits the shape and the format.
  ///
  /// - Throws: `EncodingError.mismatch` or `.damaged`.
  func checkedSlices(of shape: Shape) throws -> Slices {
    let slices = try slices(of: shape)
    guard codes.count == shape.count else {
      throw EncodingError.mismatch("codes", expected: shape.count, found: codes.count)
    }
    guard scales.count == slices.length else {
      throw EncodingError.mismatch("scales", expected: slices.length, found: scales.count)
    }
    guard zeroPoints.count == slices.length else {
      throw EncodingError.mismatch("zero points", expected: slices.length, found: zeroPoints.count)
    }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw EncodingError.damaged("a scale is not positive and finite")
    }
    let range = format.codes
    guard zeroPoints.allSatisfy(range.contains), codes.allSatisfy(range.contains) else {
      throw EncodingError.damaged("a code lies outside \(format)")
    }
    return slices
  }

  /// The slices that have their own scale; one when there is no axis.
  func slices(of shape: Shape) throws -> Slices {
    guard let axis else { return Slices(stride: 1, length: 1) }
    let lengths = shape.dimensions
    guard lengths.indices.contains(axis) else {
      throw EncodingError.mismatch("axes at least", expected: axis + 1, found: lengths.count)
    }
    return Slices(stride: lengths[(axis + 1)...].reduce(1, *), length: lengths[axis])
  }

  /// scale · (code − zero point), a float32 product.
  func values(_ shape: Shape, slices: Slices) throws -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      for index in 0..<target.count {
        let slice = slices(index)
        target[index] = scales[slice] * Float(codes[index] - zeroPoints[slice])
      }
    }
  }

  /// Gives pruned elements the code of zero.
  mutating func clearCodes(except kept: Bitmap, slices: Slices) {
    for index in codes.indices where !kept[index] { codes[index] = zeroPoints[slices(index)] }
  }
}
