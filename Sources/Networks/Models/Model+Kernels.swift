import Tensors

/// Which kernel computes a layer, and why that one.
public struct LayerKernel: Sendable, Equatable {
  /// The layer's name: `conv1`.
  public var layer: String
  /// The kernel: `sgemm`, `sparse rows`, `int8 VNNI`.
  public var name: String
  /// What decided: `8% of the weights are kept, fewer than 25%`.
  public var reason: String

  public init(layer: String, name: String, reason: String) {
    self.layer = layer
    self.name = name
    self.reason = reason
  }
}

extension Model {
  /// The kernel of every layer that computes, in the order of the layers.
  ///
  /// - Parameter batch: how many examples are run at a time; what wins may depend on it.
  public func kernels(batch: Int = 1) -> [LayerKernel] {
    nodes.dropFirst().map { node in
      let product = node.layer.multiplyAdds(inputShapes(of: node)) > 0
      return LayerKernel(
        layer: node.name, name: product ? "oneDNN" : "float32",
        reason: "its weights and inputs are floats")
    }
  }
}
