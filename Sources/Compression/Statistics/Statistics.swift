import Encodings
import Tensors

/// What a criterion may ask for, by the names its parameters have in the language.
///
/// Each has the shape of the weight. On a model they are collected with the network as inference
/// computes it, cross-entropy being the loss.
public enum Statistic: String, Sendable, CaseIterable {
  /// The weights themselves, decoded.
  case weight
  /// ∂L/∂w of the mean loss over all examples.
  case gradient
  /// (1/T) Σ g_t, over T mini-batches of 32 in the order of the data.
  case gradientMean
  /// √((1/T) Σ (g_t − mean)²), over the same mini-batches.
  case gradientStd
  /// The mean of |a| over examples and positions, a the output of the weight's neuron or channel.
  case activation
  /// ‖X_j‖₂, X_j all values that this input of the layer takes.
  case inputNorm
  /// The diagonal of the empirical Fisher matrix, (1/n) Σ_i (∂L_i/∂w)², for the Hessian's.
  case hessian
  /// The share of zeros among the outputs of the weight's neuron or channel.
  case zeroShare
  /// |γ| of the batch norm behind the weight's neuron or channel.
  case normScale
}

/// What is known of one tensor when its elements are judged.
public struct Statistics: Sendable {
  private var tensors: [Statistic: Tensor]
  /// The stream that a random criterion draws from.
  public var random: Random
  /// The share that is to be pruned, for criteria whose scores depend on it; `nil` when unknown.
  public var share: Double?
  /// The groups of which so many stay, where N:M is pruned in the place of a share.
  public var groups: NOfM?
  /// What earlier pruning left, or `nil` when nothing is pruned.
  public var kept: Bitmap?

  public init(
    weight: Tensor, _ others: [Statistic: Tensor] = [:], random: Random = Random(seed: 0),
    share: Double? = nil, groups: NOfM? = nil, kept: Bitmap? = nil
  ) {
    tensors = others
    tensors[.weight] = weight
    self.random = random
    self.weight = weight
    self.share = share
    self.groups = groups
    self.kept = kept
  }

  public let weight: Tensor

  /// A statistic that the criterion said it needs.
  ///
  /// - Throws: `PruneError.missing` when it was not collected.
  public func value(_ statistic: Statistic) throws -> Tensor {
    guard let tensor = tensors[statistic] else { throw PruneError.missing(statistic) }
    return tensor
  }

  /// A statistic that must have the weight's shape.
  ///
  /// - Throws: `PruneError.missing`; `PruneError.statisticShape`.
  public func matching(_ statistic: Statistic) throws -> Tensor {
    let tensor = try value(statistic)
    guard tensor.shape == weight.shape else {
      throw PruneError.statisticShape(statistic, tensor.shape, wanted: weight.shape)
    }
    return tensor
  }
}
