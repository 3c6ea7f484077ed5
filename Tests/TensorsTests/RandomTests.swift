import TestSupport
import Testing

@testable import Tensors

@Suite struct RandomTests {
  @Test func theStreamIsThePublishedSplitMix() {
    // The reference program of Vigna, seed 1234567.
    var random = Random(seed: 1_234_567)
    let first = (0..<5).map { _ in random.nextUInt64() }
    #expect(
      first == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test(arguments: [
    // Where erfc(−x/√2)/2 = p, found by halving in double.
    (0.5, 0.0), (0.975, 1.959963984540054), (0.025, -1.959963984540054),
    (0.9, 1.2815515655446004), (1e-10, -6.361340902404056), (0.999, 3.090232306167813),
    (1e-300, -37.04709629936121),
  ])
  func theNormalQuantileHasItsKnownValues(_ p: Double, _ expected: Double) {
    #expect(abs(normalQuantile(p) - expected) <= 1e-11 * max(1, abs(expected)))
  }

  @Test func normalNumbersHaveTheirMoments() throws {
    let x = try normalTensor([200_000], seed: 3)
    // Five standard errors: 5/√n and 5·√(2/n).
    #expect(abs(try x.folded(.mean)) < 0.0112)
    #expect(abs(try x.folded(.variance) - 1) < 0.0159)
  }

  @Test func uniformNumbersStayBelowTheirEnd() throws {
    let x = try uniformTensor([100_000], -1, 2, seed: 4)
    #expect(try x.folded(.minimum) >= -1)
    #expect(try x.folded(.maximum) < 2)
    #expect(abs(try x.folded(.mean) - 0.5) < 0.014)
    #expect(try uniformTensor([3], 5, 5).scalars == [5, 5, 5])
  }

  @Test func shufflingKeepsEveryIndexOnce() {
    var random = Random(seed: 9)
    let order = random.shuffledIndices(100)
    #expect(order.sorted() == Array(0..<100))
    #expect(order != Array(0..<100))
    #expect(random.shuffledIndices(0).isEmpty)
  }

  @Test func aSplitStreamDoesNotFollowItsParent() {
    var parent = Random(seed: 1)
    var child = parent.split()
    let both = zip((0..<100).map { _ in parent.next() }, (0..<100).map { _ in child.next() })
    #expect(both.allSatisfy { $0 != $1 })
    var again = Random(seed: 1)
    var sameChild = again.split()
    var thirdChild = parent.split()
    let first = sameChild.next()
    #expect(first != thirdChild.next())
  }

  @Test func belowCoversItsRangeEvenly() {
    var random = Random(seed: 5)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[random.below(7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    #expect(random.below(0) == 0 && random.below(-3) == 0 && random.below(1) == 0)
  }
}
