import Autograd
import Encodings
import Tensors

/// Rounding to integers whose scale is learnt: what it gives, and its straight-through gradients.
///
///     u = rne(x / s) + z
///     y = s · (clamp(u, q_min, q_max) − z)
///     ∂y/∂x = 1 where q_min ≤ u ≤ q_max, else 0
///     ∂y/∂s = (rne(x/s) − x/s) inside,  q_min − z below,  q_max − z above
///
/// All of it float32, rounded half to even; the mask is that of the un-clipped rounded value, as
/// PyTorch has it (the paper clips where x/s itself leaves the range). x is divided by s; PyTorch
/// multiplies by 1/s, which differs on some ties. The gradient of a scale is a sum in double over
/// the elements of its part in their order, times g = 1/√(n · q_max).
///
/// - Source: Esser et al., 2020, eq. 1–3, <https://arxiv.org/abs/1902.08153>; PyTorch's
///   `_fake_quantize_learnable_per_tensor_affine`.
struct LearnedStep: Sendable {
  let format: IntegerFormat
  /// One a part; not learnt.
  let zeroPoints: [Int32]
  let partition: Partition

  /// A scale to begin with where nothing better is known: 2 · mean|w| / √q_max of each part.
  ///
  /// Pruned elements do not count; a part of zeros has 1.
  ///
  /// - Source: Esser et al., 2020, §2.1.
  func initialScales(_ weights: Tensor, kept: Bitmap?) throws -> Tensor {
    let parts = try Parts(partition, of: weights.shape)
    var sums = [Double](repeating: 0, count: parts.count)
    var counts = [Int](repeating: 0, count: parts.count)
    weights.withScalars { scalars in
      for index in scalars.indices where kept?[index] != false {
        sums[parts(index)] += Double(abs(scalars[index]))
        counts[parts(index)] += 1
      }
    }
    return try Tensor(
      zip(sums, counts).map { sum, count in
        let scale = Float(
          2 * sum / Double(max(1, count)) / Double(format.highest).squareRoot())
        return scale > 0 && scale.isFinite ? scale : 1
      })
  }

  /// The rounded weights.
  func value(_ weights: Tensor, _ scales: Tensor) throws -> Tensor {
    let parts = try Parts(partition, of: weights.shape)
    let (lowest, highest) = (Float(format.lowest), Float(format.highest))
    return try Tensor(unsafeUninitialized: weights.shape) { target in
      weights.withScalars { weights in
        scales.withScalars { scales in
          parts.forEachRun { part, places in
            let (scale, zero) = (scales[part], Float(zeroPoints[part]))
            for index in places {
              let code = (weights[index] / scale).rounded(.toNearestOrEven) + zero
              target[index] = scale * (max(lowest, min(highest, code)) - zero)
            }
          }
        }
      }
    }
  }

  /// The codes of the rounded weights.
  func codes(_ weights: Tensor, _ scales: Tensor) throws -> [Int32] {
    let parts = try Parts(partition, of: weights.shape)
    let (lowest, highest) = (Float(format.lowest), Float(format.highest))
    var codes = [Int32](repeating: 0, count: weights.count)
    weights.withScalars { weights in
      scales.withScalars { scales in
        for index in weights.indices {
          let zero = zeroPoints[parts(index)]
          let code = (weights[index] / scales[parts(index)]).rounded(.toNearestOrEven) + Float(zero)
          // What is no number would have ended the training before.
          codes[index] = Int32(exactly: max(lowest, min(highest, code))) ?? zero
        }
      }
    }
    return codes
  }

  /// The gradients of weights and scales from that of the rounded weights.
  ///
  /// - Parameter factor: g by the elements of a part; the paper's when left out.
  func gradients(
    _ gradient: Tensor, _ weights: Tensor, _ scales: Tensor, factor: ((Int) -> Double)? = nil
  ) throws -> (weights: Tensor, scales: Tensor) {
    let parts = try Parts(partition, of: weights.shape)
    let (lowest, highest) = (Float(format.lowest), Float(format.highest))
    var sums = [Double](repeating: 0, count: parts.count)
    var counts = [Int](repeating: 0, count: parts.count)
    let passed = try Tensor(unsafeUninitialized: weights.shape) { target in
      gradient.withScalars { gradient in
        weights.withScalars { weights in
          scales.withScalars { scales in
            parts.forEachRun { part, places in
              let (scale, zero) = (scales[part], Float(zeroPoints[part]))
              counts[part] += places.count
              for index in places {
                let steps = weights[index] / scale
                let nearest = steps.rounded(.toNearestOrEven)
                let code = nearest + zero
                let isInside = code >= lowest && code <= highest
                target[index] = isInside ? gradient[index] : 0
                let slope =
                  isInside ? nearest - steps : (code < lowest ? lowest : highest) - zero
                sums[part] += Double(gradient[index]) * Double(slope)
              }
            }
          }
        }
      }
    }
    let top = Double(max(1, format.highest))
    let scaled = zip(sums, counts).map { sum, count in
      Float(sum * (factor?(count) ?? 1 / (Double(max(1, count)) * top).squareRoot()))
    }
    return (passed, try Tensor(scaled))
  }

  /// The same as an operation on a tape: weights, then scales.
  var operation: Primitive {
    .custom(
      CustomGradient("lsq") { inputs in
        try value(inputs[0], inputs[1])
      } pullback: { gradient, inputs in
        let found = try gradients(gradient, inputs[0], inputs[1])
        return [found.weights, found.scales]
      })
  }
}
