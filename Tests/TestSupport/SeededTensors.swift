import Tensors

/// Standard normal numbers, the same for the same seed.
public func normalTensor(_ shape: Shape, seed: UInt64 = 1) throws -> Tensor {
  var random = Random(seed: seed)
  return try Tensor.normal(shape, &random)
}

/// Numbers even in [low, high), the same for the same seed.
public func uniformTensor(
  _ shape: Shape, _ low: Float = 0, _ high: Float = 1, seed: UInt64 = 1
) throws -> Tensor {
  var random = Random(seed: seed)
  return try Tensor.uniform(shape, low, high, &random)
}
