import Catalog
import Compression
import Encodings
import Networks
import Tensors
import Testing

/// Criteria on cases worked by hand, ties, zeros and awkward numbers.
@Suite struct CriteriaTests {
  private func criterion(
    _ name: String, _ settings: [String: Setting] = [:]
  ) throws -> any Criterion {
    let type = try #require(criterionCatalog.first { $0.card.name == name })
    return try type.init(Settings(settings))
  }

  private func scores(
    _ name: String, _ weight: [Float], _ others: [Statistic: [Float]] = [:],
    _ settings: [String: Setting] = [:], shape: Shape? = nil, share: Double? = nil
  ) throws -> [Float] {
    let shape = shape ?? [weight.count]
    let statistics = Statistics(
      weight: try Tensor(shape, weight), try others.mapValues { try Tensor(shape, $0) },
      share: share)
    switch try criterion(name, settings).judge(statistics) {
    case .scores(let scores): return scores.scalars
    case .magnitudes: return statistics.weight.scalars.map(abs)
    case .pruned(let mask), .revised(let mask, _): return mask.scalars
    }
  }

  private func pruned(
    _ name: String, _ weight: [Float], _ share: Double?, _ others: [Statistic: [Float]] = [:],
    _ settings: [String: Setting] = [:], shape: Shape? = nil, kept: Bitmap? = nil
  ) throws -> [Float] {
    let shape = shape ?? [weight.count]
    var random = Random(seed: 0)
    let by = try criterion(name, settings)
    let x = try EncodedTensor(Tensor(shape, weight), kept: kept)
    return try Prune(share, by: by, scope: by.scope)(
      x, others.mapValues { try Tensor(shape, $0) }, random: &random
    ).values.scalars
  }

