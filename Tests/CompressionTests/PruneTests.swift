import Compression
import Encodings
import Networks
import Tensors
import Testing

@Suite struct PruneTests {
  private func prune(
    _ scalars: [Float], _ share: Double?, by criterion: any Criterion = MagnitudeCriterion()
  ) throws -> [Float] {
    var random = Random(seed: 0)
    let x = try EncodedTensor(Tensor([scalars.count], scalars))
    return try Prune(share, by: criterion)(x, random: &random).values.scalars
  }

  @Test func theSmallestGoFirst() throws {
    #expect(try prune([1, -2, 3], 1 / 3) == [0, -2, 3])
    #expect(try prune([3, -1, 2, -4], 0.5) == [3, 0, 0, -4])
  }

  @Test func tiesFallToTheLowestIndex() throws {
    #expect(try prune([1, 1, 1, 1], 0.25) == [0, 1, 1, 1])
    #expect(try prune([-0.0, 0, 0, 7], 0.5) == [0, 0, 0, 7])
  }

  @Test func theCountIsRoundedHalfToEven() throws {
    // torch.nn.utils.prune: n = 5, share 0.5 → round(2.5) = 2 (TFMOT prunes 3)
    #expect(try prune([1, 2, 3, 4, 5], 0.5) == [0, 0, 3, 4, 5])
    // 1.5 → 2
    #expect(try prune([1, 2, 3], 0.5) == [0, 0, 3])
    // 0.29·100 is 28.999… in doubles; the floor would be 28
    #expect(try prune((1...100).map { Float($0) }, 0.29).count { $0 == 0 } == 29)
  }

  @Test func nothingAndEverythingCanBePruned() throws {
    #expect(try prune([1, 2], 0) == [1, 2])
    #expect(try prune([1, 2], 1) == [0, 0])
    #expect(try prune([], 0.5) == [])
  }

  @Test func aShareLiesBetweenNoneAndAll() throws {
    let error = #expect(throws: PruneError.self) {
      try prune([Float](repeating: 1, count: 25), 40)
    }
    #expect(error == .notAShare(40, of: 25))
    #expect(error?.headline == "40 is not a share of the weights")
    #expect(error?.help == ["`40%` prunes 10 of 25"])
    #expect(throws: PruneError.self) { try prune([1], -0.1) }
    #expect(throws: PruneError.self) { try prune([1], .nan) }
  }

  @Test func prunedWeightsCountAndStayPruned() throws {
    var random = Random(seed: 0)
    let x = try EncodedTensor(Tensor([5], [5, 4, 3, 2, 1]))
    // torch would prune rne(0.5·3) of the remaining three and leave one.
    let half = try Prune(0.5)(x, random: &random)
    #expect(try half.values.scalars == [5, 4, 3, 0, 0])
    #expect(try Prune(0.5)(half, random: &random) == half)
    #expect(try Prune(0.8)(half, random: &random).values.scalars == [5, 0, 0, 0, 0])
    #expect(try Prune(0.2)(half, random: &random) == half)
  }

  @Test func aKeptZeroMayGoButAPrunedOneIsAlreadyGone() throws {
    var random = Random(seed: 0)
    let x = try EncodedTensor(Tensor([4], [0, 3, 2, 1]))
    let once = try Prune(0.25)(x, random: &random)
    #expect(once.kept?[0] == false)
    let negative = UserCriterion(needs: [.weight], text: "w => -abs(w)") {
      .scores(try $0.weight.mapped(.absolute).mapped(.negate))
    }
    let twice = try Prune(0.5, by: negative)(once, random: &random)
    #expect(try twice.values.scalars == [0, 0, 2, 1])
  }

  @Test func aUserCriterionIsAskedAndChecked() throws {
    let gradient = try Tensor([3], [9, 1, 1])
    let taylor = UserCriterion(needs: [.weight, .gradient], text: "taylor") { statistics in
      .scores(
        try Tensor.apply(.multiply, statistics.weight, statistics.value(.gradient))
          .mapped(.absolute))
    }
    var random = Random(seed: 0)
    let x = try EncodedTensor(Tensor([3], [1, -2, 3]))
    let pruned = try Prune(1 / 3, by: taylor)(x, [.gradient: gradient], random: &random)
    #expect(try pruned.values.scalars == [1, 0, 3])
    #expect(throws: PruneError.missing(.gradient)) {
      try Prune(1 / 3, by: taylor)(x, random: &random)
    }
    let short = UserCriterion(needs: [.weight], text: "short") { _ in .scores(gradient) }
    #expect(throws: PruneError.wrongShape([3], wanted: [2], criterion: "short")) {
      try prune([1, 2], 0.5, by: short)
    }
  }

  @Test func aMaskTakesNoAmount() throws {
    let small = UserCriterion(needs: [.weight], text: "small") {
      .pruned(try Tensor.apply(.less, $0.weight, 2))
    }
    #expect(try prune([1, 5, -3], nil, by: small) == [0, 5, 0])
    #expect(throws: PruneError.amountNotTaken(criterion: "small")) {
      try prune([1, 5], 0.5, by: small)
    }
    #expect(throws: PruneError.amountMissing(criterion: "magnitude")) { try prune([1], nil) }
  }

  @Test func chanceIsRepeatableAndExact() throws {
    let x = try EncodedTensor(Tensor.ones([100]))
    var first = Random(seed: 7)
    var second = Random(seed: 7)
    let prune = Prune(0.3, by: RandomCriterion())
    let pruned = try prune(x, random: &first)
    #expect(try prune(x, random: &second) == pruned)
    #expect(pruned.keptCount == 70)
    #expect(try prune(x, random: &first) != pruned, "the run's stream has gone on")
    let seeded = Prune(0.3, by: RandomCriterion(), seed: 3)
    let before = first
    #expect(try seeded(x, random: &first) == seeded(x, random: &second))
    #expect(first == before, "a seed of its own leaves the run's stream alone")
  }

  @Test func magnitudeDrawsNothing() throws {
    var random = Random(seed: 7)
    _ = try Prune(0.5)(EncodedTensor(Tensor.ones([4])), random: &random)
    #expect(random == Random(seed: 7))
  }

  @Test func aQuantizedTensorStaysOnItsGrid() throws {
    let q = try Quantize(.int8)(EncodedTensor(Tensor([4], [1, -2, 3, 0.5])))
    var random = Random(seed: 0)
    let pruned = try Prune(0.5)(q, random: &random)
    #expect(pruned.grid?.scales == q.grid?.scales)
    #expect(pruned.grid?.codes == [0, -85, 127, 0])
    #expect(pruned.keptCount == 2)
  }
}
