import CKernels

extension Tensor {
  /// Shares that add up to 1 along an axis:  e^(x − max x) / Σ e^(x − max x), in double.
  public func softmax(axis: Int) throws -> Tensor {
    try alongAxis(axis) { espalier_softmax(pointer, $0, $1.outer, $1.length, $1.inner) }
  }

  /// The logarithm of the softmax:  x − max x − ln Σ e^(x − max x), in double.
  public func logSoftmax(axis: Int) throws -> Tensor {
    try alongAxis(axis) { espalier_log_softmax(pointer, $0, $1.outer, $1.length, $1.inner) }
  }

  /// The gradient with respect to the input of a softmax with this output:  y (g − Σ g y).
  public func softmaxGradient(_ gradient: Tensor, axis: Int) throws -> Tensor {
    guard gradient.shape == shape else {
      throw TensorError.shapesDiffer("softmax", gradient.shape, shape)
    }
    return try alongAxis(axis) {
      espalier_softmax_backward(gradient.pointer, pointer, $0, $1.outer, $1.length, $1.inner)
    }
  }

  private func alongAxis(
    _ axis: Int, _ kernel: (UnsafeMutablePointer<Float>, AxisView) -> Void
  ) throws -> Tensor {
    let view = try AxisView(shape, axis)
    try Work.current.charge(count)
    return try Tensor(unsafeUninitialized: shape) { target in
      if let out = target.baseAddress, !target.isEmpty { kernel(out, view) }
    }
  }

  /// The mean over rows of −ln softmax(x)[label], and its gradient, in one pass.
  ///
  ///     loss = (1/n) Σ (ln Σ e^x − x[label])      gradient = (softmax(x) − onehot(label)) / n
  ///
  /// The tensor holds the logits, `[n, classes]`; the losses are added in row order, in double.
  ///
  /// - Parameters:
  ///   - labels: `[n]`, whole numbers in `0..<classes`.
  ///   - wantsGradient: `false` leaves the gradient out.
  /// - Throws: `TensorError.wrongRank`, `.shapesDiffer`, `.notAClass`, and `.emptyReduction` for no
  ///   rows.
  public func crossEntropy(_ labels: Tensor, wantsGradient: Bool = true) throws
    -> (loss: Double, gradient: Tensor?)
  {
    guard shape.rank == 2 else {
      throw TensorError.wrongRank("cross-entropy", wanted: "logits [n, classes]", shape)
    }
    let (rows, classes) = (shape[0], shape[1])
    guard labels.shape == [rows] else {
      throw TensorError.shapesDiffer("cross-entropy", labels.shape, [rows])
    }
    guard rows > 0, classes > 0 else { throw TensorError.emptyReduction("cross-entropy", shape) }
    try Work.current.charge(count)
    let gradient = wantsGradient ? try Storage(shape) : nil
    var losses = [Double](repeating: 0, count: rows)
    let bad = espalier_cross_entropy(
      pointer, labels.pointer, rows, classes, 1 / Float(rows), &losses, gradient?.base)
    if bad >= 0 { throw TensorError.notAClass(labels[bad], index: bad, classes: classes) }
    let loss = losses.reduce(0, +) / Double(rows)
    return (loss, gradient.map { Tensor(shape, $0) })
  }
}

/// A shape seen from one axis: `[outer, length, inner]`.
struct AxisView {
  let outer: Int, length: Int, inner: Int

  /// - Throws: `TensorError.axisOutside`.
  init(_ shape: Shape, _ axis: Int) throws {
    guard shape.dimensions.indices.contains(axis) else {
      throw TensorError.axisOutside(axis, shape)
    }
    outer = shape.dimensions[..<axis].reduce(1, *)
    length = shape[axis]
    inner = shape.dimensions[(axis + 1)...].reduce(1, *)
  }
}
