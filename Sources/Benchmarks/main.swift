// How many images a second training takes in, at batch 32:
//
//     Benchmarks [threads] [network…]     2 threads and all networks unless said otherwise:
//                                         000 001 002 003 004 lenet-300-100
//     Benchmarks [threads] kernels        how long compressed networks take instead, see
//                                         CompressedSpeed.swift
//
// One line a network: its name and images a second, the best of five rounds of about half a second.
// `side-by-side` runs this and PyTorch eager alternately.

import Glibc
import Networks
import Tensors

var chosen = CommandLine.arguments.dropFirst()
Kernels.use(threads: chosen.first.flatMap { $0.count == 1 ? Int($0) : nil } ?? 2)
chosen = chosen.drop { $0.count == 1 }
if chosen.first == "kernels" {
  try printCompressedSpeeds(chosen.dropFirst())
  exit(0)
}
for network in BenchmarkedNetwork.allCases
where chosen.isEmpty || chosen.contains(network.rawValue) {
  let rate = try imagesPerSecond(network)
  print(network.rawValue, Int(rate))
}

/// The best of five rounds, after a first one that makes and caches the kernels.
func imagesPerSecond(_ network: BenchmarkedNetwork) throws -> Double {
  let model = try network.model()
  let options = TrainingOptions(
    epochs: 1, batch: 32, optimizer: try network.optimizer(), loss: try CrossEntropy())
  var best = 0.0
  var count = 32 * 8
  for round in 0...5 {
    let data = try network.data(count: count)
    var random = Random(seed: 2)
    let time = try ContinuousClock().measure {
      _ = try model.train(on: data, options, random: &random)
    }
    let rate = Double(count) / (time / .seconds(1))
    if round > 0 { best = max(best, rate) }
    // Whole batches that take about half a second, at most 100 MB of images.
    count = 32 * max(8, min(1000, Int(rate / 64)))
  }
  return best
}
