import Catalog
import Compression
import Containers
import Encodings
import Networks
import Tensors
import TestSupport
import Testing

/// Channels and neurons taken out of a model: which, how many, and what comes along.
@Suite struct RemovalTests {
  private func chain(_ input: Shape, _ layers: any Layer...) throws -> Model {
    var random = Random(seed: 4)
    return try layers.reduce(Model.input(input)) { try $0.appending($1, random: &random) }
  }

  private func linear(_ outputs: Double) throws -> Linear {
    try Linear(Settings(["outputs": .number(outputs)]))
  }

  private func convolution(_ channels: Double) throws -> Convolution2D {
    try Convolution2D(Settings(["channels": .number(channels), "padding": .number(1)]))
  }

  /// 2×6×6 → 6 filters, norm, sigmoid → 4 filters → 8 neurons → 3.
  private func network() throws -> Model {
    try chain(
      [2, 6, 6], convolution(6), BatchNorm(Settings()), Sigmoid(Settings()), convolution(4),
      Tanh(Settings()), Flatten(Settings()), linear(8), Sigmoid(Settings()), linear(3))
  }

  private func pruned(
    _ model: Model, _ share: Double, _ structure: any Structure = Channels(),
    _ scope: Prune.Scope = .layer, removes: Bool = true
  ) throws -> Model {
    var random = Random(seed: 0)
    var prune = Prune(share, scope: scope, structure: structure)
    prune.removes = removes
    return try prune(model, random: &random)
  }

  private func lengths(_ model: Model, _ path: String) -> [Int] {
    model.parameter(named: path)?.shape.dimensions ?? []
  }

  @Test func eachGroupGivesItsShare() throws {
    let slim = try pruned(network(), 0.5)
    #expect(lengths(slim, "conv1.weight") == [3, 2, 3, 3])
    #expect(lengths(slim, "bn1.variance") == [3])
    #expect(lengths(slim, "conv2.weight") == [2, 3, 3, 3])
    #expect(lengths(slim, "linear1.weight") == [8, 72])
    #expect(slim.removed.count == 5)
    #expect(slim.parameterCount < (try network()).parameterCount)
  }

