import Catalog
import Compression
import Encodings
import Networks
import Tensors

/// Seconds by the amount of work: a line `NAME AMOUNT SECONDS` each.
func printGrowth() throws {
  for power in 4...8 {
    let count = (0..<power).reduce(1) { product, _ in product * 10 }
    let rows = count / 100
    var random = Random(seed: 0)
    let x = try EncodedTensor(Tensor.uniform([rows, 100], -1, 1, &random))
    let runs = power > 6 ? 1 : 5
    let prune = try leastSeconds(runs) { _ = try Prune(0.5)(x, random: &random) }
    print("prune", count, prune)
    let quantize = try leastSeconds(runs) { _ = try Quantize(.int8, per: .channel)(x) }
    print("quantize", count, quantize)
  }
  for network in BenchmarkedNetwork.allCases {
    let model = try network.model()
    for power in 0...10 {
      let batch = 1 << power
      let images = try network.data(count: batch).images
      print("infer-\(network.rawValue)", batch, try leastSeconds { _ = try model.predict(images) })
    }
  }
}
