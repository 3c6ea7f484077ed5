extension Tensor {
  /// Tensors one behind the other along an axis they have.
  ///
  /// - Throws: `TensorError.cannotJoin` when another length differs, `.axisOutside`, and
  ///   `.outsideDomain` for no tensors.
  public static func concatenated(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw TensorError.outsideDomain("the number of tensors", 0, allowed: "1 or more")
    }
    let view = try AxisView(first.shape, axis)
    var length = 0
    for tensor in tensors {
      guard tensor.shape.rank == first.shape.rank,
        tensor.shape.replacing(axis: axis, with: view.length) == first.shape
      else { throw TensorError.cannotJoin(first.shape, tensor.shape, axis: axis) }
      let (sum, overflow) = length.addingReportingOverflow(tensor.shape[axis])
      length = overflow ? Int.max : sum
    }
    let result = first.shape.replacing(axis: axis, with: length)
    return try Tensor(unsafeUninitialized: result) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      var before = 0
      for tensor in tensors {
        let run = tensor.shape[axis] * view.inner
        try Work.current.charge(tensor.count)
        for outer in 0..<view.outer {
          (out + outer * length * view.inner + before)
            .update(from: tensor.pointer + outer * run, count: run)
        }
        before += run
      }
    }
  }

  /// Tensors of one shape along a new axis.
  ///
  /// - Parameter axis: where the new axis stands, `0...rank`.
  /// - Throws: `TensorError.cannotJoin`, `.axisOutside`, and `.outsideDomain` for no tensors.
  public static func stacked(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw TensorError.outsideDomain("the number of tensors", 0, allowed: "1 or more")
    }
    guard 0...first.shape.rank ~= axis else { throw TensorError.axisOutside(axis, first.shape) }
    var lengths = first.shape.dimensions
    lengths.insert(1, at: axis)
    let one = Shape(lengths)
    let rows = try tensors.map { tensor in
      guard tensor.shape == first.shape else {
        throw TensorError.cannotJoin(first.shape, tensor.shape, axis: axis)
      }
      return try tensor.reshaped(one)
    }
    return try concatenated(rows, axis: axis)
  }

  /// The elements the other way round along an axis.
  ///
  /// - Throws: `TensorError.axisOutside`.
  public func reversed(axis: Int) throws -> Tensor {
    let view = try AxisView(shape, axis)
    let all = [AxisSelection](repeating: .all, count: axis)
    return try sliced(all + [.list((0..<view.length).reversed())])
  }

  /// A number added around the tensor, so many times before and after along each axis.
  ///
  /// - Parameter amounts: one pair an axis, none negative.
  /// - Throws: `TensorError.outsideDomain`, `.tooManyIndices`.
  public func padded(_ amounts: [(before: Int, after: Int)], with value: Float = 0) throws -> Tensor
  {
    guard amounts.count == shape.rank else {
      throw TensorError.tooManyIndices(amounts.count, shape)
    }
    var lengths: [Int] = []
    for (axis, amount) in amounts.enumerated() {
      guard amount.before >= 0, amount.after >= 0 else {
        throw TensorError.outsideDomain(
          "the padding", Double(min(amount.before, amount.after)), allowed: "0 or more")
      }
      let (sum, overflow) = amount.before.addingReportingOverflow(amount.after)
      let (length, more) = sum.addingReportingOverflow(shape[axis])
      lengths.append(overflow || more ? Int.max : length)
    }
    let frame = try Tensor.full(Shape(lengths), value)
    let inside = amounts.enumerated().map { axis, amount in
      AxisSelection.range(amount.before..<amount.before + shape[axis])
    }
    return try frame.replacing(inside, with: self)
  }

  /// The tensor so many times one behind the other along an axis.
  ///
  /// - Throws: `TensorError.axisOutside`, `.outsideDomain` for a negative number.
  public func repeated(_ times: Int, axis: Int) throws -> Tensor {
    let view = try AxisView(shape, axis)
    guard times >= 0 else {
      throw TensorError.outsideDomain("the number of times", Double(times), allowed: "0 or more")
    }
    let (length, overflow) = view.length.multipliedReportingOverflow(by: times)
    let result = shape.replacing(axis: axis, with: overflow ? Int.max : length)
    return try Tensor(unsafeUninitialized: result) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      let run = view.length * view.inner
      try Work.current.charge(result.count)
      for outer in 0..<view.outer {
        for copy in 0..<times {
          (out + (outer * times + copy) * run).update(from: pointer + outer * run, count: run)
        }
      }
    }
  }

  /// Class numbers as rows with a single 1.
  ///
  /// - Parameter classes: the length of the new last axis.
  /// - Throws: `TensorError.notAClass` for anything but a whole number in `0..<classes`.
  public func oneHot(classes: Int) throws -> Tensor {
    guard classes >= 1 else {
      throw TensorError.outsideDomain("`classes:`", Double(classes), allowed: "1 or more")
    }
    return try Tensor(unsafeUninitialized: Shape(shape.dimensions + [classes])) { target in
      target.update(repeating: 0)
      try withScalars { labels in
        for (index, label) in labels.enumerated() {
          guard let number = Int(exactly: label), 0..<classes ~= number else {
            throw TensorError.notAClass(label, index: index, classes: classes)
          }
          target[index * classes + number] = 1
        }
      }
    }
  }
}
