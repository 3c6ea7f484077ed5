import Catalog
import Networks

/// The layers that a verb changes, where a call names some: `layers: "conv1"`.
///
/// The other weights are offered to no verb: they neither change nor count in a ranking.
public struct LayerChoice: Sendable, Equatable {
  public var names: [String]

  public init(_ names: [String]) { self.names = names }

  /// Runs a verb on a model in which only the chosen layers have weights.
  ///
  /// - Throws: `LayerChoiceError`, and what the verb throws.
  public func apply(to model: Model, _ verb: (Model) throws -> Model) throws -> Model {
    let weighted = Set(model.weights.map { model.nodes[$0.node].name })
    for name in names where !weighted.contains(name) {
      throw LayerChoiceError(
        name: name, exists: model.node(named: name) != nil,
        known: model.nodes.map(\.name).filter(weighted.contains))
    }
    let changed = try verb(
      model.mapParameters { entry in
        guard entry.parameter.isWeight, !names.contains(model.nodes[entry.node].name) else {
          return nil
        }
        return entry.parameter.with(role: .bias)
      })
    // What kept its place takes its role back; a verb may have replaced a chosen layer by others.
    let hidden = Set(
      model.weights.filter { !names.contains(model.nodes[$0.node].name) }.map(\.path))
    return try changed.mapParameters { entry in
      hidden.contains(entry.path) ? entry.parameter.with(role: .weight) : nil
    }
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
  /// The layers that have weights.
  public var known: [String]

  public var code: String { "E0391" }

  public var headline: String {
    exists
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
    "the only layers that change")
}
