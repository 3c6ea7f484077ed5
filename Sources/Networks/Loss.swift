import Autograd
import Catalog
import Tensors

/// What training makes small.
public protocol Loss: Cataloged {
  init(_ settings: Settings) throws
  var settings: Settings { get }
  /// Whether a final `softmax` layer is part of this loss, which then takes the logits before it.
  static var fusesSoftmax: Bool { get }
  /// The mean loss of a batch, a variable of shape `[]`.
  ///
  /// - Parameters:
  ///   - output: `[batch, …]`, what the model returned.
  ///   - labels: `[batch]` class numbers, or targets in the shape of `output`.
  func value(_ output: Variable, _ labels: Tensor) throws -> Variable
}

extension Loss {
  public var settings: Settings { Settings() }
  public static var fusesSoftmax: Bool { false }
}

/// Every loss, in the order the lessons teach them.
public let lossCatalog: [any Loss.Type] = [CrossEntropy.self, MeanSquaredError.self]
