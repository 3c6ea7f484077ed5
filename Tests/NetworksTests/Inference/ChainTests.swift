import Catalog
import TestSupport
import Tensors
import Testing

@testable import Networks

/// Inference takes layers together without anybody seeing it.
@Suite struct ChainTests {
  private let relu: ReLU
  private let flatten: Flatten
  private let half: MaxPool

  init() throws {
    relu = try ReLU(Settings())
    flatten = try Flatten(Settings())
    half = try MaxPool(Settings(["size": .number(2)]))
  }

  private func images(_ model: Model, _ count: Int) throws -> Tensor {
    var random = Random(seed: 4)
    return try .uniform(Shape([count] + model.inputShape.dimensions), -1, 1, &random)
  }

  /// What each layer gives by itself.
  private func oneByOne(_ model: Model, _ images: Tensor) throws -> Tensor {
    var last = images
    try model.observe(images) { _, _, output in last = output }
    return last
  }

  @Test func aModelOfKnownLayersIsOneChain() throws {
    let model = try chain(
      [1, 10, 10], convolution(8), relu, Dropout(Settings(["rate": .number(0.5)])), half, flatten,
      linear(6), relu, linear(3))
    #expect(try model.chained(upTo: 8, rows: 1).map(\.places) == [1...8])
    let images = try images(model, 5)
    #expect(try isClose(model.predict(images), oneByOne(model, images)))
    #expect(try model.chained(upTo: 6, rows: 1).map(\.places) == [1...6])
  }

  @Test func otherLayersRunBetweenChains() throws {
    let model = try chain(
      [1, 10, 10], convolution(8), BatchNorm(Settings()), relu, half, convolution(4), flatten,
      linear(3), Softmax(Settings()))
    #expect(try model.chained(upTo: 8, rows: 1).map(\.places) == [1...1, 4...7])
    let images = try images(model, 5)
    #expect(try isClose(model.predict(images), oneByOne(model, images)))
  }

  @Test func resultsThatSeveralReadAreNotSkipped() throws {
    var random = Random(seed: 1)
    let trunk = try chain([2, 6, 6], convolution(4, padding: 1), relu)
    let branch = try trunk.appending(convolution(4, padding: 1), random: &random)
      .appending(relu, random: &random)
    let model = try Model.merging([branch, trunk], Add(Settings()), random: &random)
      .appending(convolution(3), random: &random)
    let images = try images(model, 4)
    #expect(try isClose(model.predict(images), oneByOne(model, images)))
    #expect(try model.chained(upTo: 6, rows: 1).map(\.places) == [1...2, 3...4, 6...6])
  }

  @Test func changedWeightsCountAtOnce() throws {
    let model = try chain([4], linear(3), relu)
    let images = try images(model, 2)
    let before = try model.predict(images)
    let changed = try model.replacing("linear1.weight", with: .full([3, 4], 1))
    let after = try changed.predict(images)
    #expect(after != before)
    #expect(try isClose(after, oneByOne(changed, images)))
    #expect(try model.predict(images) == before)
  }

  @Test func whatAChainHeldIsGivenBack() throws {
    let work = Work(memory: Memory())
    try Work.$current.withValue(work) {
      let model = try chain([1, 10, 10], convolution(8), relu, flatten, linear(6))
      _ = try model.predict(images(model, 3))
      #expect(work.memory.live > 0)
    }
    #expect(work.memory.live == 0)
  }
}
