import Catalog
import Compression
import Containers
import Networks
import Tensors
import Testing

@Suite struct CostTests {
  private func linear(_ outputs: Int) throws -> Linear {
    try Linear(Settings(["outputs": .number(Double(outputs))]))
  }

  /// LeNet-300-100 with the kept shares of its paper (arXiv:1506.02626, Table 4): 8, 9, 26 %.
  private func leNet() throws -> Model {
    var random = Random(seed: 1)
    var model = try Model.input([784])
      .appending(linear(300), random: &random).appending(ReLU(Settings()), random: &random)
      .appending(linear(100), random: &random).appending(ReLU(Settings()), random: &random)
      .appending(linear(10), random: &random)
    for (path, kept) in [("linear1", 18_816), ("linear2", 2_700), ("linear3", 260)] {
      let shape = try #require(model.parameter(named: path + ".weight")).shape
      let weights = (0..<shape.count).map { Float($0 < kept ? 1 : 0) }
      model = try model.replacing(path + ".weight", with: Tensor(shape, weights))
    }
    return model
  }

  @Test func leNetTakesWhatThePaperCounts() throws {
    let cost = try Cost(leNet())
    #expect(cost.parameters == 266_610)
    #expect(cost.multiplyAdds == 266_200)  // FLOP 532K = 2 · MAC
    #expect(cost.layers.map(\.effectiveMultiplyAdds) == [18_816, 2_700, 260])
    #expect(cost.bytes * 8 == cost.layers.reduce(cost.otherBits) { $0 + $1.bits })
  }

  /// FLOP% = weights% · the share of non-zero numbers that the layer reads.
  @Test func zerosReadTakeNoWork() throws {
    var random = Random(seed: 2)
    let model = try Model.input([4]).appending(linear(4), random: &random)
      .appending(ReLU(Settings()), random: &random).appending(linear(2), random: &random)
      .replacing("linear1.weight", with: Tensor([4, 4], (0..<16).map { $0 % 5 == 0 ? 1 : 0 }))
      .replacing("linear1.bias", with: Tensor([4], [0, 0, 0, 0]))
    // The identity and ReLU: 3 of the 8 numbers stay above 0.
    let images = try Tensor([2, 4], [1, -1, 2, -2, -1, -1, 3, -1])
    let data = try LabeledData(name: "toy", images: images, labels: Tensor([0, 1]))
    let cost = try Cost(model, on: data)
    #expect(cost.layers.map(\.readShare) == [1, 3.0 / 8])
    #expect(cost.layers.map(\.effectiveMultiplyAdds) == [4, 3])  // 8 weights · 3/8
  }

  @Test func piecesAreZeroWhenAllTheirElementsAre() throws {
    // Filter 0 sees only channel 1; filter 1 is zero.
    let bank = try Tensor([2, 2, 1, 2], [0, 0, 5, 0, 0, 0, 0, 0])
    let pieces = NonZeros(bank)
    #expect(pieces.elements == .init(1, of: 8))
    #expect(pieces.rows == .init(1, of: 2))
    #expect(pieces.columns == .init(1, of: 2))
    #expect(pieces.kernels == .init(1, of: 4))
  }

  @Test(arguments: [[], [0], [3], [0, 4], [2, 0], [1, 1]])
  func awkwardShapesAreCounted(lengths: [Int]) throws {
    let pieces = NonZeros(try Tensor.full(Shape(lengths), .nan))
    let count = lengths.reduce(1, *)
    #expect(pieces.elements == .init(count, of: count))
    #expect(pieces.rows.nonZero <= pieces.rows.total)
    #expect(pieces.kernels == nil)
  }

  @Test func aBranchLivesUntilItIsJoined() throws {
    var random = Random(seed: 3)
    let stem = try Model.input([8]).appending(linear(6), random: &random)
    let branch = try stem.appending(linear(6), random: &random)
      .appending(ReLU(Settings()), random: &random)
    // 8 + 6; then 6 (kept for the sum) + 6; ReLU writes over its input; the sum: 6 + 6 + 6.
    let whole = try Model.merging([stem, branch], Add(Settings()), random: &random)
    #expect(whole.activationPeak == ActivationPeak(count: 18, layer: "add1"))
    #expect(stem.activationPeak == ActivationPeak(count: 14, layer: "linear1"))
    // ReLU of what is read later needs memory of its own.
    let relu = try stem.appending(ReLU(Settings()), random: &random)
    let both = try Model.merging([relu, stem], Add(Settings()), random: &random)
    #expect(both.activationPeak == ActivationPeak(count: 18, layer: "add1"))
  }

  @Test func aModelWithoutWeightsCostsItsActivationsAndFile() throws {
    let cost = try Cost(Model.input([4]))
    #expect(cost.layers.isEmpty)
    #expect(cost.multiplyAdds == 0)
    #expect(cost.peakBytesFloat == 16)
    #expect(cost.otherBits == cost.bytes * 8)
  }
}
