import Tensors
import Testing

@testable import Encodings

/// The coders by themselves: what goes in comes out, in as few bits as theory allows.
@Suite struct CodingTests {
  private static let counts: [[Int]] = [
    [], [0], [5], [0, 7, 0], [1, 1], [0, 3, 0, 0, 9], [1, 1, 1, 1, 1], [8, 4, 2, 1, 1],
    [1, 1, 2, 3, 5, 8, 13, 21, 34, 55], [1000, 1, 1, 1], [3, 3, 3, 2, 2, 2, 2],
    (0..<256).map { $0 % 7 == 0 ? 0 : $0 * $0 % 97 + 1 },
  ]

  /// Symbols that occur as often as told, in mixed order.
  private func symbols(_ counts: [Int]) -> [Int] {
    var random = Random(seed: 9)
    let plain = counts.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
    return random.shuffledIndices(plain.count).map { plain[$0] }
  }

  @Test func huffmanIsAsShortAsTheBestPrefixCode() {
    for counts in Self.counts {
      let code = HuffmanCode(counts: counts)
      #expect(code.bits(counts) == leastBits(counts), "\(counts)")
      let total = counts.reduce(0, +)
      guard counts.count(where: { $0 > 0 }) > 1 else { continue }
      // H ≤ bits / n < H + 1, and Kraft's sum is 1.
      #expect(Double(code.bits(counts)) >= entropy(counts) * Double(total) - 1e-6, "\(counts)")
      #expect(Double(code.bits(counts)) < (entropy(counts) + 1) * Double(total), "\(counts)")
      let kraft = code.lengths.filter { $0 > 0 }.reduce(0) { $0 + 1 << (24 - $1) }
      #expect(kraft == 1 << 24, "\(counts)")
    }
  }

  @Test func canonicalCodesCountUpwards() throws {
    var writer = BitWriter()
    let code = HuffmanCode(lengths: [1, 2, 3, 3])
    for symbol in [0, 1, 2, 3] { code.write(symbol, to: &writer) }
    // 0 10 110 111, the first bit lowest: 1110 1101 0 from the right
    #expect(writer.finish() == [0b1101_1010, 0b1])
  }

