import Networks
import Synchronization
import Tensors

/// A criterion whose scores add up over the steps of a training that goes on around it.
///
/// Where a schedule prunes while a network trains, what each step adds is collected; anywhere else
/// the criterion judges as any other.
public protocol TrainedCriterion: Criterion {
  /// What one step adds to the score of a weight, as a factor of w · g.
  var factor: Double { get }
}

/// Scores of weights by path, added up in float64 over the steps of a training.
///
///     S ← S + factor · w · g        w before the step, g its gradient at what the network computed with
///
/// Shared by the hook that collects them and the rounds that read them when the training is over.
final class TrainedScores: Sendable {
  private struct Sums: Sendable {
    var before: [[Tensor]] = []
    var byPath: [String: (shape: Shape, sums: RunningSums)] = [:]
  }

  private let criterion: any TrainedCriterion
  private let state = Mutex(Sums())

  /// `nil` for a criterion whose scores do not add up.
  init?(_ criterion: any Criterion) {
    guard let criterion = criterion as? any TrainedCriterion else { return nil }
    self.criterion = criterion
  }

  /// Remembers the weights that the step is about to move.
  func willStep(_ training: TrainingState) {
    state.withLock { $0.before = training.weights }
  }

  func didStep(_ training: TrainingState) throws {
    let entries = training.model.weights
    try state.withLock { state in
      for entry in entries {
        let place = TrainingState.Place(node: entry.node, index: entry.index)
        guard let gradient = training.gradient(at: place), entry.node < state.before.count else {
          continue
        }
        let weights = state.before[entry.node][entry.index]
        // Where channels were taken out since, the sums begin anew.
        if state.byPath[entry.path]?.shape != weights.shape {
          state.byPath[entry.path] = (weights.shape, RunningSums(count: weights.count))
        }
        state.byPath[entry.path]?.sums.add(
          try Tensor.apply(.multiply, weights, gradient), times: criterion.factor)
      }
    }
  }

  /// Forgets everything: the weights go back to where they began.
  func clear() { state.withLock { $0 = Sums() } }

  /// The criterion that answers with the sums; before any step, the one they belong to.
  func summed() throws -> any Criterion {
    let scores = try state.withLock { state in
      try state.byPath.mapValues { try $0.sums.tensor($0.shape) }
    }
    return scores.isEmpty ? criterion : SummedCriterion(criterion: criterion, scores: scores)
  }
}

/// Collects scores in a training that does not prune itself.
struct ScoringHook: TrainingHook {
  let scores: TrainedScores

  mutating func willStep(_ training: inout TrainingState) throws { scores.willStep(training) }
  mutating func didStep(_ training: inout TrainingState) throws { try scores.didStep(training) }
}

/// Scores that were added up before; what has none is judged afresh.
private struct SummedCriterion: Criterion {
  let criterion: any Criterion
  let scores: [String: Tensor]

  var needs: [Statistic] { criterion.needs }
  var text: String { criterion.text }
  var scope: Prune.Scope { criterion.scope }
  var comparesRows: Bool { criterion.comparesRows }

  func judge(_ statistics: Statistics) throws -> Judgement { try criterion.judge(statistics) }

  func judge(_ question: ModelQuestion, random: inout Random) throws -> [Judgement] {
    let known = zip(question.paths, question.tensors).compactMap { path, tensor in
      scores[path].flatMap { $0.shape == tensor.shape ? Judgement.scores($0) : nil }
    }
    guard known.count == question.paths.count else {
      return try criterion.judge(question, random: &random)
    }
    return known
  }
}
