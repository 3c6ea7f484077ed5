import Autograd
import Catalog
import Encodings
import Networks
import Tensors

/// Learns the scales of integer weights while they train (`quantization: lsq`).
struct LearnedStepHook: TrainingHook {
  /// What weights without a grid are put on; `nil` leaves them floats.
  let format: IntegerFormat?
  let partition: Partition
  /// How one parameter is rounded, and which of the learnt tensors is its scales.
  private struct Own: Sendable {
    var step: LearnedStep
    var scales: Int
    var isSimulated: Bool
  }
  private var steps: [TrainingState.Place: Own] = [:]
  /// Below these no scale may fall: a thousandth of where it began.
  private var least: [Tensor] = []

  init(_ format: IntegerFormat?, per partition: Partition) {
    self.format = format
    self.partition = partition
  }

  mutating func begin(_ training: inout TrainingState) throws -> [Tensor] {
    var learned: [Tensor] = []
    for entry in training.model.weights {
      let place = TrainingState.Place(node: entry.node, index: entry.index)
      var encoded: EncodedTensor?
      if case .encoded(let tensor) = entry.parameter.value { encoded = tensor }
      guard let (step, scales) = try start(entry, encoded, training.weights(at: place)) else {
        continue
      }
      steps[place] = Own(
        step: step, scales: learned.count, isSimulated: encoded?.grid?.isSimulated ?? false)
      learned.append(scales)
      // The grid is this hook's business now; pruned weights stay where they are.
      try training.constrain(place, to: encoded?.kept.map(MaskConstraint.init))
    }
    guard !learned.isEmpty else { throw LearnedStepError.noGrid }
    least = try learned.map { try Tensor.apply(.multiply, $0, 0x1p-10) }
    return learned
  }

  /// The grid that a weight has, else the one that this training gives it.
  private func start(
    _ entry: Model.ParameterEntry, _ encoded: EncodedTensor?, _ latent: Tensor
  ) throws -> (LearnedStep, Tensor)? {
    if let grid = encoded?.grid {
      guard case .integer(let integers) = grid.format, grid.scaleCoding == .float32 else {
        throw LearnedStepError.notLearned(entry.path, format: grid.formatName)
      }
      let step = LearnedStep(
        format: integers, zeroPoints: grid.zeroPoints, partition: grid.partition)
      return (step, try Tensor(grid.scales))
    }
    guard let format else { return nil }
    let count = try Parts(partition, of: latent.shape).count
    let zeros = [Int32](repeating: format.symmetricZeroPoint, count: count)
    let step = LearnedStep(format: format, zeroPoints: zeros, partition: partition)
    return (step, try step.initialScales(latent, kept: encoded?.kept))
  }

  func weights(
    _ latent: Variable, at place: TrainingState.Place, _ learned: [Variable]
  ) throws -> Variable? {
    guard let own = steps[place] else { return nil }
    return try .apply(own.step.operation, [latent, learned[own.scales]])
  }

  func projected(_ learned: [Tensor]) throws -> [Tensor] {
    try zip(learned, least).map { try Tensor.apply(.maximum, $0, $1) }
  }

  func finish(
    _ training: TrainingState, at place: TrainingState.Place, _ learned: [Tensor]
  ) throws -> (value: ParameterValue, constraint: (any WeightConstraint)?)? {
    guard let own = steps[place] else { return nil }
    let latent = training.weights(at: place)
    let grid = Grid(
      format: .integer(own.step.format), rule: .given, scales: learned[own.scales].scalars,
      zeroPoints: own.step.zeroPoints, partition: own.step.partition,
      codes: try own.step.codes(latent, learned[own.scales]), isSimulated: own.isSimulated)
    let kept = (training.constraint(at: place) as? any MaskedConstraint)?.kept
    let stored = try EncodedTensor(latent.shape, grid: grid, kept: kept)
    return (.encoded(stored), stored.constraint)
  }
}

/// A model whose scales cannot be learnt.
public enum LearnedStepError: DescribedError, Equatable {
  /// No weight has a grid, and no format was given.
  case noGrid
  /// A weight's path, and a format whose scales are not floats.
  case notLearned(String, format: String)

  public var code: String { "E0366" }

  public var headline: String {
    switch self {
    case .noGrid: "no weight of this model is quantized, so there is no scale to learn"
    case .notLearned(let path, let format):
      "the scales of `\(format)` are not learnt, and `\(path)` has that format"
    }
  }

  public var notes: [String] {
    switch self {
    case .noGrid: []
    case .notLearned: ["`lsq` learns scales of `int` and `uint` that are stored as floats"]
    }
  }

  public var help: [String] {
    switch self {
    case .noGrid: ["`lsq(int4)`"]
    case .notLearned: []
    }
  }

  public func argument(of card: Card) -> String? { "quantization" }
}
