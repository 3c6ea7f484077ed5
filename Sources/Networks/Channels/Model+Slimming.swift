import Catalog
import Tensors

/// Which entries of a parameter stay when channels go.
public struct ParameterCut: Sendable, Equatable {
  /// Along the first axis; `nil` for all.
  public var first: [Int]?
  /// Along the second axis; `nil` for all.
  public var second: [Int]?

  public init(first: [Int]? = nil, second: [Int]? = nil) {
    self.first = first
    self.second = second
  }
}

extension Model {
  /// This model without some channels: smaller parameters, smaller layers, the same wiring.
  ///
  /// - Parameters:
  ///   - units: of this model's `channelGroups`, at least one of each group left out.
  ///   - cut: the parameter with only the entries that stay, in their order.
  /// - Throws: what `cut` throws, and what the layers say of their new shapes.
  public func removing(
    _ units: [ChannelUnit], cut: (ParameterEntry, ParameterCut) throws -> ModelParameter
  ) throws -> Model {
    let cuts = cuts(removing: units)
    let kept = keptChannels(removing: units)
    var slim: [Node] = []
    for (place, node) in nodes.enumerated() {
      var layer = node.layer
      if case .made(_, let setting) = node.flow, let kept = kept[place] {
        var settings = layer.settings
        settings[setting] = .number(Double(kept.count))
        layer = try type(of: layer).init(settings)
      }
      let shapes = node.inputs.map { slim[$0].outputShape }
      var small = Node(
        name: node.name, isNamedByUser: node.isNamedByUser, layer: layer, inputs: node.inputs,
        parameters: node.parameters, outputShape: try layer.outputShape(shapes))
      small.integers = node.integers
      if let bias = node.integers?.bias, node.isProducer, let kept = kept[place] {
        small.integers?.bias = kept.filter(bias.indices.contains).map { bias[$0] }
      }
      slim.append(small)
    }
    for entry in parameters {
      guard let wanted = cuts[entry.path] else { continue }
      slim[entry.node].parameters[entry.index] = try cut(entry, wanted)
    }
    var model = self
    model.nodes = slim
    model.removals.append(cuts)
    return model
  }

  /// What stays of each parameter that shrinks when units go, by its path.
  public func cuts(removing units: [ChannelUnit]) -> [String: ParameterCut] {
    let kept = keptChannels(removing: units)
    var cuts: [String: ParameterCut] = [:]
    for entry in parameters {
      let node = nodes[entry.node]
      var cut = ParameterCut()
      switch node.flow {
      case .same: cut.first = kept[entry.node]
      case .made:
        cut.first = kept[entry.node]
        if entry.parameter.shape.rank > 1, let input = node.inputs.first {
          cut.second = kept[input]
        }
      case .mixed, .joined, .spread: break
      }
      if cut != ParameterCut() { cuts[entry.path] = cut }
    }
    return cuts
  }

  /// By node, the channels that stay, or `nil` where all do.
  private func keptChannels(removing units: [ChannelUnit]) -> [[Int]?] {
    var gone: [Int: Set<Int>] = [:]
    for unit in units {
      for place in unit.places {
        for range in place.channels { gone[place.node, default: []].formUnion(range) }
      }
    }
    return nodes.indices.map { place in
      gone[place].map { gone in
        (0..<nodes[place].outputShape[0]).filter { !gone.contains($0) }
      }
    }
  }
}