  /// The first layer's weights are all smaller than any of the second's: by themselves they would take
  /// every unit but one.
  @Test func oneRankingLeavesEveryLayerATenth() throws {
    let wide = try chain([4], linear(40), Tanh(Settings()), linear(40), Tanh(Settings()), linear(2))
    let small = try wide.replacing(
      "linear1.weight",
      with: Tensor.apply(.multiply, #require(wide.parameter(named: "linear1.weight")).tensor, 1e-6))
    for (share, left) in [
      (0.5, (4, 36)), (0.2, (24, 40)), (0.9, (4, 4)), (0.95, (2, 2)), (1, (1, 1)),
    ] {
      let slim = try pruned(small, share, Neurons(), .global)
      #expect(lengths(slim, "linear1.weight") == [left.0, 4], "\(share)")
      #expect(lengths(slim, "linear2.weight") == [left.1, left.0], "\(share)")
    }
  }

  @Test func theFilterWithTheSmallestSumGoesAndIsNamed() throws {
    let model = try chain([1, 2, 2], convolution(3), Flatten(Settings()), linear(2))
    var scalars = [Float](repeating: 1, count: 27)
    scalars[9..<18] = Array(repeating: 0.5, count: 9)[...]
    let slim = try pruned(
      model.replacing("conv1.weight", with: Tensor([3, 1, 3, 3], scalars)), 1 / 3)
    #expect(slim.removed == ["conv1 filter 1 → linear1 inputs[4...7]"])
    // Of equal filters the first goes.
    let tied = try pruned(model.replacing("conv1.weight", with: .ones([3, 1, 3, 3])), 1 / 3)
    #expect(tied.removed == ["conv1 filter 0 → linear1 inputs[0...3]"])
  }

  @Test func oneOfEachGroupStays() throws {
    for scope in Prune.Scope.allCases {
      let slim = try pruned(network(), 1, Channels(), scope)
      #expect(lengths(slim, "conv1.weight") == [1, 2, 3, 3])
      #expect(lengths(slim, "conv2.weight") == [1, 1, 3, 3])
    }
    let same = try pruned(network(), 0)
    #expect(try same.predict(.ones([2, 6, 6])) == network().predict(.ones([2, 6, 6])))
    #expect(same.removed.isEmpty)
  }

  @Test(arguments: Prune.Scope.allCases, [0.25, 0.5, 0.9])
  func theSmallModelComputesWhatTheMaskedOneComputes(_ scope: Prune.Scope, _ share: Double) throws {
    let batch = try normalTensor([5, 2, 6, 6])
    for structure in [Channels(), Neurons()] as [any Structure] {
      let masked = try pruned(network(), share, structure, scope, removes: false)
      let slim = try pruned(network(), share, structure, scope)
      #expect(masked.parameterCount == (try network()).parameterCount)
      #expect(slim.parameterCount < masked.parameterCount)
      #expect(isClose(try slim.predict(batch), try masked.predict(batch)))
      #expect(try slim.predict(batch) != network().predict(batch))
      #expect(slim.nonZeroWeightCount == masked.nonZeroWeightCount)
    }
  }

  @Test func aMaskedModelStaysMaskedThroughTraining() throws {
    let masked = try pruned(network(), 0.5, removes: false)
    let trained = try train(masked)
    #expect(trained.nonZeroWeightCount <= masked.nonZeroWeightCount)
    // What is zero is known to be gone, and goes first when it is taken out.
    let slim = try pruned(trained, 0.5)
    let batch = try normalTensor([2, 2, 6, 6])
    #expect(isClose(try slim.predict(batch), try trained.predict(batch)))
  }

  @Test func removingAgainTakesItsShareOfWhatIsLeft() throws {
    let once = try pruned(network(), 0.5, Neurons())
    let twice = try pruned(once, 0.5, Neurons())
    #expect(lengths(once, "linear1.weight") == [4, 144])
    #expect(lengths(twice, "linear1.weight") == [2, 144])
    #expect(twice.removed.count == 6)
  }

  /// Parameters of operators.md §3.5: 64-300-100-10 without 50 %, 75 % and 90 % of its neurons.
  @Test func theParametersOfTheNeuronTableAreExact() throws {
    let model = try chain(
      [64], linear(300), ReLU(Settings()), linear(100), ReLU(Settings()), linear(10))
    for (share, count) in [(0.5, 17_810), (0.75, 7_035), (0.9, 2_370)] {
      #expect(try pruned(model, share, Neurons()).parameterCount == count)
    }
  }

  @Test func codesScalesAndMasksShrinkWithTheirChannels() throws {
    var random = Random(seed: 0)
    let sparse = try Prune(0.3)(network(), random: &random)
    let quantized = try Quantize(.int8, per: .channel)(sparse, Resources(), random: &random)
    let slim = try pruned(quantized, 0.5)
    guard case .encoded(let first)? = slim.parameter(named: "conv1.weight")?.value,
      case .encoded(let whole)? = quantized.parameter(named: "conv1.weight")?.value
    else {
      Issue.record("weights are encoded")
      return
    }
    #expect(first.grid?.scales.count == 3)
    #expect(first.grid?.codes.count == 54)
    #expect(first.kept != nil)
    let kept = (0..<6).filter { index in
      !slim.removed.contains { $0.hasPrefix("conv1 filter \(index) ") }
    }
    #expect(first.grid?.scales == kept.compactMap { whole.grid?.scales[$0] })
    let scalars = try whole.values.scalars
    #expect(try first.values.scalars == kept.flatMap { scalars[$0 * 18..<$0 * 18 + 18] })
    let masked = try pruned(quantized, 0.5, removes: false)
    let batch = try normalTensor([3, 2, 6, 6])
    #expect(isClose(try slim.predict(batch), try masked.predict(batch)))
    // It is written, read and trained like any other model.
    let (bytes, _) = try Container.write(slim)
    #expect(bytes.count < (try Container.write(quantized)).0.count)
    guard case .model(let stored) = try Container.decode(bytes) else {
      Issue.record("a model is read as a model")
      return
    }
    let read = try stored.withConstraints()
    #expect(try read.predict(batch) == slim.predict(batch))
    let trained = try train(read)
    #expect(trained.badge == "int8 weights")
    #expect(lengths(trained, "conv1.weight") == [3, 2, 3, 3])
  }

  @Test func scalesInGroupsGoWithTheirRowsAndRefuseToBeCut() throws {
    // Behind a flatten of 2×2 each channel is one group of 4 inputs; 6 neurons are 4 and 2.
    let model = try chain([1, 2, 2], convolution(3), Flatten(Settings()), linear(6), linear(2))
      .replacing("linear1.weight", with: Tensor([6, 12], (0..<72).map { Float($0 + 1) }))
    var random = Random(seed: 0)
    let four = Quantize(try IntegerFormat(bits: 4, isSigned: true), per: .groups(of: 4))
    let fine = try four(model, Resources(), random: &random)
    let whole = try pruned(fine, 0.5)
    let masked = try pruned(fine, 0.5, removes: false)
    let batch = try normalTensor([3, 1, 2, 2])
    #expect(
      isClose(try whole.predict(batch), try masked.predict(batch), absolute: 1e-3, relative: 1e-4))
    // Without the first neuron the fifth would share the scale of the first four.
    #expect(throws: StructureError.groupsBroken("linear2.weight")) {
      try pruned(fine, 1 / 6, Neurons())
    }
  }