  @Test func aLimitCostsLittleAndHolds() {
    let fibonacci = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    #expect(HuffmanLengths.lengths(fibonacci).max() == 9)
    let limited = HuffmanLengths.lengths(fibonacci, limit: 4)
    #expect(limited.max() == 4)
    #expect(limited.reduce(0) { $0 + 1 << (4 - $1) } == 16)
    #expect(
      zip(fibonacci, limited).reduce(0) { $0 + $1.0 * $1.1 } == leastBits(fibonacci, limit: 4))
    // Equal counts: the shorter codes go to the symbols ordered last, always the same ones.
    #expect(HuffmanLengths.lengths([1, 1, 1]) == [2, 2, 1])
  }

  @Test func huffmanComesBack() throws {
    for counts in Self.counts where counts.contains(where: { $0 > 0 }) {
      let symbols = symbols(counts)
      let bits = bitsNeeded(for: counts.count - 1)
      var writer = BitWriter()
      let code = HuffmanCode(counts: counts)
      code.writeTable(to: &writer, symbolBits: bits)
      #expect(writer.bitCount == code.tableBits(symbolBits: bits))
      for symbol in symbols { code.write(symbol, to: &writer) }
      var reader = BitReader(writer.finish()[...])
      let table = HuffmanReader(try HuffmanCode(from: &reader, symbolBits: bits))
      #expect(symbols.map { _ in table.read(&reader) } == symbols, "\(counts)")
      #expect(reader.restIsZero)
    }
  }

  @Test func codesLongerThanTheTableComeBack() throws {
    let counts = (0..<22).map { 1 << $0 }
    let code = HuffmanCode(counts: counts)
    #expect(code.lengths[0] == 21)
    var writer = BitWriter()
    code.writeTable(to: &writer, symbolBits: 5)
    let symbols = (0..<22).map { ($0 * 7) % 22 }
    for symbol in symbols { code.write(symbol, to: &writer) }
    var reader = BitReader(writer.finish()[...])
    let table = HuffmanReader(try HuffmanCode(from: &reader, symbolBits: 5))
    #expect(symbols.map { _ in table.read(&reader) } == symbols)
  }

  @Test func damagedTablesAreErrors() throws {
    var random = Random(seed: 3)
    for _ in 0..<20_000 {
      let bytes = (0..<random.below(12)).map { _ in UInt8(random.below(256)) }
      var reader = BitReader(bytes[...])
      if let code = try? HuffmanCode(from: &reader, symbolBits: 8) {
        #expect(code.lengths.count <= 256)
        var rest = reader
        _ = HuffmanReader(code).read(&rest)
      }
      reader = BitReader(bytes[...])
      if let table = try? FrequencyTable(from: &reader, symbolBits: 6) {
        #expect([0, 1 << 14].contains(table.shares.reduce(0, +)))
      }
    }
  }

  @Test func theRangeCoderComesBackNearTheEntropy() throws {
    for counts in Self.counts {
      let symbols = symbols(counts)
      let bits = counts.isEmpty ? 0 : bitsNeeded(for: counts.count - 1)
      var encoder = RangeEncoder()
      var tree = BitTree(bits: bits)
      for symbol in symbols { tree.encode(symbol, to: &encoder) }
      let adaptive = encoder.finish()
      tree = BitTree(bits: bits)
      var decoder = RangeDecoder(adaptive[...])
      #expect(symbols.map { _ in tree.decode(&decoder) } == symbols, "\(counts)")

      let table = try #require(FrequencyTable(counts: counts))
      encoder = RangeEncoder()
      for symbol in symbols { table.encode(symbol, to: &encoder) }
      let fixed = encoder.finish()
      decoder = RangeDecoder(fixed[...])
      let index = table.decodingIndex
      #expect(symbols.map { _ in table.decode(&decoder, index) } == symbols, "\(counts)")
      guard symbols.count > 100 else { continue }
      let least = entropy(counts) * Double(symbols.count)
      #expect(Double(fixed.count * 8) < least * 1.002 + 32, "\(counts)")
      #expect(Double(fixed.count * 8) > least - 8, "\(counts)")
    }
  }

  @Test func carriesRunThroughManyBytes() {
    var random = Random(seed: 77)
    for seed in 0..<200 {
      // Hardly ever surprising, so that long runs of 0xFF wait for a carry.
      let bits = (0..<3000).map { _ in random.below(400 + seed) != 0 }
      let shares = bits.map { _ in UInt32(random.below(2) == 0 ? 65_500 : 65_512) }
      var encoder = RangeEncoder()
      for (bit, share) in zip(bits, shares) { encoder.encode(bit, share: share) }
      var decoder = RangeDecoder(encoder.finish()[...])
      #expect(zip(bits, shares).allSatisfy { $0 == decoder.decode(share: $1) })
    }
  }

  @Test func frequencyTablesComeBack() throws {
    for counts in Self.counts {
      let table = try #require(FrequencyTable(counts: counts))
      var writer = BitWriter()
      table.write(to: &writer)
      var reader = BitReader(writer.finish()[...])
      let back = try FrequencyTable(from: &reader, symbolBits: 8)
      #expect(Array(back.shares.prefix(counts.count)) == table.shares)
    }
    #expect(FrequencyTable(counts: [Int](repeating: 1, count: 20_000)) == nil)
  }

  @Test func gapsAsInTheDoc() {
    let kept = Bitmap(count: 16) { [1, 4, 15].contains($0) }
    var codes: [Int] = []
    RelativeIndex.forEachCode(kept, bits: 3) { codes.append($0) }
    #expect(codes == [1, 2, 7, 3])
    #expect(RelativeIndex.counts(kept, bits: 3) == [0, 1, 1, 1, 0, 0, 0, 1])
  }

  /// Deep Compression's second figure: the gaps 1, 3, 8 (a filler) and 3 for the places 1, 4, 15.
  @Test func figureTwoHasOneFiller() {
    let kept = Bitmap(count: 16) { [0, 3, 14].contains($0) }
    #expect(RelativeIndex.paperFillers(kept, bits: 3) == 1)
    let exact = Bitmap(count: 16) { $0 == 7 || $0 == 15 }
    #expect(RelativeIndex.paperFillers(exact, bits: 3) == 0)
  }

  @Test func gapsComeBackAtEveryWidth() throws {
    var random = Random(seed: 4)
    let masks =
      [
        Bitmap(repeating: false, count: 0), Bitmap(repeating: false, count: 9),
        Bitmap(repeating: true, count: 9), Bitmap(count: 1000) { $0 == 999 },
      ] + [2, 10, 50].map { share in Bitmap(count: 700) { _ in random.below(share) == 0 } }
    for kept in masks {
      for bits in 1...10 {
        var codes: [Int] = []
        RelativeIndex.forEachCode(kept, bits: bits) { codes.append($0) }
        var counts = [Int](repeating: 0, count: 1 << bits)
        for code in codes { counts[code] += 1 }
        #expect(counts == RelativeIndex.counts(kept, bits: bits))
        var next = codes.makeIterator()
        let back = try RelativeIndex.places(kept.setCount, of: kept.count, bits: bits) {
          next.next()
        }
        #expect(back == kept)
      }
    }
    #expect(throws: EncodingError.self) {
      try RelativeIndex.places(1, of: 5, bits: 3) { 7 }
    }
  }

  @Test func masksComeBackAndStructureIsFound() {
    var random = Random(seed: 8)
    let shapes = [(0, 1), (1, 1), (7, 3), (40, 50), (200, 1), (1, 200)]
    for (rows, columns) in shapes {
      for share in [1, 2, 12, 1000] {
        let kept = Bitmap(count: rows * columns) { _ in random.below(share) == 0 }
        var encoder = RangeEncoder()
        MaskModel.encode(kept, columns: columns, to: &encoder)
        var decoder = RangeDecoder(encoder.finish()[...])
        #expect(MaskModel.decode(kept.count, columns: columns, &decoder) == kept)
      }
    }
    // Chance costs its entropy (0.402 bits at 8 %) and little more; empty columns cost nothing.
    let chance = Bitmap(count: 20_000) { _ in random.below(25) < 2 }
    let columns = Bitmap(count: 20_000) { $0 % 100 < 20 && random.below(5) < 2 }
    #expect(maskBits(chance) < 20_000 * 0.402 * 1.1)
    #expect(maskBits(columns) < 4000 * 0.971 * 1.1)
  }

  private func maskBits(_ kept: Bitmap) -> Double {
    var encoder = RangeEncoder()
    MaskModel.encode(kept, columns: 100, to: &encoder)
    return Double(encoder.finish().count * 8)
  }

  private func entropy(_ counts: [Int]) -> Double {
    let total = Double(counts.reduce(0, +))
    return counts.filter { $0 > 0 }.reduce(0) { $0 + Double($1) / total * log2(total / Double($1)) }
  }

  /// The bits of the best prefix code by Huffman's own rule: the sums of all merged pairs; with a
  /// limit by trying every way to share out the lengths.
  private func leastBits(_ counts: [Int], limit: Int? = nil) -> Int {
    var heap = counts.filter { $0 > 0 }.sorted()
    if let limit { return limited(heap.reversed(), 0, 1 << limit, limit) ?? -1 }
    var bits = 0
    while heap.count > 1 {
      let pair = heap[0] + heap[1]
      bits += pair
      heap.removeFirst(2)
      heap.insert(pair, at: heap.firstIndex { $0 > pair } ?? heap.count)
    }
    return bits
  }

  private func limited(_ counts: [Int], _ from: Int, _ left: Int, _ limit: Int) -> Int? {
    guard let count = counts.first else { return left >= 0 ? 0 : nil }
    guard left > 0 else { return nil }
    return (max(from, 1)...limit).compactMap { length in
      limited(Array(counts.dropFirst()), length, left - 1 << (limit - length), limit)
        .map { $0 + count * length }
    }.min()
  }
}

private func log2(_ x: Double) -> Double {
  // Only for bounds: natural logarithm by its series around a power of two.
  let exponent = Double(x.exponent)
  let t = (x.significand - 1) / (x.significand + 1)
  var (term, sum) = (t, 0.0)
  for k in stride(from: 1.0, to: 60, by: 2) {
    sum += term / k
    term *= t * t
  }
  return exponent + 2 * sum / 0.693147180559945309
}
