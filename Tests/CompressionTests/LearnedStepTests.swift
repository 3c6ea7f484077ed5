import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

@Suite struct LearnedStepTests {
  /// torch._fake_quantize_learnable_per_tensor_affine, PyTorch 1.13, grad_factor 1:
  /// x = [−3, −0.6, 0.26, 1.1, 5], s = 0.5, z = 0, q ∈ [−4, 3], upstream gradient 1.
  @Test func roundsAndLearnsAsPyTorch() throws {
    let step = LearnedStep(
      format: try IntegerFormat(bits: 3, isSigned: true), zeroPoints: [0], partition: .tensor)
    let x = try Tensor([-3, -0.6, 0.26, 1.1, 5])
    let scale = try Tensor([0.5])
    #expect(try step.value(x, scale).scalars == [-2, -0.5, 0.5, 1, 1.5])
    let found = try step.gradients(Tensor.full([5], 1), x, scale, factor: { _ in 1 })
    #expect(found.weights.scalars == [0, 1, 1, 1, 0])
    #expect(abs(found.scales[0] + 0.52) < 1e-6)
    // The paper's factor: 1 / √(n · q_max).
    let own = try step.gradients(Tensor.full([5], 1), x, scale).scales[0]
    #expect(abs(Double(own) + 0.52 / 15.0.squareRoot()) < 1e-6)
    #expect(try step.codes(x, scale) == [-4, -1, 1, 2, 3])
  }

  @Test func eachChannelHasItsOwnScale() throws {
    let step = LearnedStep(
      format: try IntegerFormat(bits: 4, isSigned: true), zeroPoints: [0, 0], partition: .axis(0))
    let x = try Tensor([2, 2], [0.9, -100, 30, 41])
    let scales = try Tensor([1, 10])
    #expect(try step.value(x, scales).scalars == [1, -8, 30, 40])
    let found = try step.gradients(Tensor([2, 2], [1, 2, 3, 4]), x, scales, factor: { _ in 1 })
    #expect(found.weights.scalars == [1, 0, 3, 4])
    #expect(abs(found.scales[0] - (0.1 - 16)) < 1e-5)
    #expect(abs(found.scales[1] + 0.4) < 1e-5)
  }

  @Test func theFirstScaleIsThePapers() throws {
    let step = LearnedStep(
      format: try IntegerFormat(bits: 4, isSigned: true), zeroPoints: [0], partition: .tensor)
    let kept = Bitmap(count: 4) { $0 > 0 }
    let scale = try step.initialScales(Tensor([0, 1, -2, 3]), kept: kept)[0]
    #expect(abs(Double(scale) - 4 / 7.0.squareRoot()) < 1e-6)
    for awkward in [[0, 0], [], [Float.nan], [.infinity]] as [[Float]] {
      #expect(try step.initialScales(Tensor(awkward), kept: nil)[0] == 1)
    }
  }

  @Test func trainingMovesScalesAndKeepsZeros() throws {
    var random = Random(seed: 1)
    let pruned = try Prune(0.5)(smallNetwork(), random: &random)
    let trained = try train(pruned, LearnedStepHook(.init(bits: 4, isSigned: true), per: .axis(0)))
    for (entry, before) in zip(trained.weights, pruned.weights) {
      let tensor = try encoded(entry.parameter)
      #expect(tensor.grid?.rule == .given)
      #expect(tensor.grid?.scales.count == entry.parameter.shape[0])
      #expect(try tensor.kept == encoded(before.parameter).kept)
      #expect(tensor.keptCount == 16)
      #expect(tensor.grid?.codes.allSatisfy { (-8...7).contains($0) } == true)
    }
    // Scales that were given stay: a plain training goes on from there.
    let further = try train(trained, nil)
    #expect(
      try encoded(further.weights[0].parameter).grid?.scales
        == encoded(trained.weights[0].parameter).grid?.scales)
  }

  @Test func aModelWithoutGridsIsRefusedUnlessAFormatIsGiven() throws {
    #expect(throws: LearnedStepError.noGrid) {
      try train(smallNetwork(), LearnedStepHook(nil, per: .tensor))
    }
  }

  private func train(_ model: Model, _ hook: LearnedStepHook?) throws -> Model {
    var random = Random(seed: 7)
    return try model.train(
      on: smallData(),
      TrainingOptions(
        epochs: 3, batch: 16, optimizer: Adam(Settings(["rate": .number(0.01)])),
        loss: CrossEntropy()), hooks: hook.map { [$0] } ?? [], random: &random)
  }

  private func encoded(_ parameter: ModelParameter) throws -> EncodedTensor {
    guard case .encoded(let tensor) = parameter.value else { throw VerbError.noWeights("test") }
    return tensor
  }
}
