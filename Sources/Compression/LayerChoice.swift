import Catalog
import Networks

/// What a verb changes, where a call names some: `layers: "conv1"`, or one tensor of a layer,
/// `layers: "conv1.bias"`.
///
/// The other weights are offered to no verb: they neither change nor count in a ranking. Biases are
/// offered where they are named, to verbs that look at each number by itself.
public struct LayerChoice: Sendable, Equatable {
  public var names: [String]

  public init(_ names: [String]) { self.names = names }

  /// Runs a verb on a model in which only what was chosen counts as weights.
  ///
  /// - Parameter biases: whether the verb can work on biases.
  /// - Throws: `LayerChoiceError`, and what the verb throws.
  public func apply(
    to model: Model, biases: Bool = false, _ verb: (Model) throws -> Model
  ) throws -> Model {
    let chosen = try paths(in: model, biases: biases)
    let roles = Dictionary(
      model.parameters.map { ($0.path, $0.parameter.role) }, uniquingKeysWith: { first, _ in first }
    )
    let changed = try verb(
      model.mapParameters { entry in
        if chosen.contains(entry.path) { return entry.parameter.with(role: .weight) }
        return entry.parameter.isWeight ? entry.parameter.with(role: .bias) : nil
      })
    // What kept its place takes its role back; a verb may have replaced a chosen layer by others.
    return try changed.mapParameters { entry in
      guard let role = roles[entry.path], role != entry.parameter.role else { return nil }
      return entry.parameter.with(role: role)
    }
  }

  /// The paths of the parameters that the names stand for.
  private func paths(in model: Model, biases: Bool) throws -> Set<String> {
    let weighted = Set(model.weights.map { model.nodes[$0.node].name })
    var chosen = Set(
      model.weights.filter { names.contains(model.nodes[$0.node].name) }.map(\.path))
    for name in names where !weighted.contains(name) {
      let entry = model.parameters.first { $0.path == name && $0.parameter.isTrainable }
      guard let entry, biases || entry.parameter.isWeight else {
        throw LayerChoiceError(
          name: name, exists: model.node(named: name) != nil, isBias: entry != nil,
          known: model.nodes.map(\.name).filter(weighted.contains))
      }
      chosen.insert(name)
    }
    return chosen
  }
}

extension ModelParameter {
  fileprivate func with(role: ParameterRole) -> ModelParameter {
    ModelParameter(name, role, value, constraint: constraint)
  }
}

/// A layer that a call names and that has no weights, or is not there.
public struct LayerChoiceError: DescribedError, Equatable {
  public var name: String
  public var exists: Bool
  /// Whether it is a bias, and the verb works on weights.
  public var isBias = false
  /// The layers that have weights.
  public var known: [String]

  public var code: String { "E0391" }

  public var headline: String {
    if isBias { return "`\(name)` is a bias, and this works on weights" }
    return exists
      ? "the layer `\(name)` has no weights" : "this model has no layer `\(name)`"
  }

  public var notes: [String] {
    known.isEmpty ? [] : ["layers with weights: " + known.prefix(12).joined(separator: ", ")]
  }

  public var help: [String] {
    let near = nearestNames(to: name, among: known)
    return near.first.map { ["`layers: \"\($0)\"`"] } ?? []
  }

  public func argument(of card: Card) -> String? { "layers" }
}

extension Parameter {
  /// What every verb on weights takes beside its own.
  public static let layers = Parameter(
    "layers", .label, or: "", accepts: "a layer's name or a list of names, of a model",
    "the only layers that change; `share`, `encode` and plain rounding take a bias too, such as "
      + "`\"linear1.bias\"`")
}
