import Catalog
import Tensors
import TestSupport
import Testing

@testable import Networks

@Suite struct ModelTests {
  @Test func layersAreNamedByKindAndOrder() throws {
    let model = try chain(
      [1, 8, 8], convolution(2), ReLU(Settings()), convolution(2), BatchNorm(Settings()),
      Flatten(Settings()), linear(3))
    #expect(
      model.nodes.map(\.name) == [
        "input", "conv1", "relu1", "conv2", "bn1", "flatten1", "linear1",
      ])
    #expect(model.weights.map(\.path) == ["conv1.weight", "conv2.weight", "linear1.weight"])
  }

  @Test(arguments: ["parameterCount", "let", "two words", "9th", "", "input"])
  func aNameThatCannotBeAMemberIsRefused(_ name: String) throws {
    var random = Random(seed: 0)
    let model = try Model.input([4])
    #expect(throws: LayerError.self) {
      try model.appending(linear(2), name: name, random: &random)
    }
  }

  @Test func twoLayersCannotHaveOneName() throws {
    var random = Random(seed: 0)
    let model = try Model.input([4]).appending(linear(4), name: "head", random: &random)
    let error = #expect(throws: LayerError.self) {
      try model.appending(linear(2), name: "head", random: &random)
    }
    #expect(error?.headline == "two layers cannot both be called `head`")
  }

  @Test func branchesShareTheLayersTheyBeganWith() throws {
    var random = Random(seed: 0)
    let trunk = try chain([4], linear(4), ReLU(Settings()))
    let branch = try trunk.appending(linear(4), random: &random)
    let model = try Model.merging([branch, trunk], Add(Settings()), random: &random)
    #expect(model.nodes.map(\.name) == ["input", "linear1", "relu1", "linear2", "add1"])
    #expect(model.nodes[4].inputs == [3, 2])

    let x = try normalTensor([5, 4])
    let expected = try Tensor.apply(.add, branch.predict(x), trunk.predict(x))
    #expect(isClose(try model.predict(x), expected))
  }

  @Test func branchesWithLayersOfOneNameAreRenumbered() throws {
    var random = Random(seed: 0)
    let input = try Model.input([4])
    let one = try input.appending(linear(2), random: &random)
    let other = try input.appending(linear(3), random: &random)
    let model = try Model.merging([one, other], Concat(Settings()), random: &random)
    #expect(model.nodes.map(\.name) == ["input", "linear1", "linear2", "concat1"])
    #expect(model.outputShape == [5])
    #expect(try model.predict(.ones([2, 4])).shape == [2, 5])
  }

  @Test func aChangedBranchIsNotTheSameLayer() throws {
    var random = Random(seed: 0)
    let trunk = try chain([2], linear(2))
    let changed = try trunk.replacing("linear1.weight", with: .zeros([2, 2]))
    let model = try Model.merging([trunk, changed], Add(Settings()), random: &random)
    #expect(model.nodes.map(\.name) == ["input", "linear1", "linear2", "add1"])
  }

  @Test func branchesFromDifferentInputsAreRefused() throws {
    var random = Random(seed: 0)
    let error = #expect(throws: LayerError.self) {
      try Model.merging(
        [Model.input([4]), Model.input([4])], Add(Settings()), random: &random)
    }
    #expect(error?.headline == "the branches of `add` begin at different inputs, 4 and 4")
  }

  @Test func replacingAWeightLeavesTheOldModelAsItWas() throws {
    let model = try chain([2], linear(2))
    let before = try #require(model.parameter(named: "linear1.weight")).tensor
    let changed = try model.replacing("linear1.weight", with: .zeros([2, 2]))
    #expect(try model.parameter(named: "linear1.weight")?.tensor == before)
    #expect(try changed.parameter(named: "linear1.weight")?.tensor.scalars == [0, 0, 0, 0])
  }

  @Test func replacingNamesTheNearestParameterAndBothShapes() throws {
    let model = try chain([2], linear(3))
    let unknown = #expect(throws: LayerError.self) {
      try model.replacing("linear.weight", with: .zeros([3, 2]))
    }
    #expect(unknown?.help == ["near names: `linear1.weight`"])
    let wrong = #expect(throws: LayerError.self) {
      try model.replacing("linear1.weight", with: .zeros([2, 3]))
    }
    #expect(wrong?.headline == "`linear1.weight` has shape 3×2; the new value has 2×3")
  }

  @Test func onlyWeightsThatAreNotZeroCostMultiplyAdds() throws {
    let weights = try Tensor([2, 1, 2, 2], [0, 1, 0, 0, 2, 3, 0, 0])
    let layer = try Convolution2D(Settings(["channels": .number(2), "kernel": .number(2)]))
    let model = try chain([1, 4, 4], layer).replacing("conv1.weight", with: weights)
    #expect(model.multiplyAdds == 8 * 9)
    #expect(model.effectiveMultiplyAdds == 3 * 9)
  }

  @Test func oneExampleIsABatchOfOne() throws {
    let model = try chain([2, 2], Flatten(Settings()), linear(3))
    let x = try normalTensor([2, 2])
    #expect(try model.predict(x).shape == [3])
    #expect(try model.predict(x.reshaped([1, 2, 2])).scalars == model.predict(x).scalars)
  }

  @Test func batchesInPiecesGiveWhatOneBatchGives() throws {
    let model = try chain([3], linear(2))
    let x = try normalTensor([600, 3])
    let whole = try model.predict(x)
    #expect(isClose(try model.predict(x.rows(590..<600)), try whole.rows(590..<600)))
  }

  @Test func dataOfAnotherShapeIsRefused() throws {
    let model = try chain([1, 4, 4], Flatten(Settings()), linear(3))
    let error = #expect(throws: LayerError.self) { try model.predict(.zeros([5, 16])) }
    #expect(error?.headline == "this model takes examples of shape 1×4×4; it was given 16")
  }
}
