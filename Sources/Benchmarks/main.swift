// What the figures of docs/benchmarks.md are measured with; `side-by-side` runs it in turn with
// PyTorch, ONNX Runtime and the others of `peers`.
//
//     Benchmarks rows FAMILY FOLDER       takes turns with a peer; FOLDER is what both read
//     Benchmarks train NETWORK            trains once, for the peak of memory
//     Benchmarks load FILE                loads a container, for the peak of memory
//     Benchmarks limits                   this machine's speed of products and of copying
//     Benchmarks growth                   seconds by how much work there is
//     Benchmarks kernels [NETWORK…]       compressed networks by format, see CompressedSpeed.swift
//
// Families: train infer int8 dynamic sparse dense prune quantize share huffman container language.
// Two threads, unless ESPALIER_THREADS says otherwise.

import Containers
import Glibc
import Networks
import Tensors

Kernels.use(threads: getenv("ESPALIER_THREADS").flatMap { Int(String(cString: $0)) } ?? 2)
let arguments = CommandLine.arguments.dropFirst()
let rows =
  trainingRows() + inferenceRows() + sparseRows() + denseRows() + compressionRows()
  + codingRows() + languageRows()
switch (arguments.first, arguments.dropFirst().first) {
case ("rows", let family?):
  try serve(
    rows.filter { $0.name.prefix(while: { $0 != "/" }) == family },
    Exchange(folder: arguments.last ?? "."))
case ("train", let network?):
  guard let network = BenchmarkedNetwork(rawValue: network) else { exit(64) }
  let options = TrainingOptions(
    epochs: 1, batch: 32, optimizer: try network.optimizer(), loss: try CrossEntropy())
  var random = Random(seed: 2)
  _ = try network.model().train(on: network.data(count: 2048), options, random: &random)
case ("save", let folder?):
  try Exchange(folder: folder).write("model.espm", bytes: Container.encode(hundredMegabytes()))
case ("load", let folder?):
  _ = try loadedModel(Exchange(folder: folder))
case ("limits", _): try printLimits()
case ("growth", _): try printGrowth()
case ("kernels", _): try printCompressedSpeeds(arguments.dropFirst())
default:
  print("Benchmarks rows|train|save|load|limits|growth|kernels: see main.swift")
  exit(64)
}
