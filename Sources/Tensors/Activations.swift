import CKernels

// What layers need beside the elementwise operations.

extension Tensor {
  /// x[…, i] + bias[i]: the bias of a linear layer.
  ///
  /// - Parameter bias: `[columns]`, as long as the last axis.
  public func addingBias(_ bias: Tensor) throws -> Tensor {
    guard bias.shape.rank == 1, bias.count == shape.dimensions.last else {
      throw TensorError.cannotBroadcast("+", shape, bias.shape)
    }
    try Work.current.charge(count)
    return try Tensor(unsafeUninitialized: shape) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      espalier_add_bias(pointer, bias.pointer, out, count / bias.count, bias.count)
    }
  }

  /// The gradient before a relu whose output this tensor is: `gradient` where it is above 0, else 0.
  public func reluGradient(_ gradient: Tensor) throws -> Tensor {
    try backwards("relu", gradient, espalier_relu_backward)
  }

  /// The gradient before a tanh whose output y this tensor is:  g (1 − y²).
  public func tanhGradient(_ gradient: Tensor) throws -> Tensor {
    try backwards("tanh", gradient, espalier_tanh_backward)
  }

  /// The gradient before a logistic function whose output y this tensor is:  g y (1 − y).
  public func sigmoidGradient(_ gradient: Tensor) throws -> Tensor {
    try backwards("sigmoid", gradient, espalier_sigmoid_backward)
  }

  private func backwards(
    _ name: String, _ gradient: Tensor,
    _ kernel: (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) ->
      Void
  ) throws -> Tensor {
    guard gradient.shape == shape else {
      throw TensorError.shapesDiffer(name, gradient.shape, shape)
    }
    return try Tensor(unsafeUninitialized: shape) { target in
      guard let out = target.baseAddress else { return }
      try inPieces(count) { start, length in
        kernel(gradient.pointer + start, pointer + start, out + start, length)
      }
    }
  }
}
