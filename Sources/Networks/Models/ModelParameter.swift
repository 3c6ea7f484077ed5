import Encodings
import Tensors

/// A parameter of a model: its value, what it is for, and what training must respect.
public struct ModelParameter: Sendable {
  /// The name within its layer: `weight`, `bias`.
  public let name: String
  public let role: ParameterRole
  public var value: ParameterValue
  /// What holds throughout training, such as a mask; `nil` when weights are free.
  public var constraint: (any WeightConstraint)?

  public init(
    _ name: String, _ role: ParameterRole, _ value: ParameterValue,
    constraint: (any WeightConstraint)? = nil
  ) {
    self.name = name
    self.role = role
    self.value = value
    self.constraint = constraint
  }

  /// Whether gradients change it.
  public var isTrainable: Bool { role != .statistic }
  /// Whether pruning and quantization count it: weights do, biases and norms do not.
  public var isWeight: Bool { role == .weight }
  public var shape: Shape { value.shape }
  /// The numbers that inference computes with.
  public var tensor: Tensor { get throws { try value.tensor } }
}

/// How a parameter is stored.
public enum ParameterValue: Sendable {
  case dense(Tensor)
  case encoded(EncodedTensor)

  public var shape: Shape {
    switch self {
    case .dense(let tensor): tensor.shape
    case .encoded(let encoded): encoded.shape
    }
  }

  /// The numbers as floats, decoded anew each time where they are codes.
  ///
  /// - Throws: what the allocation throws.
  public var tensor: Tensor {
    get throws {
      switch self {
      case .dense(let tensor): tensor
      case .encoded(let encoded): try encoded.values
      }
    }
  }

  /// The numbers that are not zero; NaN is not.
  public var nonZeros: Bitmap {
    switch self {
    case .dense(let tensor): tensor.withScalars { s in Bitmap(count: s.count) { s[$0] != 0 } }
    case .encoded(let encoded): encoded.nonZeros
    }
  }

  /// How many numbers are not zero; NaN is not.
  var nonZeroCount: Int {
    switch self {
    case .dense(let tensor): tensor.nonZeroCount
    case .encoded(let encoded): encoded.nonZeroCount
    }
  }
}

extension ParameterValue {
  /// The same numbers, laid out as another value was on request.
  public func laidOut(like other: ParameterValue) throws -> ParameterValue {
    guard case .encoded(let former) = other, former.chosenLayout != nil else { return self }
    switch self {
    case .dense(let tensor):
      let stored = try EncodedTensor(tensor).stored(like: former)
      return stored.chosenLayout == nil ? self : .encoded(stored)
    case .encoded(let tensor): return .encoded(try tensor.stored(like: former))
    }
  }
}

/// Something weights must satisfy before, during and after training.
///
/// Training keeps float *latent* weights. Each step computes the loss at `forward(latent)`, carries
/// the gradient straight back, passes it through `gradient`, lets the optimizer move the latent
/// weights, and applies `projected` to them. At the end `finish` makes what the model stores.
/// A mask keeps zeros with all three; a quantizer rounds in `forward` (the straight-through
/// estimator) and rebuilds its codes in `finish`.
public protocol WeightConstraint: Sendable {
  /// The nearest allowed weights; applied after every step of the optimizer.
  func projected(_ weights: Tensor) throws -> Tensor
  /// The weights that the network computes with; the latent ones themselves by default.
  func forward(_ weights: Tensor) throws -> Tensor
  /// The gradient that reaches the optimizer; unchanged by default.
  func gradient(_ gradient: Tensor, at weights: Tensor) throws -> Tensor
  /// What the model stores once training has ended.
  func finish(_ weights: Tensor) throws -> ParameterValue
}

extension WeightConstraint {
  public func projected(_ weights: Tensor) throws -> Tensor { weights }
  public func forward(_ weights: Tensor) throws -> Tensor { weights }
  public func gradient(_ gradient: Tensor, at weights: Tensor) throws -> Tensor { gradient }
  public func finish(_ weights: Tensor) throws -> ParameterValue { .dense(weights) }
}
