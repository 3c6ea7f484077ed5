import Encodings
import Networks
import Tensors

/// Lets weights of a layer that are equal when a training begins stay equal (`tied: true`).
///
/// What sharing left as a few different numbers stays that few, on whatever grid it is put later:
/// clusters outlive quantization-aware training.
///
/// - Source: TFMOT's cluster-preserving quantization-aware training (CQAT).
public struct TiedWeightsHook: TrainingHook {
  /// By place: what the weight's own constraint is.
  private var own: [TrainingState.Place: (any WeightConstraint)?] = [:]

  public init() {}

  public mutating func begin(_ training: inout TrainingState) throws -> [Tensor] {
    for place in training.weightPlaces {
      let constraint = training.constraint(at: place)
      let tied = TiedConstraint(constraint, training.weights(at: place))
      own[place] = .some(constraint)
      try training.constrain(place, to: tied)
    }
    return []
  }

  public func finish(
    _ training: TrainingState, at place: TrainingState.Place, _ learned: [Tensor]
  ) throws -> (value: ParameterValue, constraint: (any WeightConstraint)?)? {
    guard let tied = training.constraint(at: place) as? TiedConstraint else { return nil }
    let latent = training.weights(at: place)
    return (try tied.own?.finish(latent) ?? .dense(latent), tied.own)
  }
}

/// A constraint under which equal weights get the same gradient, the sum over all of them.
///
///     ∂L/∂C_k = Σ ∂L/∂w_i over the weights that began as C_k        in double, in flat order
///
/// Equal weights that get equal gradients move alike under every optimizer that works weight by
/// weight, so they stay equal. Pruned ones are no cluster: they stay 0.
struct TiedConstraint: MaskedConstraint {
  let own: (any WeightConstraint)?
  /// The cluster of each weight, by the order in which clusters first appear.
  let clusters: [Int]
  let count: Int
  let kept: Bitmap?

  init(_ own: (any WeightConstraint)?, _ weights: Tensor) {
    self.own = own
    kept = (own as? any MaskedConstraint)?.kept
    var numbers: [Float: Int] = [:]
    clusters = weights.withScalars { scalars in
      scalars.map { scalar in
        if let known = numbers[scalar] { return known }
        numbers[scalar] = numbers.count
        return numbers.count - 1
      }
    }
    count = numbers.count
  }

  private init(_ other: TiedConstraint, _ kept: Bitmap) {
    own = (other.own as? any MaskedConstraint)?.keeping(kept) ?? MaskConstraint(kept)
    (clusters, count) = (other.clusters, other.count)
    self.kept = kept
  }

  func keeping(_ kept: Bitmap) -> any WeightConstraint { TiedConstraint(self, kept) }

  func gradient(_ gradient: Tensor, at weights: Tensor) throws -> Tensor {
    let passed = try own?.gradient(gradient, at: weights) ?? gradient
    guard passed.count == clusters.count else {
      throw EncodingError.mismatch("clusters", expected: passed.count, found: clusters.count)
    }
    var sums = [Double](repeating: 0, count: count)
    passed.withScalars { scalars in
      for index in scalars.indices where kept?[index] != false {
        sums[clusters[index]] += Double(scalars[index])
      }
    }
    return try Tensor(unsafeUninitialized: passed.shape) { target in
      for index in target.indices {
        target[index] = kept?[index] == false ? 0 : Float(sums[clusters[index]])
      }
    }
  }

  func projected(_ weights: Tensor) throws -> Tensor { try own?.projected(weights) ?? weights }
  func forward(_ weights: Tensor) throws -> Tensor { try own?.forward(weights) ?? weights }
  func finish(_ weights: Tensor) throws -> ParameterValue {
    try own?.finish(weights) ?? .dense(weights)
  }
}
