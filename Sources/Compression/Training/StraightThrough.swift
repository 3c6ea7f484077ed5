import Encodings
import Networks
import Tensors

extension GridConstraint {
  /// The gradient that passes straight through the grid: unchanged where nothing is clipped.
  ///
  ///     ∂L/∂w = ∂L/∂ŵ · 1[q_min ≤ rne(w/s) + z ≤ q_max]
  ///
  /// The mask is that of the un-clipped rounded value, so a weight up to half a step outside still
  /// learns. Only a scale that was given can clip: a scale that is found anew in each step covers
  /// every weight (an affine one up to the rounding of its zero point, which passes).
  ///
  /// - Source: PyTorch's `fake_quantize_per_tensor_affine`; there w is multiplied by 1/s, here it is
  ///   divided by s.
  public func gradient(_ gradient: Tensor, at weights: Tensor) throws -> Tensor {
    guard let scales = quantize.givenScales else { return gradient }
    let parts = try Parts(scales.partition, of: weights.shape)
    let rounded = try forward(weights)
    return try Tensor(unsafeUninitialized: weights.shape) { target in
      gradient.withScalars { gradient in
        weights.withScalars { weights in
          rounded.withScalars { rounded in
            for index in weights.indices {
              let scale = scales.values.count == 1 ? scales.values[0] : scales.values[parts(index)]
              // ŵ = s · k for a whole k that clipping leaves alone; w/s rounds to the same k inside.
              let wanted = (weights[index] / scale).rounded(.toNearestOrEven)
              let found = (rounded[index] / scale).rounded(.toNearestOrEven)
              target[index] = wanted == found ? gradient[index] : 0
            }
          }
        }
      }
    }
  }
}

extension Quantize {
  /// The scales that were given for integers, and which weights share one; `nil` when they are found.
  fileprivate var givenScales: (values: [Float], partition: Partition)? {
    guard let scales, !scales.isEmpty, format is SignedIntegers || format is UnsignedIntegers else {
      return nil
    }
    return (scales.map { Float($0) }, per ?? .tensor)
  }
}
