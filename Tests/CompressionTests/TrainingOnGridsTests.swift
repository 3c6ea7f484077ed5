import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

/// What training must not lose: the clipping of gradients, zeros, grids.
@Suite struct TrainingOnGridsTests {
  /// torch.fake_quantize_per_tensor_affine, PyTorch 1.13: s = 0.01, z = 0, −128…127.
  @Test func gradientsPassWhereTheUnclippedCodeIsInside() throws {
    let constraint = GridConstraint(Quantize(.int8, scales: [0.01]), kept: nil)
    let weights = try Tensor([1.27, 1.275, -1.28, -1.5, 0, 1.2745])
    let passed = try constraint.gradient(Tensor.full([6], 1), at: weights)
    #expect(passed.scalars == [1, 0, 1, 0, 1, 1])
  }

  @Test func aZeroPointMovesTheRange() throws {
    let constraint = GridConstraint(
      Quantize(
        try IntegerFormat(bits: 2, isSigned: false), scales: [1], zeroPoints: [1]), kept: nil)
    let weights = try Tensor([-2, -1.4, -1, 2, 2.4, 2.6])
    #expect(
      try constraint.gradient(Tensor.full([6], 3), at: weights).scalars == [0, 3, 3, 3, 3, 0])
  }

  @Test func eachChannelClipsAtItsOwnScale() throws {
    let constraint = GridConstraint(
      Quantize(try IntegerFormat(bits: 3, isSigned: true), per: .channel, scales: [1, 10]),
      kept: nil)
    let weights = try Tensor([2, 2], [3, 4, 3, 40])
    #expect(try constraint.gradient(Tensor.full([2, 2], 1), at: weights).scalars == [1, 0, 1, 0])
  }

  @Test func aScaleThatIsFoundClipsNothing() throws {
    var random = Random(seed: 1)
    let constraint = GridConstraint(
      Quantize(try IntegerFormat(bits: 3, isSigned: true)), kept: nil)
    let gradient = try Tensor.normal([50], &random)
    #expect(try constraint.gradient(gradient, at: Tensor.normal([50], &random)) == gradient)
  }

  /// Prune, train, quantize, train: the zeros of the first step are still there, and no others'
  /// places took theirs.
  @Test func sparsityOutlivesQuantizationAwareTraining() throws {
    var random = Random(seed: 1)
    let pruned = try Prune(0.75)(smallNetwork(), random: &random)
    let quantized = try Quantize(try IntegerFormat(bits: 4, isSigned: true))(
      train(pruned), Resources(), random: &random)
    let final = try train(quantized)
    for (entry, before) in zip(final.weights, pruned.weights) {
      let (tensor, old) = (try encoded(entry), try encoded(before))
      #expect(tensor.kept == old.kept)
      #expect(tensor.keptCount == 8)
      let grid = try #require(tensor.grid)
      for index in 0..<32 where old.kept?[index] == false { #expect(grid.codes[index] == 0) }
      #expect(tensor.values != (try encoded(before)).values)
    }
  }

  /// Eight different numbers a layer, in 8-bit codes, some pruned: eight and zero after training.
  @Test func clustersOutliveQuantizationAwareTraining() throws {
    var random = Random(seed: 1)
    let shared = try smallNetwork().mapParameters { entry in
      guard entry.parameter.isWeight else { return nil }
      var parameter = entry.parameter
      parameter.value = .dense(
        try Tensor(
          parameter.shape,
          parameter.tensor.scalars.map { (($0 * 8).rounded(.down) + 0.5) / 8 }))
      return parameter
    }
    let pruned = try Prune(0.25)(shared, random: &random)
    let quantized = try Quantize(.int8)(pruned, Resources(), random: &random)
    let free = try train(quantized)
    let tied = try train(quantized, [TiedWeightsHook()])
    for (index, entry) in quantized.weights.enumerated() {
      let before = Set(try encoded(entry).values.scalars)
      let after = try encoded(tied.weights[index])
      #expect(Set(after.values.scalars).count <= before.count)
      #expect(try Set(encoded(free.weights[index]).values.scalars).count > before.count)
      #expect(after.keptCount == 24)
      #expect(tied.weights[index].parameter.constraint is GridConstraint)
      #expect(after.values != (try encoded(entry)).values)
    }
  }

  /// A mask that moves while the weights are on a grid: both hold at the end.
  @Test func aScheduleAndAGridGoTogether() throws {
    var random = Random(seed: 1)
    let quantized = try Quantize(.int8)(smallNetwork(), Resources(), random: &random)
    let hook = try CubicSchedule(Settings()).hook(
      TrainingPruning(Prune(0.5), data: smallData(), random: random))
    let final = try train(quantized, [hook])
    for entry in final.weights {
      let tensor = try encoded(entry)
      #expect(tensor.keptCount == 16)
      #expect(tensor.grid?.format == .integer(.int8))
    }
  }

  private func train(_ model: Model, _ hooks: [any TrainingHook] = []) throws -> Model {
    var random = Random(seed: 7)
    return try model.train(
      on: smallData(),
      TrainingOptions(
        epochs: 3, batch: 16, optimizer: Adam(Settings(["rate": .number(0.01)])),
        loss: CrossEntropy()), hooks: hooks, random: &random)
  }

  private func encoded(_ entry: Model.ParameterEntry) throws -> EncodedTensor {
    guard case .encoded(let tensor) = entry.parameter.value else {
      throw VerbError.noWeights("test")
    }
    return tensor
  }
}
