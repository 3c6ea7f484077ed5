import Catalog
import Compression
import Encodings
import Networks
import Tensors
import Testing

/// Statistics and criteria against PyTorch and NumPy: `Fixtures/make_criteria.py` says how.
@Suite struct CriteriaFixtureTests {
  private let fixture: NumbersFixture
  private let model: Model
  private let data: LabeledData
  private var resources: Resources { Resources(data: data) }

  init() throws {
    fixture = try NumbersFixture("criteria.txt")
    var random = Random(seed: 0)
    var net = try Model.input([2, 4, 4])
      .appending(
        Convolution2D(Settings(["channels": .number(3), "padding": .number(1)])), random: &random
      )
      .appending(BatchNorm(Settings()), random: &random)
      .appending(ReLU(Settings()), random: &random)
      .appending(Flatten(Settings()), random: &random)
      .appending(Linear(Settings(["outputs": .number(5)])), random: &random)
      .appending(ReLU(Settings()), random: &random)
      .appending(Linear(Settings(["outputs": .number(4)])), random: &random)
    for entry in net.parameters {
      net = try net.replacing(
        entry.path, with: fixture.tensor(entry.path, entry.parameter.shape))
    }
    model = net
    data = try LabeledData(
      name: "fixture", images: fixture.tensor("images", [70, 2, 4, 4]),
      labels: fixture.tensor("labels", [70]), classNames: ["a", "b", "c", "d"])
  }

  /// Float32 forward and backward against float64: relative to the largest number of the tensor.
  private func expect(
    _ found: Tensor, like name: String, within tolerance: Double = 2e-6,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let wanted = try fixture.numbers(name)
    let largest = wanted.map(abs).max() ?? 0
    #expect(found.count == wanted.count, sourceLocation: location)
    let worst = zip(found.scalars, wanted).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(
      worst <= tolerance * largest, "\(name): off by \(worst) of \(largest)",
      sourceLocation: location)
  }

  private func judged(_ criterion: any Criterion, share: Double? = 0.6) throws -> [Judgement] {
    var random = Random(seed: 0)
    return try criterion.judge(
      ModelQuestion(model, share: share, scope: criterion.scope, resources), random: &random)
  }

  private func criterion(_ name: String, _ settings: [String: Setting] = [:]) throws
    -> any Criterion
  {
    let type = try #require(criterionCatalog.first { $0.card.name == name })
    return try type.init(Settings(settings))
  }

  @Test func gradientsAreThoseOfPyTorch() throws {
    for batch in [70, 64, 7] {
      let (loss, gradients) = try model.gradients(
        data.images, data.labels, loss: CrossEntropy(), batch: batch)
      #expect(abs(loss - (try fixture.numbers("loss")[0])) < 1e-6)
      for entry in model.weights {
        try expect(#require(gradients[entry.path]), like: entry.path + ".gradient")
      }
      #expect(gradients["bn1.mean"] == nil)
      #expect(gradients["bn1.bias"]?.shape == [3])
    }
  }

  @Test(arguments: [
    "gradient", "gradientMean", "gradientStd", "hessian", "inputNorm", "activation", "zeroShare",
  ])
  func statisticsAreThoseOfPyTorch(_ name: String) throws {
    let statistic = try #require(Statistic(rawValue: name))
    let given = UserCriterion(needs: [statistic], text: name) { .scores(try $0.value(statistic)) }
    for (entry, judgement) in zip(model.weights, try judged(given)) {
      guard case .scores(let scores) = judgement else { continue }
      #expect(scores.shape == entry.parameter.shape)
      try expect(scores, like: "\(entry.path).\(name)")
    }
  }

  @Test(arguments: ["taylor", "snip", "obd", "lamp", "movement"])
  func scoresAreThoseOfTheDefinitions(_ name: String) throws {
    let settings: [String: Setting] = name == "movement" ? ["rate": .number(0.05)] : [:]
    for (entry, judgement) in zip(model.weights, try judged(criterion(name, settings))) {
      guard case .scores(let scores) = judgement else {
        Issue.record("\(name) gave no scores")
        continue
      }
      try expect(scores, like: "\(entry.path).\(name)", within: 1e-5)
    }
  }

  @Test(arguments: ["wanda", "synflow"]) func theSameWeightsStay(_ name: String) throws {
    let settings: [String: Setting] = name == "synflow" ? ["rounds": .number(20)] : [:]
    let by = try criterion(name, settings)
    var random = Random(seed: 0)
    let pruned = try Prune(0.6, by: by, scope: by.scope)(model, resources, random: &random)
    for entry in pruned.weights {
      let kept = try entry.parameter.tensor.scalars.map { $0 == 0 ? 0.0 : 1 }
      #expect(try kept == fixture.numbers("\(entry.path).\(name).kept"), "\(entry.path)")
    }
  }

  @Test func sparseGPTRemovesAndMovesAsItsDefinition() throws {
    var random = Random(seed: 0)
    let by = try criterion("sparsegpt", ["block": .number(7)])
    let pruned = try Prune(0.5, by: by)(model, resources, random: &random)
    for entry in pruned.weights {
      #expect(
        try entry.parameter.tensor.scalars.count { $0 == 0 } == entry.parameter.shape.count / 2)
      try expect(entry.parameter.tensor, like: "\(entry.path).sparsegpt", within: 1e-5)
    }
  }

  @Test func sparseGPTChoosesWithinGroupsAsItsDefinition() throws {
    var random = Random(seed: 0)
    let groups = try NOfM(2, of: 4)
    let pruned = try Prune(nil, by: criterion("sparsegpt"), structure: groups)(
      model, resources, random: &random)
    for entry in pruned.weights {
      try expect(entry.parameter.tensor, like: "\(entry.path).sparsegpt.nm", within: 1e-5)
    }
    #expect(throws: StructureError.amountNotTaken("nm(2, 4)")) {
      try Prune(0.5, by: criterion("sparsegpt"), structure: groups)(
        model, resources, random: &random)
    }
    let rows = try Rows(Settings())
    #expect(throws: StructureError.maskOfWeights(criterion: "sparsegpt", structure: "rows")) {
      try Prune(0.5, by: criterion("sparsegpt"), structure: rows)(
        model, resources, random: &random)
    }
  }

  @Test func slimmingReadsTheNormAndRanksLayersWithoutOneLast() throws {
    let judgements = try judged(criterion("slimming"))
    guard case .scores(let first) = judgements[0], case .scores(let second) = judgements[1] else {
      Issue.record("no scores")
      return
    }
    try expect(first, like: "conv1.weight.normScale")
    #expect(second.scalars.allSatisfy { $0 == .infinity })
  }

  @Test func watchingMovesNothingAndKeepsNothing() throws {
    var seen: [Int: Int] = [:]
    try model.observe(data.images, batch: 32) { place, inputs, output in
      seen[place, default: 0] += output.shape[0]
      #expect(inputs.count == 1)
      #expect(inputs[0].shape[0] == output.shape[0])
    }
    #expect(seen == Dictionary(uniqueKeysWithValues: model.nodes.indices.map { ($0, 70) }))
    var rows = 0
    try model.observeWeightInputs(data.images, of: ["conv1.weight"]) { path, part in
      #expect(path == "conv1.weight")
      #expect(part.shape[1] == 18)
      rows += part.shape[0]
    }
    #expect(rows == 70 * 16)
  }
}
