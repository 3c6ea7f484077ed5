/// What is taken along one axis.
public enum AxisSelection: Sendable, Hashable {
  /// One position; the axis goes away.
  case index(Int)
  /// Neighbouring positions; the axis stays.
  case range(Range<Int>)
  /// Positions in any order, repeated or not; the axis stays.
  case list([Int])
  /// Every position.
  case all
}

extension Tensor {
  /// The elements at the positions given, one selection an axis from the first; axes without one
  /// are taken whole.
  ///
  /// - Throws: `TensorError.tooManyIndices`, `.indexOutside`, `.rangeOutside`.
  public func sliced(_ selections: [AxisSelection]) throws -> Tensor {
    let plan = try SelectionPlan(shape, selections)
    if plan.isWhole { return try reshaped(plan.result) }
    let source = pointer
    try Work.current.charge(plan.result.count)
    return try Tensor(unsafeUninitialized: plan.result) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      var filled = 0
      try plan.forEachRun { start, length in
        (out + filled).update(from: source + start, count: length)
        filled += length
      }
    }
  }

  /// The elements where the mask is not 0, in row-major order.
  ///
  /// - Parameter mask: of the same shape.
  /// - Returns: `[k]`.
  /// - Throws: `TensorError.shapesDiffer`.
  public func selected(byMask mask: Tensor) throws -> Tensor {
    guard mask.shape == shape else { throw TensorError.shapesDiffer("[mask]", shape, mask.shape) }
    let (values, flags) = (pointer, mask.pointer)
    return try Tensor(unsafeUninitialized: [mask.nonzeroCount()]) { target in
      var filled = 0
      try inPieces(count) { start, length in
        for index in start..<start + length where flags[index] != 0 {
          target[filled] = values[index]
          filled += 1
        }
      }
    }
  }

  /// A copy with other numbers at the positions given.
  ///
  /// - Parameters:
  ///   - selections: as for `sliced`; a position listed twice keeps the last number.
  ///   - values: matched to the shape of the selection as in elementwise operations.
  /// - Throws: as `sliced`; `TensorError.cannotBroadcast` when the values do not fit.
  public func replacing(_ selections: [AxisSelection], with values: Tensor) throws -> Tensor {
    let plan = try SelectionPlan(shape, selections)
    let filling = try values.broadcast(to: plan.result, in: "replace")
    try Work.current.charge(count)
    return try Tensor(unsafeUninitialized: shape) { target in
      withScalars { _ = target.update(fromContentsOf: $0) }
      guard let out = target.baseAddress else { return }
      var used = 0
      try filling.withScalars { numbers in
        try plan.forEachRun { start, length in
          for index in 0..<length { out[start + index] = numbers[used + index] }
          used += length
        }
      }
    }
  }

  /// A copy with other numbers where the mask is not 0.
  ///
  /// - Parameter values: one number, as many as the mask selects, or one for each element.
  public func replacing(byMask mask: Tensor, with values: Tensor) throws -> Tensor {
    guard mask.shape == shape else { throw TensorError.shapesDiffer("replace", shape, mask.shape) }
    if values.shape == shape { return try Tensor.whereSelected(mask, values, self) }
    let selected = mask.nonzeroCount()
    let filling = try values.broadcast(to: [selected], in: "replace")
    return try Tensor(unsafeUninitialized: shape) { target in
      let (flags, numbers, own) = (mask.pointer, filling.pointer, pointer)
      var used = 0
      try inPieces(count) { start, length in
        for index in start..<start + length {
          let chosen = flags[index] != 0
          target[index] = chosen ? numbers[used] : own[index]
          if chosen { used += 1 }
        }
      }
      withExtendedLifetime(filling) {}
    }
  }

  /// `a` where the mask is not 0, else `b`; the three are matched as in elementwise operations.
  ///
  /// - Throws: `TensorError.cannotBroadcast`.
  public static func whereSelected(_ mask: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard let both = Shape.broadcast(a.shape, b.shape) else {
      throw TensorError.cannotBroadcast("where", a.shape, b.shape)
    }
    guard let shape = Shape.broadcast(mask.shape, both) else {
      throw TensorError.cannotBroadcast("where", mask.shape, both)
    }
    let flags = try mask.broadcast(to: shape, in: "where")
    let left = try a.broadcast(to: shape, in: "where")
    let right = try b.broadcast(to: shape, in: "where")
    return try Tensor(unsafeUninitialized: shape) { target in
      guard let out = target.baseAddress else { return }
      let (chosen, first, second) = (flags.pointer, left.pointer, right.pointer)
      try inPieces(shape.count) { start, length in
        for index in start..<start + length {
          out[index] = chosen[index] != 0 ? first[index] : second[index]
        }
      }
      withExtendedLifetime((flags, left, right)) {}
    }
  }

  /// This tensor repeated to a larger shape; itself when it has that shape already.
  ///
  /// - Throws: `TensorError.cannotBroadcast` unless every length is that of the shape, or 1.
  public func broadcast(to target: Shape, in operation: String = "broadcast") throws -> Tensor {
    if shape == target { return self }
    guard Shape.broadcast(shape, target) == target else {
      throw TensorError.cannotBroadcast(operation, shape, target)
    }
    let source = pointer
    return try Tensor(unsafeUninitialized: target) { filled in
      guard let out = filled.baseAddress, !filled.isEmpty else { return }
      try Broadcast(shape, target, target).forEachRun { run in
        try inPieces(run.count) { start, length in
          if run.aStep == 0 {
            (out + run.out + start).update(repeating: source[run.a], count: length)
          } else {
            (out + run.out + start).update(from: source + run.a + start, count: length)
          }
        }
      }
    }
  }
}
