import Catalog
import Compression
import Encodings
import Glibc
import Networks
import Tensors

/// Seconds and bytes by the amount of work: a line `NAME AMOUNT SECONDS BYTES` each.
///
/// Bytes are the peak of the process during the work beyond what it held before.
func printGrowth() throws {
  for power in 4...8 {
    let count = (0..<power).reduce(1) { product, _ in product * 10 }
    var random = Random(seed: 0)
    let x = try EncodedTensor(Tensor.uniform([count / 100, 100], -1, 1, &random))
    let runs = power > 6 ? 1 : 5
    try grown("prune", count, runs) { _ = try Prune(0.5)(x, random: &random) }
    try grown("quantize", count, runs) { _ = try Quantize(.int8, per: .channel)(x) }
    try grown("share", count, runs) {
      _ = try Share(clusters: 16, start: .exact)(x, random: &random)
    }
    let codes = try Quantize(.int8)(x)
    try grown("huffman", count, runs) {
      _ = try codes.stored(as: Layout(.all, .huffman)).encodedBytes()
    }
  }
  for network in BenchmarkedNetwork.allCases {
    let model = try network.model()
    for power in 0...10 {
      let batch = 1 << power
      let images = try network.data(count: batch).images
      try grown("infer-\(network.rawValue)", batch, 5) { _ = try model.predict(images) }
    }
  }
}

private func grown(_ name: String, _ amount: Int, _ runs: Int, _ work: () throws -> Void) throws {
  let before = forgetPeak()
  let first = try ContinuousClock().measure(work) / .seconds(1)
  let bytes = max(0, peak() - before)
  // Memory touched for the first time comes slowly; only what takes long is not run again.
  print(name, amount, first < 10 ? try leastSeconds(runs, work) : first, bytes)
  fflush(nil)
}

/// Lets the peak of memory start again from what is held now, which is returned.
private func forgetPeak() -> Int {
  giveBackFreeMemory()
  if let file = fopen("/proc/self/clear_refs", "w") {
    fputs("5", file)
    fclose(file)
  }
  return peak()
}

/// Otherwise work would seem to need none that reuses what was freed before it.
private func giveBackFreeMemory() {
  // The C library's `malloc_trim`, whose header Swift's module leaves out.
  guard let trim = dlsym(dlopen(nil, RTLD_NOW), "malloc_trim") else { return }
  _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> CInt).self)(0)
}

/// The largest amount of memory held so far, in bytes; 0 where the system does not say.
private func peak() -> Int {
  guard let file = fopen("/proc/self/status", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  while fgets(&line, 256, file) != nil {
    let words = String(
      decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self
    )
    .split { $0 == " " || $0 == "\t" || $0 == "\n" }
    if words.first == "VmHWM:", words.count > 1, let kilobytes = Int(words[1]) {
      return kilobytes * 1024
    }
  }
  return 0
}
