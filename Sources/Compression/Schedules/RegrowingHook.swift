import Encodings
import Glibc
import Networks
import Tensors

/// Exchanges kept weights for pruned ones while the network trains (`regrow`).
struct RegrowingHook: TrainingHook {
  let course: PruningCourse
  /// Of the kept weights, the share that the first move exchanges.
  let exchanged: Double
  var pruning: TrainingPruning
  /// The moves still to come, the next one last.
  private var moves: [(batch: Int, progress: Double)] = []

  init(_ course: PruningCourse, exchanged: Double, _ pruning: TrainingPruning) {
    self.course = course
    self.exchanged = exchanged
    self.pruning = pruning
  }

  mutating func begin(_ training: inout TrainingState) throws -> [Tensor] {
    // The first moves need a gradient, so none comes before a batch was learnt from.
    moves = course.moves(in: training.steps).filter { $0.batch > 0 }.reversed()
    try pruning.apply(pruning.prune, to: &training)
    return []
  }

  mutating func didStep(_ training: inout TrainingState) throws {
    guard let move = moves.last, move.batch <= training.step else { return }
    moves.removeLast()
    let share = exchanged / 2 * (1 + cos(Double.pi * move.progress))
    for place in training.weightPlaces {
      guard let gradient = training.gradient(at: place),
        let kept = (training.constraint(at: place) as? any MaskedConstraint)?.kept
      else { continue }
      let next = Self.exchange(share, kept, training.weights(at: place), gradient)
      try training.mask(place, next)
      // What changed sides is forgotten: kept before and now.
      try training.forget(at: place, except: kept.both(next, shape: gradient.shape))
    }
  }

  /// The mask after dropping small weights and growing ones of large gradients.
  static func exchange(
    _ share: Double, _ kept: Bitmap, _ weights: Tensor, _ gradient: Tensor
  ) -> Bitmap {
    let count = kept.setCount
    let moving = min(rounded(share * Double(count)), kept.count - count)
    guard moving > 0 else { return kept }
    var next = kept
    weights.withScalars { weights in
      var order: [Int] = []
      kept.forEachSet { order.append($0) }
      order.sort { (weights[$0].magnitude, $0) < (weights[$1].magnitude, $1) }
      for index in order.prefix(moving) { next[index] = false }
    }
    gradient.withScalars { gradient in
      var order = (0..<kept.count).filter { !next[$0] }
      order.sort { (-gradient[$0].magnitude, $0) < (-gradient[$1].magnitude, $1) }
      for index in order.prefix(moving) { next[index] = true }
    }
    return next
  }
}

extension Bitmap {
  /// 1 where both are set, else 0.
  fileprivate func both(_ other: Bitmap, shape: Shape) throws -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      for index in target.indices { target[index] = self[index] && other[index] ? 1 : 0 }
    }
  }
}
