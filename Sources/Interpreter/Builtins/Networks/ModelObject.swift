import Autograd
import Catalog
import Networks
import Tensors

/// A network as a value of the language.
public class ModelObject: Object, @unchecked Sendable {
  public let model: Model

  public init(_ model: Model) { self.model = model }

  public override var kind: String { "a model" }

  public override var memberNames: [String] {
    ModelObject.ownMembers + model.nodes.map(\.name)
  }

  private static let ownMembers = [
    "layers", "inputShape", "outputShape", "parameterCount", "weightCount", "nonZeroWeights",
    "multiplyAdds", "history", "steps", "groups", "removed",
  ]

  public override func member(_ name: String) throws -> Value? {
    switch name {
    case "layers":
      return try .list(model.nodes.indices.map { .object(LayerObject(model, $0)) })
    case "inputShape": return .shape(model.inputShape)
    case "outputShape": return .shape(model.outputShape)
    case "parameterCount": return .number(Double(model.parameterCount))
    case "weightCount": return .number(Double(model.weightCount))
    case "nonZeroWeights": return .number(Double(model.nonZeroWeightCount))
    case "multiplyAdds": return .number(Double(model.multiplyAdds))
    case "groups": return .report(try model.groupsReport)
    case "removed": return try .list(model.removed.map { .string($0) })
    case "history": return .object(HistoryObject(model.history ?? History()))
    case "steps": return try .list(model.steps.map { .string($0) })
    default:
      guard let index = model.nodes.firstIndex(where: { $0.name == name }) else { return nil }
      return .object(LayerObject(model, index))
    }
  }

  /// The layers as they are written, when they stand in one row.
  public override var text: String {
    let nodes = model.nodes
    let isChain = nodes.indices.dropFirst().allSatisfy { nodes[$0].inputs == [$0 - 1] }
    guard isChain, nodes.count <= 40 else { return "a model of \(nodes.count) layers" }
    return nodes.map(\.written).joined(separator: " |> ")
  }

  public override var callCard: Card? {
    Card(
      "model", .function, summary: "What the network answers to a batch of examples, or to one.",
      parameters: [Parameter("x", accepts: "a tensor of examples")], examples: [])
  }

  public override func call(_ call: Call) throws -> Value? {
    let input = try call.examples("x")
    return .tensor(try call.placed(at: "x") { try model.predict(input) })
  }
}

/// One layer of a model, with its parameters as members.
public final class LayerObject: Object, @unchecked Sendable {
  public let model: Model
  /// Its place among the model's nodes.
  public let index: Int

  public init(_ model: Model, _ index: Int) {
    self.model = model
    self.index = index
  }

  public var node: Model.Node { model.nodes[index] }

  public override var kind: String { "a layer" }

  public override var memberNames: [String] {
    node.parameters.map(\.name) + (node.integers == nil ? [] : ["activation"]) + [
      "name", "kind", "inputShape", "outputShape", "multiplyAdds",
    ]
  }

  private var inputShapes: [Shape] { node.inputs.map { model.nodes[$0].outputShape } }

  public override func member(_ name: String) throws -> Value? {
    switch name {
    case "name": return .string(node.name)
    case "kind": return .string(type(of: node.layer).card.name)
    case "inputShape": return .shape(inputShapes.first ?? node.outputShape)
    case "outputShape": return .shape(node.outputShape)
    case "multiplyAdds": return .number(Double(node.layer.multiplyAdds(inputShapes)))
    case "activation": return node.integers.map { .object(ActivationObject($0)) }
    default: return node.parameters.first { $0.name == name }.map { .parameter($0.value) }
    }
  }

  public override var text: String { "\(node.name): \(node.written)" }

  public override var callCard: Card? {
    var parameters = [Parameter("x", accepts: "a tensor of examples")]
    if node.inputs.count > 1 {
      parameters.append(Parameter("more", .variadic, accepts: "tensors", "the other branches"))
    }
    return Card(
      node.name, .function, summary: "What this layer answers to a batch of examples, or to one.",
      parameters: parameters, examples: [])
  }

  public override func call(_ call: Call) throws -> Value? {
    let shapes = inputShapes.isEmpty ? [node.outputShape] : inputShapes
    var inputs = [try call.examples("x")]
    inputs += try call.tensors(call.rest)
    return .tensor(
      try call.placed(at: "x") {
        guard inputs.count == shapes.count else { throw LayerError.noInput(node.name) }
        // One example is a batch of one; both come back as they came.
        let isOne = inputs[0].shape == shapes[0]
        let batches = try zip(inputs, shapes).map { input, shape in
          let batch = isOne ? try input.reshaped(Shape([1] + input.shape.dimensions)) : input
          guard Array(batch.shape.dimensions.dropFirst()) == shape.dimensions else {
            throw LayerError.wrongData(batch.shape, wants: shape)
          }
          return Variable(batch)
        }
        let parameters = try node.parameters.map { Variable(try $0.tensor) }
        let pass = Pass(isTraining: false)
        let output = try node.layer.forward(batches, parameters, pass).value
        return isOne ? try output.reshaped(node.outputShape) : output
      })
  }
}

extension Model.Node {
  /// The layer as a call: `conv2d(32, padding: 1)`.
  public var written: String {
    let card = type(of: layer).card
    var parts: [String] = []
    for parameter in card.parameters ?? [] {
      guard let setting = layer.settings[parameter.name] else { continue }
      parts.append((parameter.passing == .label ? parameter.name + ": " : "") + setting.written)
    }
    return parts.isEmpty ? card.name : "\(card.name)(\(parts.joined(separator: ", ")))"
  }
}

extension Setting {
  /// The setting as a call writes it; several numbers without brackets, as `input` takes them.
  fileprivate var written: String {
    switch self {
    case .number(let number): textForm(number)
    case .boolean(let boolean): "\(boolean)"
    case .text(let text): "\"\(text)\""
    case .numbers(let numbers): numbers.map(textForm).joined(separator: ", ")
    case .option(let name, _): name
    case .options(let choices): "[" + choices.map(\.name).joined(separator: ", ") + "]"
    }
  }
}

extension Value {
  /// The model this value is, if it is one.
  var model: Model? {
    if case .object(let object as ModelObject) = self { object.model } else { nil }
  }

  static func model(_ model: Model) -> Value { .object(ModelObject(model)) }

  static func shape(_ shape: Shape) -> Value {
    // A shape has at most a few axes, far below a list's limit.
    (try? .list(shape.dimensions.map { .number(Double($0)) })) ?? .nothing
  }

  static func parameter(_ value: ParameterValue) -> Value {
    switch value {
    case .dense(let tensor): .tensor(tensor)
    case .encoded(let encoded): .object(EncodedObject(encoded))
    }
  }
}

extension Call {
  func model(_ name: String) throws -> Model {
    guard let model = try value(name).model else { throw wrongKind(name) }
    return model
  }

  /// A batch of examples, or one: a tensor, or the images of data.
  func examples(_ name: String) throws -> Tensor {
    if case .object(let object as LabeledDataObject) = try value(name) { return object.data.images }
    return try tensor(name)
  }
}
