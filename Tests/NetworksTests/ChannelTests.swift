import Autograd
import Catalog
import Tensors
import TestSupport
import Testing

@testable import Networks

/// Which channels go together, and what a network computes without them.
@Suite struct ChannelTests {
  private func words(_ model: Model) throws -> [[String]] {
    try model.channelGroups.map { $0.units.map(model.description(of:)) }
  }

  private func layer<Kind: Layer>(_ kind: Kind.Type) throws -> Kind { try Kind(Settings()) }

  @Test func aFilterTakesItsNormAndTheNextInputsAlong() throws {
    let model = try chain(
      [1, 6, 6], convolution(4), layer(BatchNorm.self), layer(ReLU.self), convolution(2),
      layer(Flatten.self), linear(3))
    let groups = try words(model)
    #expect(groups.map(\.count) == [4, 2])
    #expect(groups[0][3] == "conv1 filter 3 → bn1[3], conv2 inputs[3]")
    // Four numbers are left of each channel, 6 − 2 − 2 = 2 a side.
    #expect(
      groups[1] == [
        "conv2 filter 0 → linear1 inputs[0...3]", "conv2 filter 1 → linear1 inputs[4...7]",
      ])
  }

  @Test func theInputAndTheAnswerStay() throws {
    #expect(try words(chain([3], linear(2))).isEmpty)
    #expect(try words(chain([3], linear(4), layer(ReLU.self))).isEmpty)
    #expect(try words(chain([2, 3, 3], layer(ReLU.self), layer(Flatten.self))).isEmpty)
    #expect(try words(chain([3], linear(4), linear(2))).map(\.count) == [4])
  }

  @Test func aLayerThatMixesKeepsWhatReachesIt() throws {
    let model = try chain([3], linear(4), linear(5), layer(Softmax.self), linear(2))
    #expect(try words(model) == [(0..<4).map { "linear1 neuron \($0) → linear2 inputs[\($0)]" }])
  }

  @Test func addedBranchesGoTogetherAndNeverWithTheInput() throws {
    var random = Random(seed: 0)
    let start = try chain([1, 4, 4], convolution(3, padding: 1))
    let inner = try start.appending(convolution(3, padding: 1), random: &random)
    let sum = try Model.merging([start, inner], layer(Add.self), random: &random)
    let net = try sum.appending(convolution(2), random: &random)
    #expect(
      try words(net) == [
        (0..<3).map {
          "conv1 filter \($0) + conv2 filter \($0) → conv2 inputs[\($0)], "
            + "conv3 inputs[\($0)]"
        }
      ])
    let input = try chain([3, 4, 4])
    let same = try input.appending(convolution(3, padding: 1), random: &random)
    let withInput = try Model.merging([input, same], layer(Add.self), random: &random)
      .appending(convolution(2), random: &random)
    #expect(try words(withInput).isEmpty)
  }

  @Test func joinedBranchesKeepTheirOffsets() throws {
    var random = Random(seed: 0)
    let input = try chain([1, 4, 4])
    let a = try input.appending(convolution(2, padding: 1), random: &random)
    let b = try input.appending(convolution(3, padding: 1), random: &random)
    let both = try Model.merging([a, input, b], layer(Concat.self), random: &random)
      .appending(convolution(2), random: &random)
    let groups = try words(both)
    #expect(groups[0][1] == "conv1 filter 1 → conv3 inputs[1]")
    #expect(groups[1][0] == "conv2 filter 0 → conv3 inputs[3]")
    // A branch joined with itself is read twice.
    let twice = try Model.merging([a, a], layer(Concat.self), random: &random)
      .appending(convolution(2), random: &random)
    #expect(try words(twice)[0][1] == "conv1 filter 1 → conv2 inputs[1, 3]")
  }

  @Test func aConvolutionAndALinearLayerMayShareAUnit() throws {
    var random = Random(seed: 0)
    let input = try chain([1, 2, 2])
    let flat = try input.appending(convolution(2, padding: 1), random: &random)
      .appending(layer(Flatten.self), random: &random)
    let dense = try input.appending(layer(Flatten.self), random: &random)
      .appending(linear(8), random: &random)
    let net = try Model.merging([flat, dense], layer(Add.self), random: &random)
      .appending(linear(2), random: &random)
    let groups = try net.channelGroups
    #expect(groups.map(\.kind) == [.filter])
    #expect(
      try words(net)[0][1]
        == "conv1 filter 1 + linear1 neurons 4...7 → linear2 inputs[4...7]")
  }

  @Test(arguments: ArticleNetwork.allCases)
  func anArticlesNetworkComputesTheSame(_ network: ArticleNetwork) throws {
    let model = try settled(network.model(), seed: 3)
    let groups = try model.channelGroups
    #expect(groups.count == (network == .pruned000 || network == .pruned002 ? 3 : groups.count))
    for seed in 0..<2 { try expectSame(model, seed: UInt64(seed)) }
  }

  /// The network of examples/residual.esp: norms inside of branches, sums of sums.
  @Test(arguments: 0..<3) func aResidualNetworkComputesTheSame(_ seed: Int) throws {
    var random = Random(seed: 0)
    var net = try chain([1, 8, 8], convolution(8, padding: 1), layer(ReLU.self))
    for _ in 0..<2 {
      var inner = net
      for last in [false, true] {
        inner = try inner.appending(convolution(8, padding: 1), random: &random)
          .appending(layer(BatchNorm.self), random: &random)
        if !last { inner = try inner.appending(layer(ReLU.self), random: &random) }
      }
      net = try Model.merging([net, inner], layer(Add.self), random: &random)
        .appending(layer(ReLU.self), random: &random)
    }
    net = try net.appending(AveragePool(Settings(["size": .number(2)])), random: &random)
      .appending(layer(Flatten.self), random: &random).appending(linear(10), random: &random)
    // What is added up has one group; the first half of each branch has one of its own.
    #expect(try net.channelGroups.map(\.producers.count) == [3, 1, 1])
    try expectSame(settled(net, seed: 8), seed: UInt64(seed))
  }

  /// Random graphs of every kind of layer: a property over seeds.
  @Test(arguments: 0..<40) func anyNetworkComputesTheSame(_ seed: Int) throws {
    let model = try settled(randomNetwork(seed: UInt64(seed)), seed: UInt64(seed))
    try expectSame(model, seed: UInt64(seed))
  }

  @Test func somethingIsRemovedFromMostRandomNetworks() throws {
    let counts = try (0..<40).map { try randomNetwork(seed: UInt64($0)).channelGroups.count }
    #expect(counts.count { $0 > 1 } > 30)
    #expect(counts.contains { $0 > 4 })
  }

  @Test func aLayersNumberOfChannelsMustAgree() throws {
    // A layer that claims channels of its own but has none of their setting is taken for mixing.
    let model = try chain([3], linear(4), layer(Claiming.self), linear(2))
    #expect(try model.channelGroups.isEmpty)
  }

  /// The smaller network against the whole one run with those channels at zero everywhere.
  private func expectSame(_ model: Model, seed: UInt64) throws {
    var random = Random(seed: seed)
    var units: [ChannelUnit] = []
    for group in try model.channelGroups {
      let gone = group.units.filter { _ in random.uniform() < 0.5 }
      units += gone.count == group.units.count ? Array(gone.dropFirst()) : gone
    }
    let slim = try model.removing(units) { entry, cut in
      var parameter = entry.parameter
      var tensor = try parameter.tensor
      if let first = cut.first { tensor = try tensor.sliced([.list(first)]) }
      if let second = cut.second { tensor = try tensor.sliced([.all, .list(second)]) }
      parameter.value = .dense(tensor)
      return parameter
    }
    #expect(units.isEmpty || slim.parameterCount < model.parameterCount)
    #expect(slim.outputShape == model.outputShape)
    let batch = try normalTensor(Shape([3] + model.inputShape.dimensions), seed: seed)
    let expected = try zeroing(units, in: model, batch)
    #expect(isClose(try slim.predict(batch), expected, absolute: 1e-4, relative: 1e-4))
    // What is left is a whole model: it can be taken apart and put together again.
    let again = try Model(parts: slim.parts, steps: [])
    #expect(try again.predict(batch) == slim.predict(batch))
  }

  /// The network's answer when the units' channels are zero wherever a layer gives them out.
  private func zeroing(_ units: [ChannelUnit], in model: Model, _ batch: Tensor) throws -> Tensor {
    var results: [Tensor] = []
    for (place, node) in model.nodes.enumerated() {
      let inputs = place == 0 ? [batch] : node.inputs.map { results[$0] }
      var output = try node.layer.forward(
        inputs.map { Variable($0) }, node.parameters.map { Variable(try $0.tensor) },
        Pass(isTraining: false)
      ).value
      for range in units.flatMap({ $0.channels(of: place) }) {
        let part = try output.sliced([.all, .range(range)])
        output = try output.replacing([.all, .range(range)], with: .zeros(part.shape))
      }
      results.append(output)
    }
    return results[results.count - 1]
  }

  /// The model with every parameter drawn anew, norms and biases too; variances are positive.
  private func settled(_ model: Model, seed: UInt64) throws -> Model {
    var random = Random(seed: seed)
    return try model.mapParameters { entry in
      guard !entry.parameter.isWeight else { return nil }
      var parameter = entry.parameter
      parameter.value = .dense(try Tensor.uniform(parameter.shape, 0.2, 1.5, &random))
      return parameter
    }
  }
}

