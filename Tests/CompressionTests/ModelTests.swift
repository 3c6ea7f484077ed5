import Catalog
import Compression
import Containers
import Encodings
import Networks
import Tensors
import Testing

@Suite struct CompressedModelTests {
  /// 4 → 6 → 3 with a batch of data on which it can learn something.
  private func network() throws -> Model {
    var random = Random(seed: 5)
    return try Model.input([4])
      .appending(Linear(Settings(["outputs": .number(6)])), random: &random)
      .appending(ReLU(Settings()), random: &random)
      .appending(Linear(Settings(["outputs": .number(3)])), random: &random)
  }

  private func data() throws -> LabeledData {
    var random = Random(seed: 6)
    let images = try Tensor.normal([60, 4], &random)
    let labels = (0..<60).map { row in
      Float((0..<3).max { images[row * 4 + $0] < images[row * 4 + $1] } ?? 0)
    }
    return try LabeledData(
      name: "toy", images: images, labels: Tensor(labels), classNames: ["a", "b", "c"])
  }

  private func trained(_ model: Model) throws -> Model {
    var random = Random(seed: 7)
    return try model.train(
      on: data(),
      TrainingOptions(
        epochs: 3, batch: 10, optimizer: Adam(Settings(["rate": .number(0.01)])),
        loss: CrossEntropy()), random: &random)
  }

  private func encoded(_ model: Model, _ path: String) throws -> EncodedTensor {
    guard case .encoded(let tensor)? = model.parameter(named: path)?.value else {
      throw VerbError.noWeights("test")
    }
    return tensor
  }

  private func pruned(_ model: Model, _ share: Double, _ scope: Prune.Scope) throws -> Model {
    var random = Random(seed: 0)
    return try Prune(share, scope: scope)(model, random: &random)
  }

  private func quantized(
    _ model: Model, _ format: IntegerFormat, scales: [Double]? = nil
  ) throws -> Model {
    var random = Random(seed: 0)
    return try Quantize(format, scales: scales)(model, Resources(), random: &random)
  }

  @Test func eachLayerGivesItsShareAndBiasesNone() throws {
    let model = try pruned(network(), 0.5, .layer)
    #expect(try encoded(model, "linear1.weight").keptCount == 12)
    #expect(try encoded(model, "linear2.weight").keptCount == 9)
    #expect(model.nonZeroWeightCount == 21)
    guard case .dense? = model.parameter(named: "linear1.bias")?.value else {
      Issue.record("a bias was pruned")
      return
    }
  }

  @Test func globallyTheSmallestOfAllGo() throws {
    let before = try network()
    let model = try pruned(before, 0.5, .global)
    let all = try before.weights.flatMap { try $0.parameter.tensor.scalars.map(abs) }.sorted()
    #expect(model.nonZeroWeightCount == 21)
    for entry in model.weights {
      #expect(try entry.parameter.tensor.scalars.allSatisfy { $0 == 0 || abs($0) >= all[21] })
    }
  }

  @Test func zerosStayThroughTrainingAndTheOthersMove() throws {
    let before = try pruned(network(), 0.5, .layer)
    let after = try trained(before)
    let (old, new) = try (encoded(before, "linear1.weight"), encoded(after, "linear1.weight"))
    #expect(new.kept == old.kept)
    #expect(try new.values != old.values)
    #expect(try zip(old.values.scalars, new.values.scalars).allSatisfy { $0 != 0 || $1 == 0 })
  }

  @Test func quantizedWeightsTrainThroughTheirGrid() throws {
    let int4 = try IntegerFormat(bits: 4, isSigned: true)
    let before = try quantized(pruned(network(), 0.5, .layer), int4)
    let after = try trained(before)
    let (old, new) = try (encoded(before, "linear2.weight"), encoded(after, "linear2.weight"))
    #expect(after.badge == "int4 weights")
    #expect(new.kept == old.kept)
    #expect(new.grid?.codes != old.grid?.codes || new.grid?.scales != old.grid?.scales)
    #expect(new.grid?.format == .integer(int4))
    let first = try before.evaluate(on: data(), loss: CrossEntropy()).loss
    #expect(try after.evaluate(on: data(), loss: CrossEntropy()).loss < first)
  }

  @Test func trainingComputesWithTheStoredValues() throws {
    var random = Random(seed: 3)
    let weights = try Tensor.normal([4, 6], &random)
    for quantize in [
      Quantize(.int8), Quantize(.int8, per: .channel, isSymmetric: false),
      Quantize(try IntegerFormat(bits: 3, isSigned: false)), Quantize(.int8, scales: [0.001]),
    ] {
      let constraint = GridConstraint(quantize, kept: nil)
      #expect(try constraint.forward(weights) == constraint.finish(weights).tensor)
    }
  }

  @Test func aLoadedModelKeepsWhatItMustStay() throws {
    let model = try quantized(pruned(network(), 0.5, .layer), .int8, scales: [0.01])
    let bytes = try Container.encode(model)
    guard case .model(let loaded) = try Container.decode(bytes) else {
      Issue.record("the container holds no model")
      return
    }
    let (mine, theirs) = try (trained(model), trained(loaded.withConstraints()))
    #expect(try Container.encode(mine) == Container.encode(theirs))
    #expect(try encoded(theirs, "linear1.weight").grid?.scales == [0.01])
  }

  @Test func pruningAfterQuantizingComposes() throws {
    let model = try pruned(quantized(network(), .int8), 0.5, .layer)
    let tensor = try encoded(trained(model), "linear1.weight")
    #expect(tensor.grid?.format == .int8)
    #expect(tensor.keptCount == 12)
  }

  @Test func statisticsComeByPath() throws {
    let model = try network()
    let opposite = UserCriterion(needs: [.weight, .gradient], text: "g") {
      .scores(try $0.value(.gradient))
    }
    var random = Random(seed: 0)
    let gradients = try model.weights.reduce(into: [String: [Statistic: Tensor]]()) {
      $0[$1.path] = [
        .gradient: try Tensor(
          $1.parameter.shape, (0..<$1.parameter.shape.count).map { Float($0) })
      ]
    }
    let pruned = try Prune(0.5, by: opposite)(
      model, Resources(statistics: gradients), random: &random)
    #expect(try encoded(pruned, "linear1.weight").kept?[0] == false)
    #expect(throws: PruneError.noData(.gradient, criterion: "g")) {
      try Prune(0.5, by: opposite)(model, random: &random)
    }
  }

  @Test func measurementsAreOfWrittenBytes() throws {
    let dense = try network()
    let small = try quantized(pruned(dense, 0.5, .layer), .int8)
    let first = try Measurement(dense)
    let second = try Measurement(small, on: data())
    #expect(first.storedBytes == (try Container.encode(dense).count))
    #expect(second.storedBytes == (try Container.encode(small).count))
    #expect(first.denseBits == 51 * 32)
    #expect(first.multiplyAdds == 42)
    #expect(second.effectiveMultiplyAdds == second.nonZeroWeights)
    #expect(second.badge == "int8 weights")
    #expect(first.transferSeconds == Double(first.storedBytes) / 32_000)
    #expect(first.accuracy == nil)
    let right = try small.evaluate(on: data(), loss: CrossEntropy()).accuracy
    #expect(second.accuracy == right)
  }

  @Test func aModelWithoutWeightsSaysSo() throws {
    let empty = try Model.input([2])
    #expect(throws: VerbError.noWeights("prune")) { try pruned(empty, 0.5, .layer) }
    #expect(throws: VerbError.noWeights("quantize")) { try quantized(empty, .int8) }
  }
}
