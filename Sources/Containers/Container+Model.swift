import Catalog
import Encodings
import Networks
import Tensors

extension ContainerWriter {
  mutating func model(_ model: Model) throws {
    let parts = model.parts
    book("file", .header) { $0.varint(parts.count) }
    for (place, part) in parts.enumerated() {
      layer(part, place: place, owner: model.nodes[place].name)
    }
    book("file", .recipe) { writer in
      writer.varint(model.steps.count)
      for step in model.steps { writer.text(step) }
    }
    if model.runsInIntegers { integers(model) }
    for entry in model.parameters where !model.storesBiasCodes(entry) {
      switch entry.parameter.value {
      case .dense(let tensor): self.tensor(entry.path, try EncodedTensor(tensor))
      case .encoded(let tensor): self.tensor(entry.path, tensor)
      }
    }
  }

  private mutating func layer(_ part: Model.Part, place: Int, owner: String) {
    let settings = part.layer.settings
    let followsLast = part.inputs == (place == 0 ? [] : [place - 1])
    book(owner, .header) { writer in
      writer.text(type(of: part.layer).card.name)
      writer.varint(
        part.values.count << 3 | (settings.given.isEmpty ? 0 : 4) | (followsLast ? 0 : 2)
          | (part.name == nil ? 0 : 1))
    }
    if let name = part.name { book(owner, .names) { $0.text(name) } }
    book(owner, .header) { writer in
      if !followsLast {
        writer.varint(part.inputs.count)
        for input in part.inputs { writer.varint(input) }
      }
      if !settings.given.isEmpty { writer.settings(settings) }
    }
  }
}

extension ContainerReader {
  /// - Parameter inIntegers: whether the grids of the layers' results follow the recipe.
  mutating func model(inIntegers: Bool = false) throws -> Model {
    let layers = try (0..<count(bytesEach: 2)).map { try layer(place: $0) }
    let steps = try (0..<count()).map { _ in try text() }
    let stored = inIntegers ? try integers(inputs: layers.map(\.inputs)) : []
    let parts = try layers.enumerated().map { place, layer in
      // A tensor takes two bytes at least, so a damaged count ends here.
      guard layer.valueCount <= bytesLeft / 2 else {
        throw ContainerError.damaged("a layer has \(layer.valueCount) parameters")
      }
      return Model.Part(
        layer.layer, name: layer.name, inputs: layer.inputs,
        values: try (0..<layer.valueCount).map { index in
          guard let bias = stored.isEmpty ? nil : stored[place]?.bias, bias.index == index else {
            return try tensor().plainest
          }
          return .dense(try .zeros([bias.codes.count]))
        })
    }
    let model = try Model(parts: parts, steps: steps)
    guard inIntegers else { return model }
    return try model.running(
      stored.map { step in
        step.map {
          IntegerStep($0.activations, isSimulated: $0.isSimulated, bias: $0.bias?.codes)
        }
      }
    ).withBiasesOfCodes()
  }

  private struct StoredLayer {
    var layer: any Layer
    var name: String?
    var inputs: [Int]
    var valueCount: Int
  }

  private mutating func layer(place: Int) throws -> StoredLayer {
    let cardName = try text()
    let marks = try varint()
    let name = marks & 1 == 0 ? nil : try text()
    let inputs =
      marks & 2 == 0
      ? (place == 0 ? [] : [place - 1]) : try (0..<count()).map { _ in try varint() }
    let settings = marks & 4 == 0 ? Settings() : try settings()
    guard let type = layerCatalog.first(where: { $0.card.name == cardName }) else {
      throw ContainerError.unknownLayer(cardName)
    }
    return StoredLayer(
      layer: try type.init(settings), name: name, inputs: inputs, valueCount: marks >> 3)
  }
}

extension EncodedTensor {
  /// A dense parameter unless something would be lost: a mask, a grid, a layout asked for.
  fileprivate var plainest: ParameterValue {
    get throws {
      guard kept == nil, grid == nil, chosenLayout == nil else {
        return .encoded(self)
      }
      return try .dense(values)
    }
  }
}