  @Test func aThresholdKeepsWhatIsJustThere() throws {
    #expect(
      try pruned("threshold", [0.5, -0.5, 0.49, 0], nil, [:], ["below": .number(0.5)])
        == [0.5, -0.5, 0, 0])
    #expect(try pruned("threshold", [1, 0], nil, [:], ["below": .number(0)]) == [1, 0])
    // σ of [1, −1, 3, −3] is √5 = 2.236; s = 0.4 puts the limit at 0.894, s = 0.5 at 1.118.
    #expect(
      try pruned("sigmaThreshold", [1, -1, 3, -3], nil, [:], ["times": .number(0.4)])
        == [1, -1, 3, -3])
    #expect(
      try pruned("sigmaThreshold", [1, -1, 3, -3], nil, [:], ["times": .number(0.5)])
        == [0, 0, 3, -3])
    // All equal: σ = 0, and nothing lies below 0.
    #expect(try pruned("sigmaThreshold", [2, 2], nil) == [2, 2])
    #expect(throws: PruneError.self) { try pruned("threshold", [1], 0.5) }
  }

  @Test func whatArticle000PrintsPrunesLargeNegativeGradients() throws {
    let others: [Statistic: [Float]] = [
      .gradientMean: [0, 1e-4, -5, 5], .gradientStd: [0, 1e-4, 0.1, 0],
    ]
    #expect(try scores("gradientStability", [1, 1, 1, 1], others) == [1, 1, 0, 0])
    // 0/0 fails the test, 1e-4/1e-4 = 1 fails it, −0.02 passes: only the largest one goes.
    #expect(
      try scores("gradientStability", [1, 1, 1, 1], others, ["printed": .boolean(true)])
        == [0, 0, 1, 0])
  }

  @Test func article003PrintedPrunesTheLargestAndMeantTheSmallest() throws {
    let weight: [Float] = [0.1, -4, 1, 0]
    let others: [Statistic: [Float]] = [.gradient: [2, 8, 0, 1]]
    for name in ["inverseSum", "inverseMax"] {
      #expect(try pruned(name, weight, 0.25, others) == [0.1, 0, 1, 0], "\(name)")
      #expect(
        try pruned(name, weight, 0.25, others, ["meant": .boolean(true)]) == [0.1, -4, 0, 0],
        "\(name): of the two with ∞ the lower index")
    }
    #expect(try scores("unitGradient", [1, 1], [.gradient: [0, 0]]) == [0, 0])
    #expect(try scores("unitGradient", [1, 1], [.gradient: [3, -4]]) == [0.6, 0.8])
    // Σ w = −3: as printed every gradient is at least that, and everything goes.
    #expect(
      try pruned(
        "gradientSize", [-1, -2], nil, [.gradient: [0.1, 9]], ["printed": .boolean(true)])
        == [0, 0])
  }

  @Test func neighboursAreCountedAsByEveryPair() throws {
    var random = Random(seed: 9)
    let weight =
      try Tensor.normal([300], &random).scalars + [
        0, 0, 40, -40, 1e20, 7.01, .leastNormalMagnitude,
      ]
    let kept = Int((0.5 * Double(weight.count)).rounded(.toNearestOrEven))
    func pairs(_ x: Float, _ others: some Sequence<Float>) -> Double {
      others.reduce(0) { $0 + exponential(-pow2(Double(x) - Double($1))) }
    }
    let printed = try scores("neighbourSimilarity", weight)
    let meant = try scores("neighbourSimilarity", weight, [:], ["meant": .boolean(true)])
    for (index, x) in weight.enumerated() {
      let all = pairs(x, weight)
      #expect(abs(Double(printed[index]) - pairs(x, weight.prefix(kept)) / all) < 1e-6)
      #expect(abs(Double(meant[index]) - 1 / all) < 1e-6 / all)
    }
    // n is what prune leaves: pruning nothing, n = m and every P is 1.
    #expect(try scores("neighbourSimilarity", [1, 5, 9], share: 0) == [1, 1, 1])
    #expect(throws: PruneError.self) { try scores("neighbourSimilarity", [1, .infinity]) }
    #expect(try scores("neighbourSimilarity", []) == [])
  }

  private func pow2(_ x: Double) -> Double { x * x }

  /// e^x by its series after halving, independent of the library's.
  private func exponential(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    let small = x / 1024
    var term = 1.0
    var sum = 1.0
    for k in 1...20 {
      term *= small / Double(k)
      sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
  }

  @Test func lampSharesOutWhatWouldBeLeft() throws {
    // Squares 9, 1, 4 sorted 1, 4, 9: 1/14, 4/13, 9/9.
    #expect(try scores("lamp", [3, 1, -2]) == [1, Float(1.0 / 14), Float(4.0 / 13)])
    #expect(try scores("lamp", [0, 0]) == [0, 0])
    #expect(try scores("lamp", [1, 1]) == [0.5, 1], "of equal weights the lower index goes first")
    #expect(try scores("lamp", [3e38, 1]) == [1, 0])
    #expect(try scores("lamp", []) == [])
  }

  @Test func wandaTakesTheSameFromEveryRow() throws {
    let shape: Shape = [3, 4]
    let weight: [Float] = [1, 2, 3, 4, 10, 20, 30, 40, 5, 5, 5, 5]
    let norm: [Float] = [4, 1, 1, 1, 4, 1, 1, 1, 4, 1, 1, 1]
    #expect(
      try pruned("wanda", weight, 0.5, [.inputNorm: norm], shape: shape)
        == [1, 0, 0, 4, 40 - 30, 0, 0, 40, 5, 0, 0, 5])
    // What was pruned before counts in its row.
    let kept = Bitmap(count: 12) { $0 != 3 && $0 != 0 }
    #expect(
      try pruned("wanda", weight, 0.5, [.inputNorm: norm], shape: shape, kept: kept)[0..<4]
        == [0, 2, 3, 0])
    // rne(0.6 · 4) = 2 of each row.
    #expect(
      try pruned("wanda", weight, 0.6, [.inputNorm: norm], shape: shape).count { $0 == 0 } == 6)
  }

  @Test func sparseGPTWithoutCorrelationIsByDamage() throws {
    var random = Random(seed: 0)
    let x = try EncodedTensor(Tensor([2, 3], [1, 2, 3, -3, -2, -1]))
    let hessian = try Tensor([3, 3], [9, 0, 0, 0, 1, 0, 0, 0, 1])
    let by = try criterion("sparsegpt")
    let half = try Prune(0.5, by: by)(x, [.hessian: hessian], random: &random)
    // w² · h: 9, 4, 9 and 81, 4, 1; nothing is correlated, so nothing moves.
    #expect(try half.values.scalars.map { ($0 * 1e5).rounded() / 1e5 } == [1, 0, 3, -3, 0, 0])
    let more = try Prune(2 / 3, by: by)(half, [.hessian: hessian], random: &random)
    #expect(more.keptCount == 2)
    #expect(more.kept?[1] == false)
    #expect(try Prune(0.2, by: by)(half, [.hessian: hessian], random: &random) == half)
    #expect(throws: PruneError.amountMissing(criterion: "sparsegpt")) {
      try Prune(nil, by: by)(x, [.hessian: hessian], random: &random)
    }
    #expect(throws: PruneError.statisticShape(.hessian, [2, 3], wanted: [3, 3])) {
      try Prune(0.5, by: by)(x, [.hessian: Tensor.ones([2, 3])], random: &random)
    }
    #expect(throws: PruneError.notPositive) {
      try Prune(0.5, by: by)(
        x, [.hessian: Tensor([3, 3], [0, 9, 9, 9, 0, 9, 9, 9, 0])], random: &random)
    }
  }

  @Test func sparseGPTInGroupsWithoutCorrelationIsByDamage() throws {
    var random = Random(seed: 0)
    let by = try criterion("sparsegpt")
    let groups = try NOfM(1, of: 2)
    func pruned(_ shape: Shape, _ weights: [Float], kept: Bitmap? = nil) throws -> [Float] {
      let columns = weights.isEmpty ? 0 : shape.rank < 2 ? weights.count : shape[1]
      let x = try EncodedTensor(Tensor(shape, weights), kept: kept)
      let hessian = try Tensor(
        [columns, columns], (0..<columns * columns).map { $0 % (columns + 1) == 0 ? 1 : 0 })
      return try Prune(nil, by: by, structure: groups)(x, [.hessian: hessian], random: &random)
        .values.scalars
    }
    #expect(try pruned([2, 4], [1, -2, 4, 3, 2, 1, 0, 0]) == [0, -2, 4, 0, 2, 0, 0, 0])
    // A tie takes the lowest index; the group of one at the end of a row stays.
    #expect(try pruned([1, 5], [2, 2, -1, 1, 3]) == [0, 2, 0, 1, 3])
    // What was pruned before fills the places of its group.
    #expect(try pruned([4], [5, 2, 3, 4], kept: Bitmap(count: 4) { $0 != 0 }) == [0, 2, 0, 4])
    #expect(try pruned([1], [7]) == [7])
    #expect(try pruned([0, 3], []) == [])
    let least = Float.leastNonzeroMagnitude
    #expect(try pruned([3], [1e30, 100 * least, -least]) == [1e30, 0, -least])
  }

  @Test func sparseGPTOnAGridGivesAGridAgain() throws {
    var random = Random(seed: 0)
    let weights = try Tensor.normal([4, 8], &random)
    let inputs = try Tensor.normal([32, 8], &random)
    let q = try Quantize(.int8)(EncodedTensor(weights))
    let pruned = try Prune(0.5, by: criterion("sparsegpt"))(
      q, [.hessian: inputs.matrixProduct(inputs, transposingLeft: true)], random: &random)
    #expect(pruned.grid != nil)
    #expect(pruned.keptCount == 16)
  }

  @Test func channelScoresAreTheSameThroughoutAChannel() throws {
    let weight: [Float] = [3, -4, 0, 6, 8, 0]
    #expect(try scores("l1", weight, shape: [2, 3]) == [7, 7, 7, 14, 14, 14])
    #expect(try scores("l2", weight, shape: [2, 3]) == [5, 5, 5, 10, 10, 10])
    #expect(
      try scores("geometricMedian", [0, 0, 3, 4, 6, 8], shape: [3, 2]) == [15, 15, 10, 10, 15, 15])
    #expect(try scores("l2", [3, -4]) == [3, 4], "a list has channels of one")
    for name in ["l1", "l2", "geometricMedian"] {
      #expect(try scores(name, [], shape: [0, 3]) == [])
      #expect(try scores(name, [], shape: [3, 0]) == [])
    }
  }

  @Test func tiesFallToTheLowestIndexByEveryScore() throws {
    let ones = [Float](repeating: 1, count: 4)
    var others: [Statistic: [Float]] = [:]
    for statistic in Statistic.allCases.dropFirst() { others[statistic] = ones }
    for type in criterionCatalog where type.card.name != "random" && type != SparseGPTCriterion.self
    {
      let by = try type.init(Settings())
      let statistics = Statistics(
        weight: try Tensor(ones), try others.mapValues { try Tensor($0) })
      guard try by.judge(statistics).scores(of: statistics.weight) != nil else { continue }
      #expect(
        try pruned(type.card.name, ones, 0.5, others) == [0, 0, 1, 1], "\(type.card.name)")
    }
  }

  @Test func aStatisticOfAnotherShapeIsRefused() throws {
    #expect(throws: PruneError.statisticShape(.gradient, [3], wanted: [2])) {
      try criterion("taylor").judge(
        Statistics(weight: Tensor([1, 2]), [.gradient: Tensor([1, 2, 3])]))
    }
    #expect(throws: PruneError.missing(.hessian)) { try scores("obd", [1]) }
  }

  @Test func nothingIsCollectedThatNobodyNamed() throws {
    var random = Random(seed: 1)
    let model = try Model.input([4]).appending(
      Linear(Settings(["outputs": .number(3)])), random: &random)
    var titles: Set<String> = []
    let data = try LabeledData(
      name: "toy", images: Tensor.normal([9, 4], &random),
      labels: Tensor([0, 1, 2, 0, 1, 2, 0, 1, 2]), classNames: nil)
    let resources = Resources(data: data) { titles.insert($0.title) }
    for (name, passes) in [
      ("magnitude", []), ("lamp", []), ("wanda", []), ("activation", []), ("taylor", ["gradients"]),
      ("obd", ["gradients of each example"]),
    ] {
      titles = []
      _ = try Prune(0.5, by: criterion(name))(model, resources, random: &random)
      #expect(titles == Set(passes), "\(name)")
    }
    #expect(throws: PruneError.noData(.inputNorm, criterion: "wanda")) {
      try Prune(0.5, by: criterion("wanda"))(model, random: &random)
    }
    #expect(try Prune(0.5, by: criterion("lamp"))(model, random: &random).nonZeroWeightCount == 6)
  }

  @Test func synapticFlowEmptiesNoLayer() throws {
    var random = Random(seed: 2)
    var model = try Model.input([20])
    for outputs in [30.0, 30, 5] {
      model = try model.appending(
        Linear(Settings(["outputs": .number(outputs)])), random: &random)
    }
    let by = try criterion("synflow", ["rounds": .number(20)])
    let pruned = try Prune(0.97, by: by, scope: by.scope)(model, random: &random)
    // rne(0.97 · 1650) = rne(1600.5)
    #expect(model.weightCount - pruned.nonZeroWeightCount == 1600)
    for entry in pruned.weights {
      #expect(try entry.parameter.tensor.scalars.contains { $0 != 0 }, "\(entry.path)")
    }
    let again = try Prune(0.97, by: by, scope: by.scope)(pruned, random: &random)
    #expect(again.nonZeroWeightCount == pruned.nonZeroWeightCount)
  }
}
