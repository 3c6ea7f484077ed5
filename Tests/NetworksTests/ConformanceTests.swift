import Catalog
import Tensors
import TestSupport
import Testing

@testable import Networks

/// The five articles' networks against PyTorch in float64, from the same weights and batch.
@Suite struct ConformanceTests {
  @Test(arguments: ArticleNetwork.allCases)
  func threeStepsOfSGDAgreeWithPyTorch(_ network: ArticleNetwork) throws {
    let start = try hashed(network.model())
    let fixture = try ConformanceFixture(network.rawValue, parameters: start.parameters.count)
    let optimizer = try SGD(Settings(["rate": .number(0.01)]))
    try agrees(start, optimizer, fixture.sgd) { _ in 1e-6 }
  }

  @Test(arguments: ArticleNetwork.allCases)
  func threeStepsOfAdamAgreeWithPyTorch(_ network: ArticleNetwork) throws {
    let start = try hashed(network.model())
    let fixture = try ConformanceFixture(network.rawValue, parameters: start.parameters.count)
    let optimizer = try Adam(Settings(["rate": .number(0.001)]))
    try agrees(start, optimizer, fixture.adam) { 1e-5 * abs($0) + 2e-5 }
  }

  /// Losses within 1e-5 of themselves; every weight within the tolerance less the fixture's own
  /// rounding.
  private func agrees(
    _ start: Model, _ optimizer: any Optimizer, _ expected: ConformanceFixture.Run,
    tolerance: (Double) -> Double
  ) throws {
    let data = try LabeledData(
      name: "hashed", images: HashedNumbers.shares(0, Shape([32] + start.inputShape.dimensions)),
      labels: HashedNumbers.labels(1, 32), classNames: (0..<10).map(String.init))
    var random = Random(seed: 0)
    // The batch is all the data, so that an epoch is a step whatever the order.
    let options = TrainingOptions(
      epochs: 3, batch: 32, optimizer: optimizer, loss: try CrossEntropy())
    let trained = try start.train(on: data, options, random: &random)

    let losses = try #require(trained.history).epochs.map(\.loss)
    for (loss, expected) in zip(losses, expected.losses) {
      #expect(abs(loss - expected) <= 1e-5 * expected)
    }
    #expect(losses.count == 3)
    for (index, entry) in trained.parameters.enumerated() {
      let before = try start.parameters[index].parameter.tensor.scalars
      let (moved, error) = expected.moved[index]
      var worst = 0.0
      for (place, weight) in try entry.parameter.tensor.scalars.enumerated() {
        let reference = Double(before[place]) + moved[place]
        worst = max(worst, (abs(Double(weight) - reference) + error) / tolerance(reference))
      }
      #expect(moved.count == before.count)
      #expect(worst <= 1, "\(entry.path): \(worst) times the tolerance")
    }
  }

  private func hashed(_ model: Model) throws -> Model {
    var stream: UInt64 = 1
    var fanIn = 1
    return try model.mapParameters { entry in
      stream += 1
      var parameter = entry.parameter
      if parameter.isWeight { fanIn = parameter.shape.count / parameter.shape[0] }
      parameter.value = .dense(
        try HashedNumbers.weights(stream, parameter.shape, fanIn: fanIn))
      return parameter
    }
  }
}
