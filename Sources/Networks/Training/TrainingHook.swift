import Autograd
import Tensors

/// Something that takes part in a training: in its weights, its loss or its course.
///
/// A plain training has none, and pays nothing for them. Each step calls, of every hook in order:
///
///     willStep → weights, result (while the network runs) → loss → didStep
///
/// What a hook learns itself (a scale, a projection) is moved by the training's own optimizer.
public protocol TrainingHook: Sendable {
  /// Called once, before anything is computed; may change the weights to begin with.
  ///
  /// - Returns: numbers to learn along with the weights, none by default.
  mutating func begin(_ training: inout TrainingState) throws -> [Tensor]

  /// Called before each batch, when weights and constraints may be changed.
  mutating func willStep(_ training: inout TrainingState) throws

  /// The weights that the network computes with, in place of what the constraint's `forward` says.
  ///
  /// - Parameters:
  ///   - latent: what the optimizer moves.
  ///   - learned: what `begin` returned, as it is now.
  /// - Returns: a variable in the shape of `latent`, or `nil` to leave it to the constraint.
  func weights(
    _ latent: Variable, at place: TrainingState.Place, _ learned: [Variable]
  ) throws -> Variable?

  /// What a layer hands on, in place of its result: a rounded one, for instance.
  func result(_ result: Variable, of node: Int, _ learned: [Variable]) throws -> Variable

  /// The nodes whose results `loss` wants to see.
  var watched: Set<Int> { get }

  /// What is made small, in place of the training's own loss.
  ///
  /// - Parameters:
  ///   - own: the mean loss of the batch, as the hooks before left it; shape `[]`.
  ///   - step: the batch and what the network made of it.
  func loss(_ own: Variable, _ step: TrainingStep, _ learned: [Variable]) throws -> Variable

  /// Called after the optimizer moved the weights; `training.gradients` are those of the batch.
  mutating func didStep(_ training: inout TrainingState) throws

  /// Learned numbers after a step, brought back to where they must be; unchanged by default.
  func projected(_ learned: [Tensor]) throws -> [Tensor]

  /// What the model stores for a parameter, in place of what its constraint makes of it, and what
  /// further training must respect; `nil` to leave it to the constraint.
  func finish(
    _ training: TrainingState, at place: TrainingState.Place, _ learned: [Tensor]
  ) throws -> (value: ParameterValue, constraint: (any WeightConstraint)?)?
}

extension TrainingHook {
  public mutating func begin(_ training: inout TrainingState) throws -> [Tensor] { [] }
  public mutating func willStep(_ training: inout TrainingState) throws {}
  public func weights(
    _ latent: Variable, at place: TrainingState.Place, _ learned: [Variable]
  ) throws -> Variable? { nil }
  public func result(_ result: Variable, of node: Int, _ learned: [Variable]) throws -> Variable {
    result
  }
  public var watched: Set<Int> { [] }
  public func loss(
    _ own: Variable, _ step: TrainingStep, _ learned: [Variable]
  ) throws -> Variable { own }
  public mutating func didStep(_ training: inout TrainingState) throws {}
  public func projected(_ learned: [Tensor]) throws -> [Tensor] { learned }
  public func finish(
    _ training: TrainingState, at place: TrainingState.Place, _ learned: [Tensor]
  ) throws -> (value: ParameterValue, constraint: (any WeightConstraint)?)? { nil }
}

/// One batch of a training, and what the network made of it.
public struct TrainingStep {
  /// The places of the examples in the data, in the order of the batch.
  public let chosen: ArraySlice<Int>
  public let images: Tensor
  public let labels: Tensor
  /// What the loss was computed from: logits, where the loss includes the softmax.
  public let output: Variable
  /// The results of the watched nodes.
  public let results: [Int: Variable]
}
