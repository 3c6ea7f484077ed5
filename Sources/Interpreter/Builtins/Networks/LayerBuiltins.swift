import Catalog
import Networks
import Tensors

/// Every kind of layer as a function that lets a model grow.
///
/// A name that is a layer and a function of tensors too (`relu`, `flatten`) is one value with one
/// card; what it is given decides.
let layerBuiltins: [Builtin] = layerCatalog.map(layerBuiltin)

private func layerBuiltin(_ type: any Layer.Type) -> Builtin {
  switch type.card.name {
  case "input":
    return Builtin(type.card) { call in
      let shape = try call.shape("shape")
      return .model(try call.placed { try Model.input(shape) })
    }
  case "concat":
    return concatBuiltin
  case "linear":
    return linearBuiltin
  case _ where type.card.parameters?.contains { $0.passing == .variadic } == true:
    return Builtin(type.card) { try $0.joinBranches(type) }
  default:
    guard let function = tensorFunctions[type.card.name] else {
      return Builtin(type.card) { try $0.appendLayer(type) }
    }
    return Builtin(
      type.card.alsoTaking(
        first: function.accepts, examples: function.examples),
      scalar: function.scalar,
      explain: { call in
        guard type.card.name == "softmax", try call.value("x").model == nil else { return nil }
        return try EverydayDerivations.softmax(call)
      }
    ) { call in
      if try call.value("x").model != nil { return try call.appendLayer(type) }
      for parameter in type.card.parameters ?? [] where parameter.name != "x" {
        try call.refuse(parameter.name, because: "only layers take it")
      }
      return try function.run(call)
    }
  }
}

/// What a layer's name means for numbers and tensors.
private struct TensorFunction: Sendable {
  var accepts = "a model, a number or a tensor"
  var scalar: (@Sendable (Double) -> Double)?
  var examples: [Example]
  var run: @Sendable (Call) throws -> Value
}

private let tensorFunctions: [String: TensorFunction] = [
  "relu": numberwise(.relu, { Swift.max($0, 0) }, [Example("relu(-2)", prints: "0")]),
  "sigmoid": numberwise(.sigmoid, logistic, [Example("sigmoid(0)", prints: "0.5")]),
  "tanh": numberwise(.tanh, hyperbolicTangent, [Example("tanh(0)", prints: "0")]),
  "softmax": TensorFunction(
    accepts: "a model or a tensor",
    examples: [Example("sum(softmax([[1, 2], [3, 5]]), axis: 1)", prints: "[1, 1]")]
  ) { call in
    let tensor = try call.tensor("x")
    return .tensor(try call.placed { try tensor.softmax(axis: tensor.shape.rank - 1) })
  },
  "flatten": TensorFunction(
    accepts: "a model or a tensor",
    examples: [Example("flatten([[1, 2], [3, 4]])", prints: "[1, 2, 3, 4]")]
  ) { call in
    let tensor = try call.tensor("x")
    return .tensor(try call.placed { try tensor.reshaped([tensor.count]) })
  },
]

private func numberwise(
  _ operation: UnaryOperation, _ scalar: @escaping @Sendable (Double) -> Double,
  _ examples: [Example]
) -> TensorFunction {
  TensorFunction(scalar: scalar, examples: examples) { try $0.mapped(operation, scalar) }
}

extension Call {
  /// The piped model with one more layer; every other argument is a setting of the layer.
  func appendLayer(_ type: any Layer.Type) throws -> Value {
    let model = try self.model("x")
    let layer = try self.layer(type)
    let name = try optionalText("name")
    return .model(
      try placed(at: name == nil ? nil : "name") {
        try model.appending(layer, name: name, random: &context.random)
      })
  }

  /// Branches of a network joined by a layer.
  func joinBranches(_ type: any Layer.Type) throws -> Value {
    let branches = try ([value("x")] + rest).enumerated().map { index, value in
      guard let model = value.model else {
        let message = "`\(card.name)` joins models; this is \(value.kind)"
        throw index == 0
          ? error("E0202", message, at: "x") : error("E0202", message, atRest: index - 1)
      }
      return model
    }
    let layer = try self.layer(type)
    let name = try optionalText("name")
    return .model(
      try placed { try Model.merging(branches, layer, name: name, random: &context.random) })
  }

  private func layer(_ type: any Layer.Type) throws -> any Layer {
    let names = (type.card.parameters ?? [])
      .filter { $0.name != "x" && $0.name != "name" && $0.passing != .variadic }.map(\.name)
    let settings = try settings(for: names)
    return try placed { try type.init(settings) }
  }

  /// An argument that has no meaning together with the others.
  func refuse(_ name: String, because reason: String) throws {
    guard has(name) else { return }
    throw error("E0102", "`\(name)` has no meaning here: \(reason)", at: name)
  }
}

extension Card {
  /// The same card for a name that takes more kinds than the layer alone.
  func alsoTaking(
    first accepts: String? = nil, parameters: [Parameter]? = nil, examples: [Example]
  ) -> Card {
    var card = self
    if let parameters { card.parameters = parameters }
    if let accepts, card.parameters?.isEmpty == false { card.parameters?[0].accepts = accepts }
    card.examples += examples
    return card
  }
}
