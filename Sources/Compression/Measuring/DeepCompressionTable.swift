import Containers
import Encodings
import Networks
import Tensors

/// Tables 2 and 3 of Deep Compression, from a model's own numbers, beside the bytes really stored.
///
///     entries  = kept + fillers              a gap above 2^i takes a stored zero for every 2^i
///     P+Q      = (entries · (w + i) + levels · 32) / (32 · n)
///     P+Q+H    = (Huffman bits of entries' weights and gaps + levels · 32) / (32 · n)
///
/// Biases, headers and code tables do not count there; they do in the bytes. Stored fillers here
/// have no value, so bytes may be fewer than the paper's.
///
/// - Source: Han et al., 2016, §5 and tables 2, 3, <https://arxiv.org/abs/1510.00149>.
public struct DeepCompressionTable: Sendable {
  /// One layer's weights.
  public struct Row: Sendable {
    public var layer: String
    /// n, and how many of them are kept.
    public var weights, kept: Int
    /// Bits of a weight and of a gap, and the same by Huffman on average over the entries.
    public var weightBits, indexBits: Int
    public var huffmanWeightBits, huffmanIndexBits: Double
    public var fillers: Int
    /// The share of 32-bit weights that is left by the paper's count.
    public var packedRate, huffmanRate: Double
    /// The bytes this layer's weights take in the file.
    public var storedBytes: Int
  }

  /// Layers whose weights lie on a grid, in their order.
  public let rows: [Row]

  /// The table of a model, or `nil` when no layer is both pruned and on a grid.
  public init?(_ model: Model) throws {
    let tensors = model.weights.compactMap { entry -> (String, EncodedTensor)? in
      guard case .encoded(let tensor) = entry.parameter.value, let grid = tensor.grid,
        !grid.isSimulated
      else { return nil }
      return (model.nodes[entry.node].name, tensor)
    }
    guard tensors.contains(where: { $0.1.kept != nil }) else { return nil }
    rows = tensors.map { Row($0.0, $0.1) }
  }

  /// What P+Q comes to when kept weights lie at random places.
  ///
  ///     φ = q / (1 − q), q = (1 − kept/n)^(2^i);  (kept · (1 + φ) · (w + i) + 2^w · 32) / (32 · n)
  public static func predictedRate(
    kept: Int, of weights: Int, weightBits: Int, indexBits: Int
  ) -> Double {
    guard weights > 0 else { return 0 }
    var q = 1 - Double(kept) / Double(weights)
    for _ in 0..<indexBits { q *= q }
    let entries = Double(kept) * (1 + q / (1 - q))
    let bits = entries * Double(weightBits + indexBits) + Double(32 << weightBits)
    return bits / (32 * Double(weights))
  }
}

extension DeepCompressionTable.Row {
  /// - Parameter tensor: on a grid.
  public init(_ layer: String, _ tensor: EncodedTensor) {
    self.layer = layer
    weights = tensor.count
    kept = tensor.keptCount
    let kept = tensor.kept ?? Bitmap(repeating: true, count: tensor.count)
    if case .relative(let bits) = tensor.layout.positions {
      indexBits = bits
    } else {
      indexBits = 5
    }
    fillers = RelativeIndex.paperFillers(kept, bits: indexBits)
    weightBits = tensor.grid?.format.codeBits ?? 32
    var codes: [Int32: Int] = [:]
    kept.forEachSet { codes[tensor.grid?.codes[$0] ?? 0, default: 0] += 1 }
    // A filler is a stored zero: one symbol more among the weights.
    let symbols = codes.sorted { $0.key < $1.key }.map(\.value) + [fillers]
    let gaps = RelativeIndex.paperCounts(kept, bits: indexBits)
    let entries = self.kept + fillers
    let bits = (weights: huffmanBits(symbols), gaps: huffmanBits(gaps))
    huffmanWeightBits = entries > 0 ? Double(bits.weights) / Double(entries) : 0
    huffmanIndexBits = entries > 0 ? Double(bits.gaps) / Double(entries) : 0
    let levels = tensor.footprint.bits(of: .codebook) > 0 ? tensor.grid?.format.codes.count ?? 0 : 1
    let dense = Double(max(32 * weights, 1))
    packedRate = Double(entries * (weightBits + indexBits) + levels * 32) / dense
    huffmanRate = Double(bits.weights + bits.gaps + levels * 32) / dense
    storedBytes = tensor.header().count + tensor.footprint.bytes
  }
}
