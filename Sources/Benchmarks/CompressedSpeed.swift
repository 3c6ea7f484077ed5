// One image and 256 images through each network as it is and compressed, in microseconds a run.
//
//     dense      float32 weights, oneDNN
//     int8       static activations, bytes in and out of every layer
//     dynamic    int8 weights, activations made bytes example by example
//     int4       4-bit weights in groups of 32, float activations
//     sparse     92% of the weights pruned by magnitude, float
//
// Variants take turns, so that what slows the machine slows all; each figure is the best of 40
// turns of about a millisecond, which other work on the machine interrupts least. Weights are random: how long a product takes does not depend on them.

import Catalog
import Compression
import Encodings
import Networks
import Tensors

func printCompressedSpeeds(_ chosen: ArraySlice<String>) throws {
  print("bytes: \(Kernels.byteInstructions), threads: \(Kernels.threads)")
  for network in BenchmarkedNetwork.allCases
  where chosen.isEmpty || chosen.contains(network.rawValue) {
    let data = try network.data(count: 256)
    let variants = try compressed(network.model(), data)
    for batch in [1, 256] {
      let times = try best(variants.map(\.model), data, batch: batch)
      let dense = times[0]
      let columns = zip(variants, times).map { variant, time in
        "\(variant.name) \(digits(time * 1e6)) µs (\(digits(dense / time))×)"
      }
      print("\(network.rawValue), \(batch): \(columns.joined(separator: "  "))")
    }
  }
}

/// A tensor with the share of its weights of the largest magnitude kept.
private func keeping(_ share: Double, of weights: Tensor) throws -> EncodedTensor {
  let count = Int(Double(weights.count) * share)
  let order = weights.scalars.indices.sorted { abs(weights[$0]) > abs(weights[$1]) }
  let kept = Set(order.prefix(count))
  return try EncodedTensor(weights, kept: Bitmap(count: weights.count) { kept.contains($0) })
}

private func compressed(
  _ model: Model, _ data: LabeledData
) throws -> [(name: String, model: Model)] {
  func option(_ name: String, _ settings: Settings = Settings()) -> Setting {
    .option(name, settings)
  }
  let quantize: [String: Setting] = [
    "format": option("int8"), "per": option("channel"), "range": option("minmax"),
    "method": option("nearest"), "simulate": .boolean(false),
  ]
  func quantized(_ changes: [String: Setting]) throws -> Model {
    var random = Random(seed: 0)
    let verb = try Quantize(Settings(quantize.merging(changes) { $1 }))
    return try verb(model, Resources(data: data), random: &random)
  }
  let pruned = try model.mapParameters { entry in
    guard entry.parameter.isWeight else { return nil }
    var parameter = entry.parameter
    parameter.value = .encoded(try keeping(0.08, of: entry.parameter.tensor))
    return parameter
  }
  return [
    ("dense", model), ("int8", try quantized(["activations": option("static")])),
    ("dynamic", try quantized(["activations": option("dynamic")])),
    ("int4", try quantized(["format": option("int4")])), ("sparse", pruned),
  ]
}

/// The least seconds of one run of each model on the first images.
private func best(
  _ models: [Model], _ data: LabeledData, batch: Int
) throws -> [Double] {
  let width = data.images.count / data.count
  let images = try Tensor(
    Shape([batch] + data.images.shape.dimensions.dropFirst()),
    Array(data.images.scalars.prefix(batch * width)))
  func seconds(_ index: Int, _ runs: Int) throws -> Double {
    try ContinuousClock().measure {
      for _ in 0..<runs { _ = try models[index].predict(images) }
    } / .seconds(1)
  }
  let runs = try models.indices.map { index in
    _ = try seconds(index, 3)
    return max(1, Int(0.001 / (try seconds(index, 3) / 3)))
  }
  var least = [Double](repeating: .infinity, count: models.count)
  for _ in 0..<40 {
    for index in models.indices {
      least[index] = min(least[index], try seconds(index, runs[index]) / Double(runs[index]))
    }
  }
  return least
}

private func digits(_ value: Double) -> String {
  let tenths = (value * 10).rounded() / 10
  return value >= 100 ? "\(Int(value.rounded()))" : "\(tenths)"
}
