import Catalog
import Tensors

extension Model {
  /// A layer as a file describes it, before its place in a model is checked.
  public struct Part: Sendable {
    /// The name the user gave, or `nil` for one by kind and order.
    public var name: String?
    public var layer: any Layer
    /// Indices of earlier parts; empty for the input.
    public var inputs: [Int]
    /// The values of its parameters in their order.
    public var values: [ParameterValue]

    public init(_ layer: any Layer, name: String?, inputs: [Int], values: [ParameterValue]) {
      self.name = name
      self.layer = layer
      self.inputs = inputs
      self.values = values
    }
  }

  /// The layers as parts, from which `init(parts:steps:)` makes this model again.
  public var parts: [Part] {
    nodes.map { node in
      Part(
        node.layer, name: node.isNamedByUser || !isNamedInOrder(node) ? node.name : nil,
        inputs: node.inputs, values: node.parameters.map(\.value))
    }
  }

  /// A model put together from parts that may be wrong in any way.
  ///
  /// - Throws: `AssemblyError` when parts, names, inputs or parameters do not fit; `LayerError`
  ///   when a layer cannot take its inputs.
  public init(parts: [Part], steps: [String]) throws {
    guard let first = parts.first, first.layer is Input, first.inputs.isEmpty,
      first.values.isEmpty
    else { throw AssemblyError.noInput }
    var model = Model(
      nodes: [
        Node(
          name: first.name ?? "input", isNamedByUser: first.name != nil, layer: first.layer,
          inputs: [], parameters: [], outputShape: try first.layer.outputShape([]))
      ], steps: steps)
    for part in parts.dropFirst() { try model.add(part) }
    self = model
  }

  private mutating func add(_ part: Part) throws {
    guard !part.inputs.isEmpty, part.inputs.allSatisfy(nodes.indices.contains) else {
      throw AssemblyError.badInputs(layer: nodes.count)
    }
    if let name = part.name { try admit(name) }
    let shapes = part.inputs.map { nodes[$0].outputShape }
    let outputShape = try part.layer.outputShape(shapes)
    nodes.append(
      Node(
        name: part.name ?? nextName(type(of: part.layer).stem), isNamedByUser: part.name != nil,
        layer: part.layer, inputs: part.inputs, parameters: try Self.parameters(part, shapes),
        outputShape: outputShape))
  }

  /// Gives values the names and roles that the layer's own parameters have.
  private static func parameters(_ part: Part, _ inputs: [Shape]) throws -> [ModelParameter] {
    let bytes = part.values.reduce(0) { $0 &+ $1.shape.count &* 4 }
    // Most layers say what they want by making it; a damaged setting may want far too much.
    let allowance = Work(memory: Memory(limit: 4 * bytes + 4096))
    guard
      let wanted = try? Work.$current.withValue(
        allowance,
        operation: {
          try part.layer.parameterShapes(inputs)
        }), wanted.map(\.shape) == part.values.map(\.shape)
    else { throw AssemblyError.badParameters(type(of: part.layer).card.name) }
    return zip(wanted, part.values).map { ModelParameter($0.name, $0.role, $1) }
  }

  /// Whether `nextName` would have given this name.
  private func isNamedInOrder(_ node: Node) -> Bool {
    guard let place = nodes.firstIndex(where: { $0.name == node.name }) else { return false }
    guard place > 0 else { return node.name == "input" }
    var before = self
    before.nodes.removeSubrange(place...)
    return before.nextName(type(of: node.layer).stem) == node.name
  }
}

/// Parts that make no model.
public enum AssemblyError: DescribedError, Equatable {
  case noInput
  case badInputs(layer: Int)
  case badParameters(String)
  case integers(String, wanted: String)

  public var code: String { "E0512" }

  public var headline: String {
    switch self {
    case .noInput: "the stored model does not begin with an input"
    case .badInputs(let layer): "layer \(layer) of the stored model reads a layer that is not there"
    case .badParameters(let layer):
      "the stored parameters of a `\(layer)` layer do not have the shapes it needs"
    case .integers(let found, let wanted):
      "the stored model has \(found) for its layers' results; it needs \(wanted)"
    }
  }
}
