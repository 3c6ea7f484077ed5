import Catalog
import Compression
import Networks
import Tensors

extension BenchmarkedNetwork {
  /// Writes the recipe and the parameters, layer by layer in the order of the model.
  func write(_ model: Model, to exchange: Exchange) throws {
    let shape = recipe.input.dimensions.map(String.init).joined(separator: " ")
    try exchange.write(
      "network.txt", text: "\(shape),\(recipe.layers)\n\(recipe.optimizer)\n")
    try exchange.write(
      "weights.f32", try model.parameters.flatMap { try $0.parameter.tensor.scalars })
  }
}

/// A step of training at batch 32, over an epoch of 64 batches.
func trainingRows() -> [BenchmarkRow] {
  let steps = 64
  return BenchmarkedNetwork.allCases.map { network in
    BenchmarkRow(name: "train/\(network.rawValue)") { exchange in
      let model = try network.model()
      let options = TrainingOptions(
        epochs: 1, batch: 32, optimizer: try network.optimizer(), loss: try CrossEntropy())
      func trained(_ data: LabeledData) throws -> Model {
        var random = Random(seed: 2)
        return try model.train(on: data, options, random: &random)
      }
      let (first, all) = (try network.data(count: 32), try network.data(count: 32 * steps))
      try network.write(model, to: exchange)
      try exchange.write("images.f32", first.images.scalars)
      try exchange.write("labels.f32", first.labels.scalars)
      return PreparedWork {
        try trained(first).parameters.flatMap { try $0.parameter.tensor.scalars }
      } run: {
        _ = try trained(all)
      }
    }
  }
}

/// Batches of 1 and 64 through networks in float32, and in int8 against float32 of our own.
func inferenceRows() -> [BenchmarkRow] {
  let kinds: [(name: String, changes: [String: Setting]?)] = [
    ("infer", nil), ("int8", ["activations": .option("static", Settings())]),
    ("dynamic", ["activations": .option("dynamic", Settings())]),
  ]
  return kinds.flatMap { kind in
    BenchmarkedNetwork.allCases.flatMap { network in
      [1, 64].map { batch in
        BenchmarkRow(name: "\(kind.name)/\(network.rawValue)/\(batch)") { exchange in
          let data = try network.data(count: 256)
          let plain = try network.model()
          let model = try kind.changes.map { try quantized(plain, data, $0) } ?? plain
          try network.write(plain, to: exchange)
          try exchange.write("images.f32", data.images.scalars)
          let width = data.images.count / data.count
          let images = try Tensor(
            Shape([batch] + data.images.shape.dimensions.dropFirst()),
            Array(data.images.scalars.prefix(batch * width)))
          return PreparedWork {
            try model.predict(data.images).scalars
          } run: {
            _ = try model.predict(images)
          }
        }
      }
    }
  }
}

/// The model with weights of 8 bits, a scale each channel, its activations ranged on the data.
func quantized(
  _ model: Model, _ data: LabeledData, _ changes: [String: Setting]
) throws -> Model {
  func option(_ name: String) -> Setting { .option(name, Settings()) }
  let settings: [String: Setting] = [
    "format": option("int8"), "per": option("channel"), "range": option("minmax"),
    "method": option("nearest"), "simulate": .boolean(false),
  ]
  var random = Random(seed: 0)
  let verb = try Quantize(Settings(settings.merging(changes) { $1 }))
  return try verb(model, Resources(data: data), random: &random)
}
