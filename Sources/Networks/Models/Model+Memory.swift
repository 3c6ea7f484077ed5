import Tensors

/// The numbers that are alive at once while one example goes through a network.
public struct ActivationPeak: Sendable, Equatable {
  /// How many numbers, inputs and outputs of layers together; weights are not counted.
  public var count: Int
  /// The layer that runs at that moment.
  public var layer: String

  public init(count: Int, layer: String) {
    self.count = count
    self.layer = layer
  }
}

extension Model {
  /// The most numbers that one example needs at once, layers run in the order of `nodes`.
  ///
  ///     peak = max over layers of Σ outputs that this layer or a later one reads, its own included
  ///
  /// A result lives until the last layer that reads it has run, so a branch of a residual block
  /// counts while the other one runs. A layer of one input that has no weights and gives as many
  /// numbers as it reads (`relu`, `flatten`, `batchnorm`) writes over its input, unless a later
  /// layer still reads that. Times 4 it is bytes as float32, times 1 as int8; what a kernel needs
  /// for itself (im2col, packed weights) is not counted.
  ///
  /// - Source: the live tensors of a static schedule, as in Lin et al., 2020 (MCUNet, §3.2),
  ///   <https://arxiv.org/abs/2007.10319>.
  public var activationPeak: ActivationPeak {
    let lastReader = lastReaders
    /// By node, the node whose memory holds its result.
    var home: [Int] = []
    /// By home, its numbers, and the nodes whose results lie there.
    var live: [Int: (count: Int, holds: [Int])] = [:]
    var peak = ActivationPeak(count: 0, layer: nodes.first?.name ?? "")
    for (place, node) in nodes.enumerated() {
      let count = node.outputShape.count
      if let own = overwritten(by: node, at: place, home, live, lastReader) {
        home.append(own)
        live[own]?.holds.append(place)
      } else {
        home.append(place)
        live[place] = (count, [place])
      }
      let sum = live.values.reduce(0) { $0 + $1.count }
      if sum > peak.count { peak = ActivationPeak(count: sum, layer: node.name) }
      live = live.filter { $0.value.holds.contains { lastReader[$0] > place } }
    }
    return peak
  }

  /// The memory that a layer may write its result over, or `nil` when it needs its own.
  private func overwritten(
    by node: Node, at place: Int, _ home: [Int],
    _ live: [Int: (count: Int, holds: [Int])], _ lastReader: [Int]
  ) -> Int? {
    guard node.inputs.count == 1, !node.parameters.contains(where: \.isWeight),
      nodes[node.inputs[0]].outputShape.count == node.outputShape.count
    else { return nil }
    let own = home[node.inputs[0]]
    let isFree = live[own]?.holds.allSatisfy { lastReader[$0] <= place } ?? false
    return isFree ? own : nil
  }

  /// By node, the last node that reads its result; the model's own result is read after all.
  private var lastReaders: [Int] {
    var readers = Array(nodes.indices)
    for (place, node) in nodes.enumerated() {
      for input in node.inputs { readers[input] = place }
    }
    if let last = readers.indices.last { readers[last] = nodes.count }
    return readers
  }
}
