import Catalog
import Tensors

/// A rule that moves weights along their gradient.
public protocol Optimizer: Cataloged {
  /// An optimizer as a call describes it.
  init(_ settings: Settings) throws
  var settings: Settings { get }
  /// The learning rate.
  var rate: Double { get }
  /// Moves the weights of one parameter.
  ///
  /// - Parameters:
  ///   - weights: replaced by the moved ones.
  ///   - gradient: in the shape of the weights.
  ///   - memory: begins empty; each parameter has its own.
  func update(_ weights: inout Tensor, gradient: Tensor, memory: inout OptimizerMemory) throws
}

/// What an optimizer remembers of one parameter: steps taken, and moments in the weights' shape.
public struct OptimizerMemory: Sendable {
  public var steps = 0
  public var moments: [Tensor] = []

  public init() {}
}

/// Every optimizer, in the order the lessons teach them.
public let optimizerCatalog: [any Optimizer.Type] = [SGD.self, Adam.self]
