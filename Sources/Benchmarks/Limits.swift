import COneDNN
import Catalog
import Compression
import Encodings
import Networks
import Tensors

/// The least seconds of a few runs, after one that makes the kernels ready.
func leastSeconds(_ runs: Int = 7, _ body: () throws -> Void) rethrows -> Double {
  try body()
  var least = Double.infinity
  for _ in 0..<runs {
    least = min(least, try ContinuousClock().measure(body) / .seconds(1))
  }
  return least
}

/// What this machine can do at most, and how near our own rows come: a line `NAME VALUE UNIT` each.
func printLimits() throws {
  var random = Random(seed: 0)
  let side = 2048
  let a = try Tensor.uniform([side, side], -1, 1, &random)
  let flops = 2 * Double(side) * Double(side) * Double(side)
  let floats = flops / (try leastSeconds { _ = try a.matrixProduct(a) }) / 1e9
  print("float32 matrix product \(Int(floats)) GFLOP/s")

  let bytes = [UInt8](repeating: 3, count: side * side)
  let signed = [Int8](repeating: 3, count: side * side)
  var sums = [Int32](repeating: 0, count: side * side)
  let integers =
    flops
    / leastSeconds { _ = espalier_onednn_int8(bytes, signed, side, side, side, &sums) } / 1e9
  print("int8 matrix product (oneDNN) \(Int(integers)) GOP/s")
  let weights = ByteWeights(signed, outputs: side, inputs: side)
  let x = try ByteTensor([side, side], bytes)
  let rescaling = Rescaling(
    offsets: [Int32](repeating: 0, count: side),
    multipliers: [Float](repeating: 1e-4, count: side))
  let ours = flops / (try leastSeconds { _ = try weights.linearCodes(x, rescaling) }) / 1e9
  print("int8 matrix product (ours) \(Int(ours)) GOP/s")

  let from = try Tensor.full([25_000_000], 1)
  let copy = try leastSeconds {
    _ = try Tensor(unsafeUninitialized: from.shape) { target in
      from.withScalars { _ = target.update(fromContentsOf: $0) }
    }
  }
  print("memory copy \(Int(0.2 / copy)) GB/s")

  for network in BenchmarkedNetwork.allCases {
    let data = try network.data(count: 64)
    let model = try network.model()
    let integer = try quantized(model, data, ["activations": .option("static", Settings())])
    let operations = 2 * 64 * Double(model.multiplyAdds)
    for (name, model, peak) in [("float32", model, floats), ("int8", integer, integers)] {
      let seconds = try leastSeconds(40) { _ = try model.predict(data.images) }
      let speed = operations / seconds / 1e9
      print("\(network.rawValue) \(name) batch 64 \(Int(speed)) Gop/s \(Int(100 * speed / peak)) %")
    }
  }
}
