import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

/// The storage model of Deep Compression from its own counts, tables 2 and 3.
@Suite struct DeepCompressionTableTests {
  /// Layer, shape, share kept, weight bits, index bits, the paper's P+Q rate in percent.
  private static let layers: [(String, Shape, Double, Int, Int, Double)] = [
    ("ip1", [300, 784], 0.08, 6, 5, 3.1), ("ip2", [100, 300], 0.09, 6, 5, 3.8),
    ("ip3", [10, 100], 0.26, 6, 5, 15.7),
    ("conv1", [20, 1, 5, 5], 0.66, 8, 5, 78.5), ("conv2", [50, 20, 5, 5], 0.12, 8, 5, 6.0),
    ("fc1", [500, 800], 0.08, 5, 5, 2.7), ("fc2", [10, 500], 0.19, 5, 5, 6.9),
  ]

  @Test func thePredictedRatesAreThoseOfThePaper() {
    // What its storage model gives for the rounded shares that the tables print.
    let model = [2.98, 3.47, 15.34, 78.0, 5.98, 2.69, 6.58]
    for (layer, expected) in zip(Self.layers, model) {
      let weights = layer.1.count
      let rate = DeepCompressionTable.predictedRate(
        kept: Int((layer.2 * Double(weights)).rounded()), of: weights, weightBits: layer.3,
        indexBits: layer.4)
      #expect(abs(rate * 100 - expected) < 0.05, "\(layer.0): \(rate)")
      #expect(abs(rate * 100 - layer.5) < 0.6, "\(layer.0): \(rate)")
    }
  }

  @Test func theRowsOfRealTensorsAgreeToATenthOfAPoint() throws {
    var random = Random(seed: 5)
    for (name, shape, share, weightBits, indexBits, _) in Self.layers {
      let kept = Int((share * Double(shape.count)).rounded())
      let chosen = Set(random.shuffledIndices(shape.count).prefix(kept))
      let table = try LevelTable("codebook", (1...1 << weightBits).map { Float($0) })
      let grid = Grid(
        format: .table(table), rule: .given, scales: [1], scaleCoding: .implied(exponent: 0),
        zeroPoints: [], codes: (0..<shape.count).map { Int32($0 % (1 << weightBits)) })
      let tensor = try EncodedTensor(
        shape, grid: grid, kept: Bitmap(count: shape.count) { chosen.contains($0) }
      ).stored(as: Layout(.relative(bits: indexBits), .packed))
      let row = DeepCompressionTable.Row(name, tensor)
      let predicted = DeepCompressionTable.predictedRate(
        kept: kept, of: shape.count, weightBits: weightBits, indexBits: indexBits)
      // The smallest layers have too few gaps for chance to even out: 80 of 20·25 weights.
      let margin = shape.count > 20_000 ? 0.001 : 0.01
      #expect(abs(row.packedRate - predicted) < margin, "\(name)")
      #expect(row.kept == kept)
      #expect(row.huffmanRate <= row.packedRate + 1e-9, "\(name)")
      // The file's fillers have no value: every one saves a code.
      let bits = tensor.footprint.payloadBits
      #expect(Double(bits) <= row.packedRate * 32 * Double(shape.count) + 64, "\(name)")
      #expect(row.storedBytes == tensor.encodedBytes().count)
    }
  }
}
