import Catalog
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Networks

@Suite struct TrainingTests {
  @Test func aLineBetweenTwoClassesIsLearned() throws {
    var random = Random(seed: 0)
    let data = try separableData()
    let trained = try chain([2], linear(2)).train(
      on: data, .sgd(0.5, epochs: 30), random: &random)
    let history = try #require(trained.history)
    #expect(history.epochs.count == 30)
    #expect(history.epochs[29].loss < history.epochs[0].loss / 2)
    #expect(try trained.evaluate(on: data, loss: CrossEntropy()).accuracy > 0.95)
  }

  @Test func sameSeedSameWeightsOtherSeedOtherWeights() throws {
    let model = try chain([2], linear(8), Dropout(Settings(["rate": .number(0.5)])), linear(2))
    func weights(_ seed: UInt64) throws -> [Tensor] {
      var random = Random(seed: seed)
      return try model.train(on: separableData(), .sgd(0.1), random: &random).parameters.map {
        try $0.parameter.tensor
      }
    }
    #expect(try weights(3) == weights(3))
    #expect(try weights(3) != weights(4))
  }

  @Test func trainingLeavesTheOldModelAsItWas() throws {
    var random = Random(seed: 0)
    let model = try chain([2], linear(2))
    let before = try model.parameters.map { try $0.parameter.tensor.scalars }
    _ = try model.train(on: separableData(), .sgd(0.1), random: &random)
    #expect(try model.parameters.map { try $0.parameter.tensor.scalars } == before)
    #expect(model.history == nil)
  }

  @Test func aFinalSoftmaxIsPartOfTheLoss() throws {
    let plain = try chain([2], linear(2))
    var random = Random(seed: 0)
    let closed = try plain.appending(Softmax(Settings()), random: &random)
    let losses = try [plain, closed].map { model in
      var random = Random(seed: 1)
      return try model.train(on: separableData(), .sgd(0.1), random: &random).history
    }
    #expect(losses[0] == losses[1])
    #expect(try isClose(closed.predict(.ones([1, 2])).scalars.reduce(0, +), 1))
  }

  private func isClose(_ a: Float, _ b: Float) -> Bool { abs(a - b) < 1e-6 }

  @Test func momentumDoesNotReviveWhatAMaskHoldsAtZero() throws {
    var random = Random(seed: 0)
    let mask = try Tensor([8, 2], (0..<16).map { Float($0 % 2) })
    let model = try chain([2], linear(8), Tanh(Settings()), linear(2)).mapParameters { entry in
      guard entry.path == "linear1.weight" else { return nil }
      var parameter = entry.parameter
      parameter.constraint = Mask(mask: mask)
      parameter.value = .dense(try Tensor.apply(.multiply, parameter.tensor, mask))
      return parameter
    }
    let trained = try model.train(
      on: separableData(), .sgd(0.3, epochs: 3, momentum: 0.9), random: &random)
    let weights = try #require(trained.parameter(named: "linear1.weight"))
    let before = try #require(model.parameter(named: "linear1.weight")).tensor
    for index in 0..<16 {
      #expect(try (weights.tensor[index] == 0) == (index % 2 == 0))
      #expect(try index % 2 == 0 || weights.tensor[index] != before[index])
    }
    #expect(weights.constraint is Mask)
  }

  private struct Mask: WeightConstraint {
    let mask: Tensor
    func projected(_ weights: Tensor) throws -> Tensor { try .apply(.multiply, weights, mask) }
  }

  @Test func straightThroughComputesWithRoundedWeightsAndMovesTheLatentOnes() throws {
    var random = Random(seed: 0)
    let model = try chain([2], linear(2)).mapParameters { entry in
      var parameter = entry.parameter
      if parameter.isWeight { parameter.constraint = Rounded() }
      return parameter
    }
    let trained = try model.train(on: separableData(), .sgd(0.5, epochs: 20), random: &random)
    let weights = try #require(trained.parameter(named: "linear1.weight")).tensor
    #expect(weights.scalars.allSatisfy { $0 == $0.rounded() })
    #expect(try trained.evaluate(on: separableData(), loss: CrossEntropy()).accuracy > 0.9)
  }