/// Images or numbers through layers of every kind, with branches added and joined.
private func randomNetwork(seed: UInt64) throws -> Model {
  var random = Random(seed: seed + 100)
  func pick(_ count: Int) -> Int { min(count - 1, Int(random.uniform() * Double(count))) }
  var ends = [try chain([2, 5, 5])]
  for _ in 0..<9 {
    let end = ends[pick(ends.count)]
    let others = ends.filter { $0.outputShape == end.outputShape }
    let next: Model
    switch pick(9) {
    case 0, 1, 2:
      next = try end.appending(
        convolution(Double(2 + pick(3)), padding: 1), random: &random)
    case 3: next = try end.appending(BatchNorm(Settings()), random: &random)
    case 4: next = try end.appending(Sigmoid(Settings()), random: &random)
    case 5: next = try end.appending(Tanh(Settings()), random: &random)
    case 6: next = try end.appending(Dropout(Settings(["rate": .number(0.2)])), random: &random)
    case 7:
      next = try Model.merging(
        [end, others[pick(others.count)]], Add(Settings()), random: &random)
    default:
      next = try Model.merging(
        [ends[pick(ends.count)], end], Concat(Settings()), random: &random)
    }
    ends.append(next)
  }
  // The last ends of one shape are added up, so that producers are tied together.
  let last = ends[ends.count - 1]
  let same = ends.filter { $0.outputShape == last.outputShape }.suffix(3)
  var net = try Model.merging(Array(same), Add(Settings()), random: &random)
  if pick(2) == 0 {
    net = try net.appending(MaxPool(Settings(["size": .number(2)])), random: &random)
  }
  net = try net.appending(Flatten(Settings()), random: &random)
  net = try net.appending(linear(5), random: &random)
  if pick(3) == 0 { net = try net.appending(Softmax(Settings()), random: &random) }
  net = try net.appending(BatchNorm(Settings()), random: &random)
  net = try net.appending(linear(4), random: &random)
  return try net.appending(Tanh(Settings()), random: &random).appending(linear(3), random: &random)
}

/// A layer that says of itself what its settings do not bear out.
private struct Claiming: Layer {
  static let stem = "claim"
  static let card = Card("claiming", .layer, summary: "", examples: [])
  init(_ settings: Settings) throws {}
  func outputShape(_ inputs: [Shape]) throws -> Shape { inputs[0] }
  func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable { inputs[0] }
  var channelFlow: ChannelFlow { .made(.neuron, setting: "outputs") }
}
