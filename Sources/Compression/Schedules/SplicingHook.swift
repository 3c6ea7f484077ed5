import Encodings
import Networks
import Tensors

/// Closes and opens the masks of weights that train on underneath (`splice`).
struct SplicingHook: TrainingHook {
  let course: PruningCourse
  /// How far around a threshold the mask stays as it was.
  let band: Double
  var pruning: TrainingPruning
  /// The moves still to come, the next one last.
  private var moves: [(batch: Int, progress: Double)] = []
  /// t of each weight, in their order.
  private var thresholds: [Float] = []

  init(_ course: PruningCourse, band: Double, _ pruning: TrainingPruning) {
    self.course = course
    self.band = band
    self.pruning = pruning
  }

  mutating func begin(_ training: inout TrainingState) throws -> [Tensor] {
    moves = course.moves(in: training.steps).reversed()
    let shares = try shares(training)
    for (place, share) in zip(training.weightPlaces, shares) {
      let weights = training.weights(at: place)
      let sorted = weights.scalars.map(\.magnitude).sorted()
      let gone = rounded(share * Double(sorted.count))
      thresholds.append(gone < sorted.count ? sorted[gone] : .infinity)
      let own = training.constraint(at: place)
      let masked = own as? any MaskedConstraint
      let open = Bitmap(repeating: true, count: weights.count)
      try training.constrain(
        place, to: SplicedConstraint(mask: masked?.kept ?? open, inner: masked))
    }
    return []
  }

  mutating func willStep(_ training: inout TrainingState) throws {
    guard let move = moves.last, move.batch <= training.step else { return }
    moves.removeLast()
    let shares = try shares(training)
    for (index, place) in training.weightPlaces.enumerated() {
      guard let own = training.constraint(at: place) as? SplicedConstraint else { continue }
      let weights = training.weights(at: place)
      if moves.isEmpty {
        let kept = try Ranking.masks(
          [.init(scores: weights, areMagnitudes: true)], share: shares[index])[0]
        try training.constrain(place, to: own.inner?.keeping(kept) ?? MaskConstraint(kept))
      } else {
        let next = Self.splice(own.mask, weights, thresholds[index], band: band)
        try training.constrain(place, to: own.keeping(next))
      }
    }
  }

  private func shares(_ training: TrainingState) throws -> [Double] {
    try pruning.prune.checkedShares(
      of: training.weightPlaces.map { training.weights(at: $0).count })
  }

  /// The mask after weights around a threshold moved: float32 products, compared as they are.
  static func splice(
    _ kept: Bitmap, _ weights: Tensor, _ threshold: Float, band: Double
  ) -> Bitmap {
    let (low, high) = (Float(1 - band) * threshold, Float(1 + band) * threshold)
    return weights.withScalars { weights in
      Bitmap(count: kept.count) { index in
        let size = weights[index].magnitude
        return size < low ? false : size >= high ? true : kept[index]
      }
    }
  }
}

/// Computes with masked weights and lets all of them train.
struct SplicedConstraint: MaskedConstraint {
  let mask: Bitmap
  /// What the weights respected before: a grid, for instance.
  let inner: (any MaskedConstraint)?

  var kept: Bitmap? { mask }

  private var masking: any WeightConstraint { inner?.keeping(mask) ?? MaskConstraint(mask) }

  func keeping(_ kept: Bitmap) -> any WeightConstraint {
    SplicedConstraint(mask: kept, inner: inner)
  }

  func forward(_ weights: Tensor) throws -> Tensor {
    try masking.forward(masking.projected(weights))
  }

  func finish(_ weights: Tensor) throws -> ParameterValue {
    try masking.finish(masking.projected(weights))
  }
}
