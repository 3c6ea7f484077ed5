import Tensors
import Testing

/// Choosing the lowest by counting, held against sorting.
@Suite struct LowestScoresTests {
  /// Which elements stay, by sorting (score, place).
  private func sorted(
    _ entries: [(scores: [Float], kept: [Bool])], lowest: Int
  ) -> [[Bool]] {
    var left: [(Float, Int, Int)] = []
    for (entry, (scores, kept)) in entries.enumerated() {
      for (place, score) in scores.enumerated() where kept[place] {
        left.append((score, entry, place))
      }
    }
    left.sort { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
    var result = entries.map(\.kept)
    for (_, entry, place) in left.prefix(lowest) { result[entry][place] = false }
    return result
  }

  private func words(_ bits: [Bool]) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (bits.count + 63) / 64)
    for (place, bit) in bits.enumerated() where bit { words[place / 64] |= 1 << UInt64(place % 64) }
    return words
  }

  private func expectSame(_ entries: [(scores: [Float], kept: [Bool])], lowest: Int) throws {
    let ranked = try entries.map {
      RankedNumbers(try Tensor($0.scores), kept: $0.kept.allSatisfy { $0 } ? nil : words($0.kept))
    }
    let found = try Tensor.keeping(allBut: lowest, lowestOf: ranked)
    #expect(found == sorted(entries, lowest: lowest).map(words))
    // With a sample, where there are enough.
    #expect(try Tensor.keeping(allBut: lowest, lowestOf: ranked, many: 1) == found)
    // Their magnitudes, where they stand.
    let magnitudes = ranked.map { RankedNumbers($0.numbers, areMagnitudes: true, kept: $0.kept) }
    #expect(
      try Tensor.keeping(allBut: lowest, lowestOf: magnitudes)
        == sorted(entries.map { ($0.scores.map(abs), $0.kept) }, lowest: lowest).map(words))
    #expect(
      try Tensor.keeping(allBut: lowest, lowestOf: magnitudes, many: 1)
        == Tensor.keeping(allBut: lowest, lowestOf: magnitudes))
  }

  @Test(arguments: [1, 5, 63, 64, 65, 127, 1000, 70_001])
  func countsOfAnySizeAgreeWithSorting(count: Int) throws {
    var random = Random(seed: UInt64(count))
    let scores = (0..<count).map { _ in Float(random.normal()) }
    let tied = (0..<count).map { _ in Float(random.below(5)) - 2 }
    let kept = (0..<count).map { _ in random.below(3) > 0 }
    for lowest in Set([1, count / 3, count / 2, count]) where lowest > 0 {
      try expectSame([(scores, scores.map { _ in true })], lowest: lowest)
      try expectSame([(tied, tied.map { _ in true })], lowest: lowest)
    }
    let left = kept.count { $0 }
    for lowest in Set([1, left / 2, left]) where lowest > 0 {
      try expectSame([(tied, kept)], lowest: lowest)
    }
  }

  @Test(arguments: [[3, 200, 65, 1], [20_000, 3, 9000, 40_000]])
  func severalTensorsAreRankedTogether(counts: [Int]) throws {
    var random = Random(seed: 1)
    let entries = counts.map { count in
      (
        scores: (0..<count).map { _ in Float(random.below(9)) },
        kept: (0..<count).map { _ in random.below(4) > 0 }
      )
    }
    let left = entries.reduce(0) { $0 + $1.kept.count { $0 } }
    for lowest in [1, 20, 100, left] { try expectSame(entries, lowest: lowest) }
  }

  @Test func extremesHaveTheirPlaceAndZerosAreEqual() throws {
    let scores: [Float] = [
      0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .greatestFiniteMagnitude, -0.0, 0, -1, 1,
    ]
    for lowest in 1...scores.count {
      try expectSame([(scores, scores.map { _ in true })], lowest: lowest)
    }
  }

  @Test(arguments: [0, 1, 15, 16, 63, 64, 65, 100_003])
  func masksAndTheirBitsAreThoseOfALoop(count: Int) throws {
    var random = Random(seed: 7)
    let numbers = (0..<count).map { index in
      index % 3 == 0 ? 0 : index % 7 == 0 ? -0.0 : index % 11 == 0 ? .nan : Float(random.normal())
    }
    let kept = (0..<count).map { _ in random.below(2) == 0 }
    let tensor = try Tensor(numbers)
    #expect(tensor.filledBits == words(numbers.map { $0.bitPattern != 0 }))
    let masked = try tensor.masked(words(kept)).scalars.map(\.bitPattern)
    #expect(masked == zip(numbers, kept).map { $1 ? $0.bitPattern : 0 })
  }
}
