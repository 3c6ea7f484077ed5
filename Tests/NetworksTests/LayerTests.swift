import Autograd
import Catalog
import Tensors
import TestSupport
import Testing

@testable import Networks

@Suite struct LayerTests {
  @Test func everyLayerCardSaysEnough() {
    #expect(Set(layerCatalog.map { $0.card.name }).count == layerCatalog.count)
    for layer in layerCatalog {
      let card = layer.card
      #expect(card.family == .layer)
      #expect(card.summary.count <= 150 && card.summary.hasSuffix("."))
      #expect(!card.formula.isEmpty && !card.source.isEmpty, "\(card.name)")
      #expect(card.examples.count >= 2, "\(card.name)")
    }
  }

  @Test func shapesFollowFromTheInput() throws {
    let model = try chain(
      [1, 28, 28], convolution(32), ReLU(Settings()), MaxPool(Settings(["size": .number(2)])),
      Flatten(Settings()), linear(10))
    #expect(
      model.nodes.map(\.outputShape) == [
        [1, 28, 28], [32, 26, 26], [32, 26, 26], [32, 13, 13], [5408], [10],
      ])
    #expect(model.parameterCount == 32 * 9 + 32 + 5408 * 10 + 10)
    #expect(model.multiplyAdds == 32 * 26 * 26 * 9 + 54_080)
  }

  @Test func aStrideLeavesOutWindowsThatReachOverTheEdge() throws {
    let pool = try MaxPool(Settings(["size": .number(3), "stride": .number(2)]))
    #expect(try pool.outputShape([[8, 13, 14]]) == [8, 6, 6])
  }

  @Test func aLayerThatDoesNotFitNamesBothShapesAndTheFix() throws {
    let error = #expect(throws: LayerError.self) { try chain([1, 28, 28], linear(10)) }
    #expect(error?.code == "E0240")
    #expect(error?.headline == "`linear` takes a flat input; it was given 1×28×28")
    #expect(error?.help == ["`flatten |> linear(10)`"])
  }

  @Test func aWindowLargerThanTheImageIsRefused() throws {
    let error = #expect(throws: LayerError.self) { try chain([1, 2, 2], convolution(4)) }
    #expect(error?.headline == "`conv2d` looks through 3×3 windows; it was given 1×2×2")
  }

  @Test(arguments: [0, -1, 2.5, 1e300])
  func anImpossibleWidthIsRefused(_ outputs: Double) throws {
    #expect(throws: SettingError.self) { try linear(outputs) }
  }

  @Test func anInputTooLargeToCountIsRefused() {
    #expect(throws: LayerError.self) { try Model.input([1 << 20, 1 << 20]) }
    #expect(throws: SettingError.self) { try Model.input([0]) }
  }

  @Test func weightsBeginWithinTheBoundOfTheirFanIn() throws {
    let model = try chain([64], linear(50))
    for entry in model.parameters {
      let scalars = try entry.parameter.tensor.scalars
      #expect(scalars.allSatisfy { abs($0) <= 0.125 })  // 1/√64
      #expect((scalars.map(abs).max() ?? 0) > 0.1)
    }
  }

  @Test func dropoutDropsWhileTrainingAndScalesTheRest() throws {
    let layer = try Dropout(Settings(["rate": .number(0.25)]))
    let x = Variable(try Tensor.ones([100, 100]))
    let kept = try layer.forward([x], [], Pass(isTraining: true)).value.scalars
    #expect(Set(kept) == [0, Float(1 / 0.75)])
    // 2,500 expected; five standard deviations are 217.
    #expect(abs(kept.count { $0 == 0 } - 2500) < 217)
    #expect(try layer.forward([x], [], Pass(isTraining: false)).value == x.value)
  }

  @Test func batchNormMovesItsStatisticsATenthOfTheWay() throws {
    // Batch 1, 3 | 2, 6: means 2, 4; unbiased variances 2, 8.
    let layer = try BatchNorm(Settings())
    var random = Random(seed: 0)
    let parameters = try layer.initialParameters([[2]], &random).map { Variable($0.value) }
    let pass = Pass(isTraining: true)
    let x = Variable(try Tensor([2, 2], [1, 2, 3, 6]))
    let y = try layer.forward([x], parameters, pass).value
    #expect(isClose(y.scalars, [-0.999995, -0.9999987, 0.999995, 0.9999987]))
    #expect(isClose(try #require(pass.statistics[2]).scalars, [0.2, 0.4]))
    #expect(isClose(try #require(pass.statistics[3]).scalars, [0.9 + 0.2, 0.9 + 0.8]))
  }

  @Test func batchNormInferenceUsesTheRunningStatistics() throws {
    let layer = try BatchNorm(Settings())
    let parameters = try [[2], [1], [3], [4]].map { Variable(try Tensor($0)) }
    let x = Variable(try Tensor([1, 1], [7]))
    // 2 (7 − 3) / √(4 + 1e-5) + 1
    let y = try layer.forward([x], parameters, Pass(isTraining: false)).value
    #expect(isClose(y.scalars, [4.999995]))
  }
}
