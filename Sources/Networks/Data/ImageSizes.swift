import Tensors

extension Tensor {
  /// Images brought to another size: bilinear where an axis grows, area mean where it shrinks.
  ///
  /// The last two axes are height and width, and any axes may stand before them. Rows are resampled
  /// first, then columns, each as `Resampling` states (half-pixel centres).
  ///
  /// - Throws: `DataError` when there are no two axes or a side is outside 1…4096.
  public func resized(to height: Int, _ width: Int) throws -> Tensor {
    let (planes, oldHeight, oldWidth) = try imagePlanes(height, width, doing: "resize")
    if height == oldHeight, width == oldWidth { return self }
    let rows = Resampling(from: oldHeight, to: height)
    let columns = Resampling(from: oldWidth, to: width)
    let leading = shape.dimensions.dropLast(2)
    return try Tensor(unsafeUninitialized: Shape(leading + [height, width])) { target in
      try withScalars { source in
        // The rows of one plane after the first pass: [height, oldWidth].
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: height * oldWidth) { between in
          let squeezed = UnsafeBufferPointer(between)
          for plane in 0..<planes {
            if plane % 256 == 0 { try Work.current.checkpoint() }
            let from = plane * oldHeight * oldWidth
            for y in 0..<height {
              for x in 0..<oldWidth {
                between.initializeElement(
                  at: y * oldWidth + x,
                  to: rows.value(y, of: source, line: from + x, stride: oldWidth))
              }
            }
            let to = plane * height * width
            for y in 0..<height {
              for x in 0..<width {
                target[to + y * width + x] =
                  columns.value(x, of: squeezed, line: y * oldWidth, stride: 1)
              }
            }
          }
        }
      }
    }
  }

  /// Images in the middle of a larger frame of zeros; of an odd surplus the larger part comes last.
  ///
  /// - Throws: `DataError` when there are no two axes, a side would shrink or is outside 1…4096.
  public func padded(to height: Int, _ width: Int) throws -> Tensor {
    let (planes, oldHeight, oldWidth) = try imagePlanes(height, width, doing: "pad")
    guard height >= oldHeight, width >= oldWidth else {
      throw DataError.paddingShrinks(from: shape, height: height, width: width)
    }
    if height == oldHeight, width == oldWidth { return self }
    let top = (height - oldHeight) / 2
    let left = (width - oldWidth) / 2
    let leading = shape.dimensions.dropLast(2)
    return try Tensor(unsafeUninitialized: Shape(leading + [height, width])) { target in
      target.update(repeating: 0)
      withScalars { source in
        for row in 0..<planes * oldHeight {
          let (plane, y) = row.quotientAndRemainder(dividingBy: oldHeight)
          let to = (plane * height + top + y) * width + left
          for x in 0..<oldWidth { target[to + x] = source[row * oldWidth + x] }
        }
      }
    }
  }

  /// How many planes of height × width there are, once the new size is known to be legal.
  private func imagePlanes(
    _ height: Int, _ width: Int, doing verb: String
  ) throws -> (planes: Int, height: Int, width: Int) {
    guard shape.rank >= 2, shape.count > 0 else { throw DataError.notAnImage(shape, doing: verb) }
    guard (1...4096).contains(height), (1...4096).contains(width) else {
      throw DataError.sizeOutside(height: height, width: width)
    }
    let sides = shape.dimensions.suffix(2).map { $0 }
    return (shape.count / (sides[0] * sides[1]), sides[0], sides[1])
  }
}

extension LabeledData {
  /// The same examples at another size; see `Tensor.resized(to:_:)`.
  public func resized(to height: Int, _ width: Int) throws -> LabeledData {
    guard images.shape.rank >= 3 else { throw DataError.notAnImage(images.shape, doing: "resize") }
    return with(images: try images.resized(to: height, width))
  }

  /// The same examples in the middle of a larger frame of zeros.
  public func padded(to height: Int, _ width: Int) throws -> LabeledData {
    guard images.shape.rank >= 3 else { throw DataError.notAnImage(images.shape, doing: "pad") }
    return with(images: try images.padded(to: height, width))
  }
}

extension DataSet {
  /// Both parts at another size.
  public func resized(to height: Int, _ width: Int) throws -> DataSet {
    try map { try $0.resized(to: height, width) }
  }

  /// Both parts in the middle of a larger frame of zeros.
  public func padded(to height: Int, _ width: Int) throws -> DataSet {
    try map { try $0.padded(to: height, width) }
  }

  private func map(_ change: (LabeledData) throws -> LabeledData) throws -> DataSet {
    DataSet(
      name: name, summary: summary, provenance: provenance, train: try change(train),
      test: try change(test))
  }
}
