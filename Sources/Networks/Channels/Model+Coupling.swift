import Tensors

extension Model {
  /// The channels that may go, in units that can only go together, by the layers that make them.
  ///
  /// Each channel of each layer's result is a point; points that depend on one another are joined
  /// (union–find). Points joined with the input's, with the last layer's or with those of a layer
  /// that mixes channels cannot go. What is left falls into units exactly, whatever the graph.
  ///
  /// - Returns: groups in the order of their first layer; units in the order of their channels.
  /// - Throws: `LayerError.tooLarge`, and what a reservation throws.
  /// - Complexity: nearly linear in the number of all layers' channels.
  public var channelGroups: [ChannelGroup] {
    get throws {
      var points = try ChannelPoints(self)
      let units = points.units()
      var places: [[Int]: Int] = [:]
      var groups: [ChannelGroup] = []
      for unit in units {
        let producers = unit.places.map(\.node).filter { nodes[$0].isProducer }
        if let place = places[producers] {
          groups[place].units.append(unit)
          continue
        }
        places[producers] = groups.count
        let isFilter = producers.contains {
          if case .made(.filter, _) = nodes[$0].flow { true } else { false }
        }
        groups.append(
          ChannelGroup(producers: producers, units: [unit], kind: isFilter ? .filter : .neuron))
      }
      return groups
    }
  }
}

extension Model.Node {
  /// How channels flow through the layer, as far as its place and parameters bear it out.
  var flow: ChannelFlow { layer.channelFlow }

  /// Whether its channels are its own.
  var isProducer: Bool { if case .made = flow { true } else { false } }
}

/// The channels of all results as points, joined where they depend on one another.
private struct ChannelPoints {
  private let model: Model
  /// Where the points of a node begin; `nil` for a node all of whose channels stay.
  private var starts: [Int?] = []
  private var count = 1
  /// By point, a smaller point of the same unit or itself.
  ///
  /// Point 0 stands for all that must stay.
  private var parents: [Int32] = [0]

  init(_ model: Model) throws {
    self.model = model
    for place in model.nodes.indices { try give(place) }
    let memory = Work.current.memory
    try memory.reserve(4 * count)
    defer { memory.release(4 * count) }
    parents = (0..<Int32(count)).map(\.self)
    for place in model.nodes.indices { try connect(place) }
    stays(model.nodes.count - 1)
  }

  /// Gives a node its points, unless all of its channels stay anyway.
  private mutating func give(_ place: Int) throws {
    let node = model.nodes[place]
    let isFree =
      switch checkedFlow(place) {
      case .mixed: false
      case .made: true
      case .same, .joined, .spread: node.inputs.contains { starts[$0] != nil }
      }
    guard isFree else {
      starts.append(nil)
      return
    }
    starts.append(count)
    let (sum, overflow) = count.addingReportingOverflow(node.outputShape[0])
    guard !overflow, sum < Int(Int32.max) else {
      throw LayerError.tooLarge(type(of: node.layer).card.name, node.outputShape)
    }
    count = sum
  }

  /// What the layer says, or `mixed` when shapes and parameters do not agree with it.
  private func checkedFlow(_ place: Int) -> ChannelFlow {
    let node = model.nodes[place]
    let inputs = node.inputs.map { model.nodes[$0].outputShape }
    guard node.outputShape.rank > 0, !inputs.isEmpty, inputs.allSatisfy({ $0.rank > 0 }) else {
      return .mixed
    }
    let channels = node.outputShape[0]
    let fits =
      switch node.flow {
      case .mixed: false
      case .same:
        inputs.allSatisfy { $0[0] == channels }
          && node.parameters.allSatisfy { $0.shape.rank > 0 && $0.shape[0] == channels }
      case .joined: inputs.reduce(0) { $0 + $1[0] } == channels && node.parameters.isEmpty
      case .spread:
        inputs.count == 1 && node.outputShape == [inputs[0].count] && node.parameters.isEmpty
      case .made(_, let setting):
        inputs.count == 1 && node.layer.settings[setting] == .number(Double(channels))
          && node.parameters.allSatisfy {
            $0.shape.rank > 0 && $0.shape[0] == channels
              && ($0.shape.rank == 1 || $0.shape[1] == inputs[0][0])
          }
      }
    return fits ? node.flow : .mixed
  }

  private mutating func connect(_ place: Int) throws {
    try Work.current.checkpoint()
    let node = model.nodes[place]
    let channels = node.outputShape.rank > 0 ? node.outputShape[0] : 0
    switch checkedFlow(place) {
    case .mixed: for input in node.inputs { stays(input) }
    case .made: break
    case .same:
      for input in node.inputs {
        for channel in 0..<channels { join(point(place, channel), point(input, channel)) }
      }
    case .joined:
      var offset = 0
      for input in node.inputs {
        let own = model.nodes[input].outputShape[0]
        for channel in 0..<own { join(point(place, offset + channel), point(input, channel)) }
        offset += own
      }
    case .spread:
      let input = node.inputs[0]
      let run = max(1, channels / max(1, model.nodes[input].outputShape[0]))
      for channel in 0..<channels { join(point(place, channel), point(input, channel / run)) }
    }
  }

  private func point(_ node: Int, _ channel: Int) -> Int32 {
    starts[node].map { Int32($0 + channel) } ?? 0
  }

  /// All channels of a node stay.
  private mutating func stays(_ node: Int) {
    guard let start = starts[node] else { return }
    for channel in 0..<model.nodes[node].outputShape[0] { join(Int32(start + channel), 0) }
  }

  /// The smallest point of a unit; the way there is shortened as it is gone.
  private mutating func root(_ point: Int32) -> Int32 {
    var point = point
    while parents[Int(point)] != point {
      parents[Int(point)] = parents[Int(parents[Int(point)])]
      point = parents[Int(point)]
    }
    return point
  }

  private mutating func join(_ a: Int32, _ b: Int32) {
    let (a, b) = (root(a), root(b))
    parents[Int(max(a, b))] = min(a, b)
  }

  mutating func units() -> [ChannelUnit] {
    var numbers: [Int32: Int] = [:]
    var units: [ChannelUnit] = []
    for (node, start) in starts.enumerated() {
      guard let start else { continue }
      for channel in 0..<model.nodes[node].outputShape[0] {
        let root = root(Int32(start + channel))
        guard root != 0 else { continue }
        if numbers[root] == nil {
          numbers[root] = units.count
          units.append(ChannelUnit())
        }
        if let number = numbers[root] { units[number].add(channel, of: node) }
      }
    }
    return units
  }
}
