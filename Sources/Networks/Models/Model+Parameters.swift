import Catalog
import Tensors

extension Model {
  /// A parameter and where it is.
  public struct ParameterEntry: Sendable {
    /// `conv1.weight`.
    public let path: String
    /// The layer's index in `nodes`, and the parameter's index in that layer.
    public let node: Int
    public let index: Int
    public let parameter: ModelParameter
  }

  /// All parameters, running statistics too, in the order of the layers.
  public var parameters: [ParameterEntry] {
    nodes.enumerated().flatMap { place, node in
      node.parameters.enumerated().map { index, parameter in
        ParameterEntry(
          path: "\(node.name).\(parameter.name)", node: place, index: index, parameter: parameter)
      }
    }
  }

  /// The parameters that pruning and quantization count, in the order of the layers.
  public var weights: [ParameterEntry] { parameters.filter(\.parameter.isWeight) }

  /// How many numbers training may change.
  public var parameterCount: Int {
    nodes.reduce(0) { sum, node in
      node.parameters.reduce(sum) { $0 + ($1.isTrainable ? $1.shape.count : 0) }
    }
  }

  /// The layer of a name.
  public func node(named name: String) -> Node? { nodes.first { $0.name == name } }

  /// The parameter at a path such as `conv1.weight`.
  public func parameter(named path: String) -> ModelParameter? {
    parameters.first { $0.path == path }?.parameter
  }

  /// This model with another tensor in one place, dense and without a constraint.
  ///
  /// - Throws: `LayerError.noParameter` or, when the shape differs, `.wrongParameterShape`.
  public func replacing(_ path: String, with tensor: Tensor) throws -> Model {
    try replacing(path, with: .dense(tensor), constraint: nil)
  }

  /// This model with another value and constraint in one place.
  ///
  /// - Throws: `LayerError.noParameter` or, when the shape differs, `.wrongParameterShape`.
  public func replacing(
    _ path: String, with value: ParameterValue, constraint: (any WeightConstraint)?
  ) throws -> Model {
    guard let entry = parameters.first(where: { $0.path == path }) else {
      throw LayerError.noParameter(
        path, near: nearestNames(to: path, among: parameters.map(\.path)))
    }
    var model = self
    var parameter = entry.parameter
    guard value.shape == parameter.shape else {
      throw LayerError.wrongParameterShape(path, value.shape, wants: parameter.shape)
    }
    parameter.value = value
    parameter.constraint = constraint
    model.set(parameter, in: entry.node, at: entry.index)
    return model
  }

  /// This model with every parameter as a function makes it; a result that is `nil` keeps the old.
  ///
  /// - Throws: what the function throws, or `LayerError.wrongParameterShape`.
  public func mapParameters(
    _ transform: (ParameterEntry) throws -> ModelParameter?
  ) throws -> Model {
    var model = self
    for entry in parameters {
      guard let parameter = try transform(entry) else { continue }
      guard parameter.shape == entry.parameter.shape else {
        throw LayerError.wrongParameterShape(
          entry.path, parameter.shape, wants: entry.parameter.shape)
      }
      model.set(parameter, in: entry.node, at: entry.index)
    }
    return model
  }

  /// Puts a parameter in place; the layer is no longer the same as in other models.
  mutating func set(_ parameter: ModelParameter, in node: Int, at index: Int) {
    nodes[node].parameters[index] = parameter
    // Codes of a bias are those of another scale once weights or bias have changed.
    nodes[node].integers?.bias = nil
    nodes[node].identity = Node.Identity()
  }
}
