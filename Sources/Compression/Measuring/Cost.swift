import Containers
import Encodings
import Networks
import Tensors

/// What a network takes: parameters, work, memory and bytes, layer by layer.
///
///     MAC            1 multiply + 1 add; FLOP = 2 · MAC
///     effective MAC  MAC · (non-zero weights / weights) · (non-zero numbers read / numbers read)
///
/// The last factor is measured on data; without data it is 1, and it is 1 for a layer that reads
/// the network's input, as in the source. Work is that of one example. Biases, activations and
/// norms count no MACs.
///
/// - Source: the FLOP% column of Han et al., 2015, Table 4, <https://arxiv.org/abs/1506.02626>.
public struct Cost: Sendable, Equatable {
  /// One layer that has parameters or does work.
  public struct Layer: Sendable, Equatable {
    public var name: String
    /// Numbers that training may change.
    public var parameters: Int
    /// Weights; biases and norms not counted.
    public var weights: Int
    public var nonZeroWeights: Int
    /// The pieces of its weights that are not zero; `nil` without weights.
    public var nonZeros: NonZeros?
    public var multiplyAdds: Int
    /// The share of the numbers it reads that are not zero, over the data; `nil` without data.
    public var readShare: Double?
    /// Rounded to a whole number, half to even.
    public var effectiveMultiplyAdds: Int
    /// Its bits in the file: settings, headers, and the payload of its parameters.
    public var bits: Int
  }

  public var layers: [Layer]
  /// The length of the file that `save` writes.
  public var bytes: Int
  /// Bits of the file that are no layer's: magic number, recipe, checksum.
  public var otherBits: Int
  public var peak: ActivationPeak

  /// Numbers that training may change.
  public var parameters: Int { layers.reduce(0) { $0 + $1.parameters } }
  /// Weights, biases and norms not counted.
  public var weights: Int { layers.reduce(0) { $0 + $1.weights } }
  public var nonZeroWeights: Int { layers.reduce(0) { $0 + $1.nonZeroWeights } }
  /// Multiply-adds for one example with every weight in place.
  public var multiplyAdds: Int { layers.reduce(0) { $0 &+ $1.multiplyAdds } }
  public var effectiveMultiplyAdds: Int { layers.reduce(0) { $0 &+ $1.effectiveMultiplyAdds } }

  /// The bytes of live activations as float32.
  public var peakBytesFloat: Int { peak.count &* 4 }
  /// The same as int8.
  public var peakBytesInt8: Int { peak.count }

  /// Counts a model; its container is written, and it is run on data if there are any.
  ///
  /// - Throws: what writing and running the model throw.
  /// - Complexity: O(parameters), and one forward pass over the data.
  public init(_ model: Model, on data: LabeledData? = nil) throws {
    try self.init(model, ledger: Container.ledger(model), on: data)
  }

  /// The same with the ledger of a container that was written already.
  public init(_ model: Model, ledger: SizeLedger, on data: LabeledData? = nil) throws {
    let shares = try data.map { try model.nonZeroSharesRead(on: $0) }
    var bits: [String: Int] = [:]
    for row in ledger.rows {
      // Layers have no dots in their names; `conv1.weight` is conv1's.
      let layer = row.owner.prefix { $0 != "." }
      bits[String(layer), default: 0] += row.bits
    }
    layers = model.nodes.enumerated().map { place, node in
      Layer(node, model, readShare: shares?[place], bits: bits[node.name] ?? 0)
    }
    .filter { $0.parameters > 0 || $0.multiplyAdds > 0 }
    bytes = ledger.bytes
    otherBits = ledger.totalBits - layers.reduce(0) { $0 + $1.bits }
    peak = model.activationPeak
  }
}

extension Cost.Layer {
  fileprivate init(_ node: Model.Node, _ model: Model, readShare: Double?, bits: Int) {
    let weights = node.parameters.filter(\.isWeight)
    let count = weights.reduce(0) { $0 + $1.shape.count }
    let pieces = weights.map { NonZeros($0.value) }
    let nonZero = pieces.reduce(0) { $0 + $1.elements.nonZero }
    let dense = node.layer.multiplyAdds(node.inputs.map { model.nodes[$0].outputShape })
    // Every weight takes part in equally many, so without data this is exact.
    let kept = count == 0 ? dense : dense / count &* nonZero
    let work = (Double(kept) * (readShare ?? 1)).rounded(.toNearestOrEven)
    self.init(
      name: node.name,
      parameters: node.parameters.reduce(0) { $0 + ($1.isTrainable ? $1.shape.count : 0) },
      weights: count, nonZeroWeights: nonZero, nonZeros: pieces.first, multiplyAdds: dense,
      readShare: readShare, effectiveMultiplyAdds: readShare == nil ? kept : Int(work),
      bits: bits)
  }
}

extension Model {
  /// By node, the share of the numbers it reads that are not zero.
  ///
  /// 1 for what reads the network's input, also through layers that only reshape it.
  fileprivate func nonZeroSharesRead(on data: LabeledData) throws -> [Double] {
    var nonZero = [Int](repeating: 0, count: nodes.count)
    var total = nonZero
    try observe(data.images) { node, inputs, _ in
      for input in inputs {
        total[node] += input.count
        nonZero[node] += input.withScalars { scalars in scalars.count { $0 != 0 } }
      }
    }
    return nodes.indices.map { place in
      guard !readsInput(place), total[place] > 0 else { return 1 }
      return Double(nonZero[place]) / Double(total[place])
    }
  }

  private func readsInput(_ place: Int) -> Bool {
    var place = place
    while let before = nodes[place].inputs.first, nodes[place].inputs.count == 1 {
      if before == 0 { return true }
      guard nodes[before].layer is Flatten || nodes[before].layer is Dropout else { return false }
      place = before
    }
    return place == 0
  }
}
