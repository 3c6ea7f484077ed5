/// Channels that can only go together: removing one of them removes all.
public struct ChannelUnit: Sendable, Equatable {
  /// Channels of one layer's result.
  public struct Place: Sendable, Equatable {
    /// The layer's index among the model's nodes.
    public var node: Int
    /// Ascending and apart from one another.
    public var channels: [Range<Int>]
  }

  /// By node, in the order of the layers; the first one makes its channels itself.
  public internal(set) var places: [Place] = []

  /// The channels that a node's result has of this unit.
  public func channels(of node: Int) -> [Range<Int>] {
    places.first { $0.node == node }?.channels ?? []
  }

  mutating func add(_ channel: Int, of node: Int) {
    guard let last = places.indices.last, places[last].node == node else {
      places.append(Place(node: node, channels: [channel..<channel + 1]))
      return
    }
    if let end = places[last].channels.indices.last,
      places[last].channels[end].upperBound == channel
    {
      places[last].channels[end] = places[last].channels[end].lowerBound..<channel + 1
    } else {
      places[last].channels.append(channel..<channel + 1)
    }
  }
}

/// Units made by the same layers, which are ranked against one another.
public struct ChannelGroup: Sendable {
  /// The layers that make the channels; several where branches are added up.
  public let producers: [Int]
  /// In the order of the first producer's channels.
  public internal(set) var units: [ChannelUnit]
  /// What a unit is called: a filter as soon as a convolution takes part.
  public let kind: OwnChannel
}

extension Model {
  /// A unit in words: `conv1 filter 3 → bn1[3], conv2 inputs[3]`.
  ///
  /// Left of the arrow stands what is made, right of it what goes with it and has parameters.
  public func description(of unit: ChannelUnit) -> String {
    var made: [String] = []
    var following: [String] = []
    for place in unit.places {
      let node = nodes[place.node]
      let channels = Self.text(place.channels)
      if case .made(let kind, _) = node.flow {
        let isOne = place.channels.count == 1 && place.channels[0].count == 1
        made.append("\(node.name) \(kind.rawValue)\(isOne ? "" : "s") \(channels)")
      } else if !node.parameters.isEmpty {
        following.append("\(node.name)[\(channels)]")
      }
    }
    for node in nodes {
      guard case .made = node.flow, let input = node.inputs.first else { continue }
      let channels = unit.channels(of: input)
      if !channels.isEmpty { following.append("\(node.name) inputs[\(Self.text(channels))]") }
    }
    let text = made.joined(separator: " + ")
    return following.isEmpty ? text : "\(text) → \(following.joined(separator: ", "))"
  }

  /// A group by the layers that make its channels: `conv1 filters`, `conv1 + conv3 filters`.
  public func description(of group: ChannelGroup) -> String {
    group.producers.map { nodes[$0].name }.joined(separator: " + ") + " \(group.kind.rawValue)s"
  }

  /// `3`, `48...63`, `1, 5...7`.
  private static func text(_ channels: [Range<Int>]) -> String {
    channels.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)...\($0.upperBound - 1)" }
      .joined(separator: ", ")
  }
}