  @Test func aChosenLayoutStays() throws {
    let model = try network()
    let weight = try #require(model.parameter(named: "conv1.weight")).tensor
    let chosen = try EncodedTensor(weight).stored(as: Layout(.bitmask, .float32))
    let slim = try pruned(
      model.replacing("conv1.weight", with: .encoded(chosen), constraint: nil), 0.5)
    guard case .encoded(let small)? = slim.parameter(named: "conv1.weight")?.value else {
      Issue.record("it stays encoded")
      return
    }
    #expect(small.layout == chosen.layout)
  }

  @Test func anAmountForEachGroup() throws {
    var random = Random(seed: 0)
    var prune = Prune(nil, structure: Channels())
    prune.shares = [0.5, 0]
    let slim = try prune(network(), random: &random)
    #expect(lengths(slim, "conv2.weight") == [4, 3, 3, 3])
    prune.shares = [0.5]
    #expect(throws: StructureError.wrongAmounts(1, groups: 2)) {
      try prune(network(), random: &random)
    }
  }

  @Test func whatCannotGoIsSaid() throws {
    #expect(throws: StructureError.noUnitsInModel("channels")) {
      try pruned(chain([4], linear(2)), 0.5)
    }
    #expect(throws: StructureError.noUnitsInModel("neurons")) {
      try pruned(chain([4], linear(2)), 0.5, Neurons())
    }
    var random = Random(seed: 0)
    let marks = UserCriterion(needs: [.weight], text: "marks") {
      .pruned(try Tensor.zeros($0.weight.shape))
    }
    #expect(throws: StructureError.maskOfWeights(criterion: "marks", structure: "channels")) {
      try Prune(nil, by: marks, structure: Channels())(network(), random: &random)
    }
    #expect(throws: PruneError.amountMissing(criterion: "magnitude")) {
      try Prune(nil, structure: Channels())(network(), random: &random)
    }
  }

  private func train(_ model: Model) throws -> Model {
    var random = Random(seed: 7)
    let data = try LabeledData(
      name: "toy", images: normalTensor([12, 2, 6, 6], seed: 3),
      labels: Tensor((0..<12).map { Float($0 % 3) }), classNames: ["a", "b", "c"])
    return try model.train(
      on: data,
      TrainingOptions(
        epochs: 2, batch: 4, optimizer: Adam(Settings(["rate": .number(0.01)])),
        loss: CrossEntropy()), random: &random)
  }
}
