import Catalog
import Compression
import Encodings
import Networks
import Tensors

/// A linear layer of 4096 × 4096 with 90% or 95% of its weights 0.
func sparseRows() -> [BenchmarkRow] {
  [90, 95].flatMap { percent in
    [1, 16, 64].map { rows in
      BenchmarkRow(name: "sparse/\(percent)/\(rows)") { exchange in
        let side = 4096
        var random = Random(seed: 0)
        let weights = try Tensor.normal([side, side], mean: 0, deviation: 1, &random)
        let pruned = try Prune(Double(percent) / 100)(EncodedTensor(weights), random: &random)
        let x = try Tensor.uniform([rows, side], -1, 1, &random)
        try exchange.write("weights.f32", pruned.values.scalars)
        try exchange.write("x.f32", x.scalars)
        var model = try Model.input([side]).appending(
          Linear(Settings(["outputs": .number(Double(side))])), random: &random)
        model = try model.replacing(
          model.weights[0].path, with: .encoded(pruned), constraint: nil)
        return PreparedWork {
          try model.predict(x).scalars
        } run: {
          _ = try model.predict(x)
        }
      }
    }
  }
}

/// The same layer as it is: what sparse rows have to beat.
func denseRows() -> [BenchmarkRow] {
  [1, 16, 64].map { rows in
    BenchmarkRow(name: "dense/0/\(rows)") { exchange in
      let side = 4096
      var random = Random(seed: 0)
      let weights = try Tensor.normal([side, side], mean: 0, deviation: 1, &random)
      let x = try Tensor.uniform([rows, side], -1, 1, &random)
      try exchange.write("weights.f32", weights.scalars)
      try exchange.write("x.f32", x.scalars)
      var model = try Model.input([side]).appending(
        Linear(Settings(["outputs": .number(Double(side))])), random: &random)
      model = try model.replacing(model.weights[0].path, with: weights)
      return PreparedWork {
        try model.predict(x).scalars
      } run: {
        _ = try model.predict(x)
      }
    }
  }
}

/// 25 million weights pruned and quantized, a million shared.
func compressionRows() -> [BenchmarkRow] {
  func weights(_ rows: Int, _ columns: Int, _ exchange: Exchange) throws -> EncodedTensor {
    var random = Random(seed: 0)
    let weights = try Tensor.normal([rows, columns], mean: 0, deviation: 1, &random)
    try exchange.write("weights.f32", weights.scalars)
    return try EncodedTensor(weights)
  }
  func row(
    _ name: String, _ rows: Int, _ columns: Int,
    _ work: @escaping (EncodedTensor) throws -> EncodedTensor,
    output: @escaping (EncodedTensor) throws -> [Float] = { try $0.values.scalars }
  ) -> BenchmarkRow {
    BenchmarkRow(name: name) { exchange in
      let x = try weights(rows, columns, exchange)
      return PreparedWork {
        try output(work(x))
      } run: {
        _ = try work(x)
      }
    }
  }
  return [
    row("prune/25M", 5000, 5000) { x in
      var random = Random(seed: 0)
      return try Prune(0.5)(x, random: &random)
    },
    row("quantize/25M", 5000, 5000) { try Quantize(.int8, per: .channel)($0) },
    row("share/1M", 1000, 1000) { x in
      var random = Random(seed: 0)
      return try Share(clusters: 16, start: .exact)(x, random: &random)
    },
  ]
}