  private struct Rounded: WeightConstraint {
    func forward(_ weights: Tensor) throws -> Tensor { try weights.mapped(.roundHalfToEven) }
    func finish(_ weights: Tensor) throws -> ParameterValue { .dense(try forward(weights)) }
  }

  @Test func aRateTooLargeIsAClearErrorWithASmallerOne() throws {
    var random = Random(seed: 0)
    let model = try chain(
      [2], linear(64), ReLU(Settings()), linear(64), ReLU(Settings()), linear(2))
    let error = #expect(throws: TrainingError.self) {
      try model.train(on: separableData(), .sgd(1e6, epochs: 4), random: &random)
    }
    #expect(error?.code == "E0340")
    #expect(error?.headline.contains("in epoch 1, batch ") == true)
    #expect(error?.help == ["a smaller rate: `100000`"])
  }

  @Test func cancellationEndsTrainingAtTheNextBatch() throws {
    let work = Work()
    let batches = Mutex(0)
    let model = try chain([2], linear(2))
    #expect(throws: Cancelled.self) {
      try Work.$current.withValue(work) {
        var random = Random(seed: 0)
        _ = try model.train(on: separableData(), .sgd(0.1, epochs: 1000), random: &random) { _ in
          if batches.withLock({
            $0 += 1; return $0
          }) == 3 {
            work.cancel()
          }
        }
      }
    }
    #expect(batches.withLock { $0 } == 3)
  }

  @Test func progressCountsExamplesAndEpochs() throws {
    var seen: [TrainingProgress] = []
    var random = Random(seed: 0)
    _ = try chain([2], linear(2)).train(
      on: separableData(20), .sgd(0.1, epochs: 2), random: &random
    ) { seen.append($0) }
    #expect(seen.map(\.examplesDone) == [8, 16, 20, 8, 16, 20])
    #expect(seen.map(\.epoch) == [1, 1, 1, 2, 2, 2])
    #expect(seen[5].history.epochs.count == 1)
  }

  @Test func validationIsMeasuredAfterEachEpoch() throws {
    var random = Random(seed: 0)
    var options = try TrainingOptions.sgd(0.1, epochs: 2)
    options.validation = try separableData(16)
    let trained = try chain([2], linear(2)).train(
      on: separableData(), options, random: &random)
    let evaluation = try trained.evaluate(on: separableData(16), loss: CrossEntropy())
    #expect(trained.history?.epochs[1].validationLoss == evaluation.loss)
    #expect(trained.history?.epochs[1].validationAccuracy == evaluation.accuracy)
  }

  @Test func meanSquaredErrorTakesClassesAsOneHotRows() throws {
    // Outputs 0, 0 against 1, 0: (1 + 0) / 2.
    let model = try chain([2], linear(2)).mapParameters { entry in
      ModelParameter(
        entry.parameter.name, entry.parameter.role, .dense(try .zeros(entry.parameter.shape)))
    }
    let loss = try model.evaluate(on: separableData(), loss: MeanSquaredError()).loss
    #expect(loss == 0.5)
  }

  @Test func impossibleOptionsAndDataAreRefused() throws {
    var random = Random(seed: 0)
    let model = try chain([2], linear(2))
    var options = try TrainingOptions.sgd(0.1, epochs: 0)
    #expect(throws: TrainingError.self) {
      try model.train(on: separableData(), options, random: &random)
    }
    (options.epochs, options.batch) = (1, 0)
    #expect(throws: TrainingError.self) {
      try model.train(on: separableData(), options, random: &random)
    }
    let narrow = try chain([2], linear(1))
    let error = #expect(throws: TrainingError.self) {
      try narrow.train(on: separableData(), .sgd(0.1), random: &random)
    }
    #expect(error?.headline == "the data have 2 classes; the model has 1 outputs")
  }
}
