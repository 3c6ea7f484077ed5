import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

@Suite struct ScheduleTests {
  /// TFMOT's `PolynomialDecay` and PyTorch's `CubicSL`: 0 to 0.9 over 100 steps, to four places.
  @Test func cubicGoesAsPolynomialDecayDoes() throws {
    let cubic = try CubicSchedule(Settings())
    let shares = [0, 25, 50, 75, 100].map { cubic.share(at: $0 / 100, from: 0, to: 0.9) }
    for (share, wanted) in zip(shares, [0, 0.5203, 0.7875, 0.8859, 0.9]) {
      #expect((share * 10_000).rounded() / 10_000 == wanted)
    }
  }

  /// Distiller's agp_pruner over epochs 0…9, as its own span reaches the end in the last one.
  @Test func cubicOverNineStepsIsDistillersTable() throws {
    let cubic = try CubicSchedule(Settings(["steps": .number(9)]))
    let wanted = [0.2679, 0.4765, 0.6333, 0.7457, 0.821, 0.8667, 0.8901, 0.8988, 0.9]
    #expect(cubic.shares(to: 0.9).map { ($0 * 10_000).rounded() / 10_000 } == wanted)
  }

  @Test func linearIsCubicOfPowerOne() throws {
    let reader = SettingsReader(
      Prune.card, Settings(["schedule": .option("linear", Settings())]))
    let linear = try reader.schedule("schedule")
    let cubic = try CubicSchedule(Settings(["power": .number(1)]))
    for (from, to) in [(0, 0.5), (0.2, 0.9), (0.7, 0.1), (0, 0)] {
      for t in [-1, 0, 0.3, 0.99, 1, 2] {
        let share = linear.share(at: t, from: from, to: to)
        #expect(abs(share - cubic.share(at: t, from: from, to: to)) < 1e-15)
      }
      #expect(linear.share(at: 1, from: from, to: to) == to)
    }
  }

  @Test func iterativeTakesTheSameShareOfTheRest() throws {
    let iterative = try IterativeSchedule(Settings(["steps": .number(3)]))
    let left = [1.0] + iterative.shares(to: 0.488).map { 1 - $0 }
    for (before, after) in zip(left, left.dropFirst()) {
      #expect(abs(after / before - 0.8) < 1e-12)
    }
    #expect(iterative.shares(to: 1).last == 1)
    #expect(iterative.share(at: 0.5, from: 1, to: 1) == 1)
  }

