import Catalog
import Tensors

extension Model {
  /// This model followed by a layer.
  ///
  /// - Parameters:
  ///   - name: what to call the layer; by kind and order (`conv1`) when left out.
  ///   - random: where initial weights are drawn from.
  /// - Throws: `LayerError` when the layer cannot take this model's output or the name is no good.
  public func appending(
    _ layer: any Layer, name: String? = nil, random: inout Random
  ) throws -> Model {
    try Model.merging([self], layer, name: name, random: &random)
  }

  /// Branches joined by a layer; layers that the branches share appear once.
  ///
  /// - Parameters:
  ///   - branches: at least one; all must begin at the same input.
  ///   - layer: takes the branches' results in their order.
  ///   - name: what to call the layer; by kind and order (`add1`) when left out.
  ///   - random: where initial weights are drawn from.
  /// - Throws: `LayerError` when inputs differ, names collide or shapes do not fit.
  public static func merging(
    _ branches: [Model], _ layer: any Layer, name: String? = nil, random: inout Random
  ) throws -> Model {
    guard var merged = branches.first else { throw LayerError.noInput(type(of: layer).card.name) }
    var ends = [merged.nodes.count - 1]
    for branch in branches.dropFirst() {
      ends.append(try merged.absorb(branch, for: layer))
    }
    let shapes = ends.map { merged.nodes[$0].outputShape }
    let outputShape = try layer.outputShape(shapes)
    let parameters = try layer.initialParameters(shapes, &random).map {
      ModelParameter($0.name, $0.role, .dense($0.value))
    }
    if let name { try merged.admit(name) }
    merged.nodes.append(
      Node(
        name: name ?? merged.nextName(type(of: layer).stem), isNamedByUser: name != nil,
        layer: layer, inputs: ends, parameters: parameters, outputShape: outputShape))
    merged.history = nil
    merged.steps = branches.flatMap(\.steps)
    // What the branches share was taken out once.
    var seen: Set<String> = []
    merged.removed = branches.flatMap(\.removed).filter { seen.insert($0).inserted }
    // Branches that begin with the same removals share them.
    for removal in branches.flatMap(\.removals) where !merged.removals.contains(removal) {
      merged.removals.append(removal)
    }
    return merged
  }

  /// Adds the nodes of a branch that are not there yet; returns where the branch ends.
  private mutating func absorb(_ branch: Model, for layer: any Layer) throws -> Int {
    var places: [Int] = []
    for var node in branch.nodes {
      node.inputs = node.inputs.map { places[$0] }
      if let place = nodes.firstIndex(where: {
        $0.identity === node.identity && $0.inputs == node.inputs
      }) {
        places.append(place)
        continue
      }
      guard !node.inputs.isEmpty else {
        throw LayerError.differentInputs(type(of: layer).card.name, inputShape, branch.inputShape)
      }
      if nodes.contains(where: { $0.name == node.name }) {
        guard !node.isNamedByUser else { throw LayerError.nameTaken(node.name) }
        node.name = nextName(type(of: node.layer).stem)
      }
      places.append(nodes.count)
      nodes.append(node)
    }
    return places[places.count - 1]
  }

  /// The stem with the first number that no layer has.
  func nextName(_ stem: String) -> String {
    let names = Set(nodes.map(\.name))
    var number = nodes.count { type(of: $0.layer).stem == stem } + 1
    while names.contains("\(stem)\(number)") { number += 1 }
    return "\(stem)\(number)"
  }

  /// Checks a name that the user wants to give.
  func admit(_ name: String) throws {
    let letters = name.unicodeScalars
    let isName =
      letters.first.map { $0 == "_" || $0.properties.isAlphabetic } ?? false
      && letters.allSatisfy {
        $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
      }
    guard isName else { throw LayerError.notAName(name) }
    guard !Model.memberNames.contains(name), !Model.reservedNames.contains(name) else {
      throw LayerError.nameReserved(name)
    }
    guard !nodes.contains(where: { $0.name == name }) else { throw LayerError.nameTaken(name) }
  }

  /// Members that every model has, which no layer may be called.
  public static let memberNames: Set<String> = [
    "layers", "inputShape", "outputShape", "parameterCount", "multiplyAdds", "history", "steps",
    "plan", "input", "groups", "removed",
  ]

  /// Reserved words of the language, which no layer may be called.
  static let reservedNames: Set<String> = [
    "let", "func", "if", "else", "for", "in", "while", "return", "break", "continue", "true",
    "false", "and", "or", "not", "check", "claim", "explain", "why", "sweep",
  ]
}
