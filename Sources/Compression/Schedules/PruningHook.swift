import Catalog
import Encodings
import Networks
import Tensors

/// How a training prunes: to what share, by what, and what criteria may look at.
public struct TrainingPruning: Sendable {
  /// Prunes to the final share.
  public var prune: Prune
  /// What a criterion that reads gradients or activations is shown.
  public var data: LabeledData
  /// Where a criterion of chance draws from.
  public var random: Random

  public init(_ prune: Prune, data: LabeledData, random: Random) {
    self.prune = prune
    self.data = data
    self.random = random
  }

  /// Prunes a copy of the network as it stands, and takes over the masks.
  mutating func apply(_ prune: Prune, to training: inout TrainingState) throws {
    let before = try training.snapshot()
    let pruned = try prune(before, Resources(data: data), random: &random)
    guard pruned.weights.map(\.parameter.shape) == before.weights.map(\.parameter.shape) else {
      throw ScheduleError.shapesChanged(structure: prune.structure.text)
    }
    for entry in pruned.weights {
      guard case .encoded(let tensor) = entry.parameter.value, let kept = tensor.kept else {
        continue
      }
      let place = TrainingState.Place(node: entry.node, index: entry.index)
      // Some criteria move the weights that stay, to make up for those that go.
      try training.replace(place, with: tensor.values)
      try training.mask(place, kept)
    }
  }
}

/// Moves the mask of a network by a schedule while it trains.
///
/// Before the batch of each move the network as it is then is pruned to the share of that moment;
/// what was pruned stays pruned. A criterion whose scores add up (`movement`) is asked for those of all
/// steps since the training began.
struct PruningHook: TrainingHook {
  let schedule: any PruningSchedule
  var pruning: TrainingPruning
  /// The moves still to come, the next one last.
  private var moves: [(batch: Int, progress: Double)] = []
  /// Where weights that rewind go back to.
  private var start: [[Tensor]] = []
  private let scores: TrainedScores?

  init(_ schedule: any PruningSchedule, _ pruning: TrainingPruning) {
    self.schedule = schedule
    self.pruning = pruning
    scores = TrainedScores(pruning.prune.criterion)
  }

  mutating func begin(_ training: inout TrainingState) throws -> [Tensor] {
    // At the start of the way nothing is pruned yet, unless an initial share was given.
    let isDense = schedule.course.initial == 0
    moves = schedule.course.moves(in: training.steps).filter { $0.progress > 0 || !isDense }
      .reversed()
    if schedule.rewinds { start = training.weights }
    return []
  }

  mutating func willStep(_ training: inout TrainingState) throws {
    try move(&training)
    scores?.willStep(training)
  }

  mutating func didStep(_ training: inout TrainingState) throws {
    try scores?.didStep(training)
  }

  private mutating func move(_ training: inout TrainingState) throws {
    guard let move = moves.last, move.batch <= training.step else { return }
    moves.removeLast()
    var prune = pruning.prune.scaled { final in
      schedule.share(at: move.progress, from: schedule.course.initial, to: final)
    }
    if let scores { prune.criterion = try scores.summed() }
    try pruning.apply(prune, to: &training)
    if schedule.rewinds {
      try training.rewind(to: start)
      scores?.clear()
    }
  }
}

extension TrainingState {
  /// The network with its latent weights as they are now, those that are pruned marked so.
  func snapshot() throws -> Model {
    try model.mapParameters { entry in
      let place = Place(node: entry.node, index: entry.index)
      var parameter = entry.parameter
      let latent = weights(at: place)
      let kept = (constraint(at: place) as? any MaskedConstraint)?.kept
      parameter.value =
        try kept.map { .encoded(try EncodedTensor(latent, kept: $0)) }
        ?? .dense(latent)
      return parameter
    }
  }

  /// Keeps the elements of a weight that are set, and everything else of its constraint.
  mutating func mask(_ place: Place, _ kept: Bitmap) throws {
    let own = constraint(at: place) as? any MaskedConstraint
    try constrain(place, to: own?.keeping(kept) ?? MaskConstraint(kept))
  }
}