  @Test func movesLieWithinTheTrainingAndTheLastOneWins() throws {
    func moves(_ settings: [String: Setting], in total: Int) throws -> [Int] {
      try CubicSchedule(Settings(settings)).course.moves(in: total).map(\.batch)
    }
    #expect(try moves(["steps": .number(4), "end": .number(1)], in: 101) == [0, 25, 50, 75, 100])
    #expect(
      try moves(["frequency": .number(30), "begin": .number(0.1), "end": .number(0.9)], in: 100)
        == [10, 40, 70, 90])
    #expect(try moves(["begin": .number(0.9), "end": .number(0.1)], in: 100) == [90])
    #expect(try moves([:], in: 1) == [0])
    #expect(try moves(["steps": .number(100)], in: 3) == [0, 1, 2])
    let few = try CubicSchedule(Settings(["steps": .number(100)])).course.moves(in: 3)
    #expect(few.last?.progress == 1)
    #expect(
      try LotterySchedule(Settings(["steps": .number(3)])).course.moves(in: 80).map(\.batch)
        == [0, 20, 40, 60])
  }

  @Test func roundsEndAtTheAmountAndOldWeightsDoNotComeBack() throws {
    var random = Random(seed: 1)
    let model = try smallNetwork()
    let prune = try scheduled("cubic", ["steps": .number(3)], amount: .number(0.75), epochs: 2)
    let resources = Resources(data: try smallData())
    let pruned = try prune(model, resources, random: &random)
    for entry in pruned.weights {
      let count = entry.parameter.shape.count
      #expect(try count - entry.parameter.tensor.nonZeros == rounded(0.75 * Double(count)))
      #expect(entry.parameter.constraint is MaskConstraint)
    }
    let sparsity = pruned.history?.epochs.map(\.sparsity) ?? []
    #expect(sparsity.count == 6)
    #expect(sparsity == sparsity.sorted())
  }

  @Test func aListGivesEachWeightItsOwnShare() throws {
    var random = Random(seed: 1)
    let pruned = try Prune(Settings(["amount": .numbers([0.5, 0.25])]))(
      smallNetwork(), random: &random)
    #expect(try pruned.weights.map { try $0.parameter.tensor.nonZeros } == [16, 24])
    #expect(throws: ScheduleError.wrongAmounts(3, weights: 2)) {
      try Prune(Settings(["amount": .numbers([0.5, 0.5, 0.5])]))(smallNetwork(), random: &random)
    }
    #expect(throws: ScheduleError.amountsTogether) {
      try Prune(
        Settings(["amount": .numbers([0.5, 0.5]), "scope": .option("global", Settings())]))(
          smallNetwork(), random: &random)
    }
    #expect(throws: PruneError.notAShare(2, of: 32)) {
      try Prune(Settings(["amount": .numbers([0.5, 2])]))(smallNetwork(), random: &random)
    }
  }

  @Test func aTicketHasTheWeightsItBeganWith() throws {
    var random = Random(seed: 1)
    let model = try smallNetwork()
    let resources = Resources(data: try smallData())
    var prune = try scheduled("lottery", ["steps": .number(2)], amount: .number(0.5), epochs: 1)
    let trained = try prune(model, resources, random: &random)
    #expect(trained.history?.epochs.map(\.sparsity.rounded1) == [0, 0.3, 0.5])
    // Without training only the masks are left to see: on the initial numbers.
    prune.plan?.epochs = 0
    var rewinding = resources
    rewinding.rewind = model
    let ticket = try prune(trained, rewinding, random: &random)
    for (entry, start) in zip(ticket.parameters, model.parameters) {
      let (weights, initials) = try (entry.parameter.tensor, start.parameter.tensor)
      for (weight, initial) in zip(weights.scalars, initials.scalars) {
        #expect(weight == initial || weight == 0)
      }
    }
    #expect(try ticket.weights.map { try $0.parameter.tensor.nonZeros } == [16, 16])
  }

  @Test func regrowingKeepsTheCountAndExchangesWeights() throws {
    let model = try smallNetwork()
    let data = try smallData()
    func train(_ exchanged: Double) throws -> Model {
      var random = Random(seed: 1)
      let schedule = try RegrowSchedule(
        Settings(["steps": .number(4), "share": .number(exchanged)]))
      let hook = schedule.hook(TrainingPruning(Prune(0.5), data: data, random: random))
      return try model.train(on: data, options(3), hooks: [hook], random: &random)
    }
    let masks = try [0, 0.5].map { try train($0).weights.map(kept) }
    for mask in masks.flatMap({ $0 }) { #expect(mask?.setCount == 16) }
    #expect(masks[0] != masks[1])
    #expect(try train(0.5).weights.map(kept) == masks[1])
  }

  /// |w| 4 3 2 1 are kept, of which 1 and 2 go; of the rest −9 and 8 have the largest gradients.
  @Test func regrowingDropsTheSmallestAndGrowsTheLargestGradients() throws {
    let kept = Bitmap(count: 8) { $0 < 4 }
    let weights = try Tensor([4, -3, 2, 1, 0, 0, 0, 0])
    let gradients = try Tensor([0, 0, 5, 5, -9, 1, 8, 8])
    let next = RegrowingHook.exchange(0.5, kept, weights, gradients)
    #expect((0..<8).filter { next[$0] } == [0, 1, 4, 6])
    #expect(RegrowingHook.exchange(0, kept, weights, gradients) == kept)
  }

  /// t = 2 and a band of a tenth: below 1.8 closed, from 2.2 on open, between them as it was.
  ///
  /// Distiller's `SplicingPruner` says the same of these numbers.
  @Test func splicingHasAThresholdWithABand() throws {
    let kept = Bitmap(count: 10) { $0 % 2 == 0 }
    let weights = try Tensor([
      1.7, -1.7, 1.8, -1.8, 2, 2, -2.2, 2.2, .infinity, .leastNonzeroMagnitude,
    ])
    let next = SplicingHook.splice(kept, weights, 2, band: 0.1)
    #expect((0..<10).filter { next[$0] } == [2, 4, 6, 7, 8])
    #expect(SplicingHook.splice(next, weights, 2, band: 0.1) == next)
    // Nothing is below a threshold of 0, and nothing above an infinite one.
    #expect(SplicingHook.splice(kept, weights, 0, band: 0.1).isFull)
    let least = try Tensor([Float](repeating: 1, count: 10))
    #expect(SplicingHook.splice(kept, least, .infinity, band: 0.1).setCount == 0)
  }

  /// A weight under the mask goes on learning, and the mask may open for it: what is kept in the end is
  /// neither what was largest at the start nor all that a mask without splicing would keep.
  @Test func splicedWeightsComeBackWithWhatTheyLearnt() throws {
    let model = try smallNetwork()
    let data = try smallData()
    func train(_ schedule: any PruningSchedule) throws -> Model {
      var random = Random(seed: 1)
      let hook = schedule.hook(TrainingPruning(Prune(0.5), data: data, random: random))
      return try model.train(on: data, options(6, rate: 0.05), hooks: [hook], random: &random)
    }
    let spliced = try train(SpliceSchedule(Settings(["steps": .number(6)])))
    let fixed = try train(OneShotSchedule(Settings()))
    for entry in spliced.weights {
      #expect(try entry.parameter.tensor.nonZeros == 16)
      #expect(entry.parameter.constraint is MaskConstraint)
    }
    #expect(spliced.weights.map(kept) != fixed.weights.map(kept))
    #expect(
      try train(SpliceSchedule(Settings(["steps": .number(6)]))).weights.map(kept)
        == spliced.weights.map(kept))
  }

  @Test func splicingQuantizedWeightsKeepsTheirGrid() throws {
    let model = try smallNetwork()
    let data = try smallData()
    var random = Random(seed: 1)
    let start = try Quantize(.int8)(model, Resources(), random: &random)
    let hook = try SpliceSchedule(Settings(["steps": .number(3)])).hook(
      TrainingPruning(Prune(0.5), data: data, random: random))
    let trained = try start.train(on: data, options(2), hooks: [hook], random: &random)
    for entry in trained.weights {
      guard case .encoded(let tensor) = entry.parameter.value else {
        Issue.record("\(entry.path) is not encoded")
        continue
      }
      #expect(tensor.grid?.format.codeBits == 8)
      #expect(tensor.keptCount == 16)
    }
  }

  @Test func trainingWithAScheduleEndsAtTheAmountWhateverTheStructure() throws {
    let model = try smallNetwork()
    let data = try smallData()
    for structure in ["weights", "rows", "blocks"] {
      var random = Random(seed: 1)
      let settings =
        structure == "blocks"
        ? Settings(["height": .number(2), "width": .number(2)]) : Settings()
      var prune = Prune(0.5)
      let type = try #require(structureCatalog.first { $0.card.name == structure })
      prune.structure = try type.init(settings)
      let hook = try CubicSchedule(Settings()).hook(
        TrainingPruning(prune, data: data, random: random))
      let trained = try model.train(on: data, options(4), hooks: [hook], random: &random)
      #expect(
        try trained.weights.map { try $0.parameter.tensor.nonZeros } == [16, 16], "\(structure)")
    }
  }

  @Test func aScheduleWithoutAnyTrainingIsThatOfOneShot() throws {
    var random = Random(seed: 1)
    let model = try smallNetwork()
    let prune = try scheduled("iterative", ["steps": .number(4)], amount: .number(0.5), epochs: 0)
    let pruned = try prune(model, random: &random)
    let once = try Prune(0.5)(model, random: &random)
    #expect(
      try pruned.weights.map { try $0.parameter.tensor }
        == once.weights.map { try $0.parameter.tensor })
    #expect(throws: ScheduleError.noData) {
      try scheduled("cubic", [:], amount: .number(0.5), epochs: 1)(model, random: &random)
    }
  }

  /// S adds up over all steps of the training: the same as −r Σ w · g recorded by a second hook.
  @Test func movementAddsUpOverTheTraining() throws {
    let model = try smallNetwork()
    let data = try smallData()
    let by = try MovementCriterion(Settings(["rate": .number(0.25)]))
    let last = try OneShotSchedule(Settings(["end": .number(1)]))
    let scores = try #require(TrainedScores(by))
    var random = Random(seed: 1)
    let hooks: [any TrainingHook] = [
      ScoringHook(scores: scores),
      last.hook(TrainingPruning(Prune(0.5, by: by), data: data, random: random)),
    ]
    let trained = try model.train(on: data, options(2), hooks: hooks, random: &random)

    // The mask moved before the last of eight steps, so it was chosen by the first seven.
    let recorder = Recorder(steps: 7)
    random = Random(seed: 1)
    _ = try model.train(on: data, options(2), hooks: [recorder], random: &random)
    for (place, entry) in trained.weights.enumerated() {
      let sums = recorder.sums[place].map { -0.25 * $0 }
      let order = sums.indices.sorted { (Float(sums[$0]), $0) < (Float(sums[$1]), $1) }
      let wanted = Bitmap(count: sums.count) { !order.prefix(16).contains($0) }
      #expect(kept(entry) == wanted, "\(entry.path)")
    }
    // On a copy of the untrained network others would go.
    let once = try Prune(0.5, by: by)(model, Resources(data: data), random: &random)
    #expect(once.weights.map(kept) != trained.weights.map(kept))
    #expect(TrainedScores(MagnitudeCriterion()) == nil)
  }

  @Test func movementAddsUpOverTheRoundsOfASchedule() throws {
    var random = Random(seed: 1)
    let by = Setting.option("movement", Settings())
    func prune(_ name: String, _ epochs: Double) throws -> Model {
      random = Random(seed: 1)
      return try Prune(
        Settings([
          "amount": .number(0.5), "by": by, "epochs": .number(epochs), "batch": .number(16),
          "schedule": .option(name, Settings(["steps": .number(2)])),
          "optimizer": .option("sgd", Settings(["rate": .number(1)])),
        ]))(smallNetwork(), Resources(data: smallData()), random: &random)
    }
    for name in ["iterative", "lottery"] {
      let pruned = try prune(name, 5)
      #expect(try pruned.weights.map { try $0.parameter.tensor.nonZeros } == [16, 16], "\(name)")
      #expect(try prune(name, 5).weights.map(kept) == pruned.weights.map(kept))
      // Without training every round would judge by a copy.
      #expect(try prune(name, 0).weights.map(kept) != pruned.weights.map(kept), "\(name)")
    }
    // Removing channels changes shapes between rounds: sums that fit no more are not used.
    var slim = try Prune(
      Settings([
        "amount": .number(0.5), "by": by, "structure": .option("neurons", Settings()),
        "schedule": .option("cubic", Settings(["steps": .number(2)])), "batch": .number(16),
      ]))
    slim.plan?.epochs = 1
    let model = try slim(smallNetwork(), Resources(data: smallData()), random: &random)
    #expect(model.weights.map(\.parameter.shape) == [[4, 4], [4, 4]])
  }

  /// Σ w · g of the first steps, in double; shared, since a training copies its hooks.
  private final class Recorder: TrainingHook, @unchecked Sendable {
    let steps: Int
    var sums: [[Double]] = []
    private var before: [[Tensor]] = []

    init(steps: Int) { self.steps = steps }

    func willStep(_ training: inout TrainingState) throws { before = training.weights }

    func didStep(_ training: inout TrainingState) throws {
      guard training.step <= steps else { return }
      let places = training.weightPlaces
      if sums.isEmpty {
        sums = places.map { .init(repeating: 0, count: training.weights(at: $0).count) }
      }
      for (place, at) in places.enumerated() {
        let gradient = try #require(training.gradient(at: at))
        for index in 0..<gradient.count {
          sums[place][index] += Double(before[at.node][at.index][index] * gradient[index])
        }
      }
    }
  }

  private func scheduled(
    _ name: String, _ settings: [String: Setting], amount: Setting, epochs: Double
  ) throws -> Prune {
    try Prune(
      Settings([
        "amount": amount, "schedule": .option(name, Settings(settings)),
        "epochs": .number(epochs), "batch": .number(16),
      ]))
  }

  private func options(_ epochs: Int, rate: Double = 0.001) throws -> TrainingOptions {
    try TrainingOptions(
      epochs: epochs, batch: 16, optimizer: Adam(Settings(["rate": .number(rate)])),
      loss: CrossEntropy())
  }

  private func kept(_ entry: Model.ParameterEntry) -> Bitmap? {
    guard case .encoded(let tensor) = entry.parameter.value else { return nil }
    return tensor.kept
  }
}

/// 4 inputs, 8 hidden, 4 classes: two weights of 32 elements.
func smallNetwork() throws -> Model {
  var random = Random(seed: 5)
  return try Model.input([4])
    .appending(Linear(Settings(["outputs": .number(8)])), random: &random)
    .appending(Tanh(Settings()), random: &random)
    .appending(Linear(Settings(["outputs": .number(4)])), random: &random)
}

/// 64 points whose class is their largest coordinate.
func smallData() throws -> LabeledData {
  var random = Random(seed: 6)
  let images = try Tensor.normal([64, 4], &random)
  return try LabeledData(name: "points", images: images, labels: images.argmax(axis: 1))
}

extension Tensor {
  var nonZeros: Int { scalars.count { $0 != 0 } }
}

extension Double {
  /// To one decimal.
  fileprivate var rounded1: Double { (self * 10).rounded() / 10 }
}
