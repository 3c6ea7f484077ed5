import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

/// Preparing a model changes its weights and not what it computes.
@Suite struct PreparationTests {
  private func layer<Kind: Layer>(_ type: Kind.Type, _ settings: [String: Setting] = [:]) throws
    -> Kind
  { try Kind(Settings(settings)) }

  /// conv, norm, relu, pool, conv, norm, relu, flatten, linear, relu, linear; norms that moved.
  private func network() throws -> Model {
    var random = Random(seed: 3)
    let window: [String: Setting] = [
      "kernel": .number(3), "stride": .number(1), "padding": .number(1),
    ]
    var model = try Model.input([2, 6, 6])
    for channels in [4, 5] {
      model =
        try model
        .appending(
          layer(
            Convolution2D.self,
            window.merging(["channels": .number(Double(channels))]) { $1 }), random: &random
        )
        .appending(layer(BatchNorm.self), random: &random)
        .appending(layer(ReLU.self), random: &random)
        .appending(layer(MaxPool.self, ["size": .number(2)]), random: &random)
    }
    model =
      try model
      .appending(layer(Flatten.self), random: &random)
      .appending(layer(Linear.self, ["outputs": .number(7)]), random: &random)
      .appending(layer(ReLU.self), random: &random)
      .appending(layer(Linear.self, ["outputs": .number(3)]), random: &random)
    for (path, low, high) in [
      ("weight", 0.5, 2), ("bias", -1, 1), ("mean", -0.5, 0.5), ("variance", 0.1, 3),
    ] as [(String, Float, Float)] {
      for norm in ["bn1", "bn2"] {
        let shape = try #require(model.parameter(named: "\(norm).\(path)")).shape
        model = try model.replacing(
          "\(norm).\(path)", with: .uniform(shape, low, high, &random))
      }
    }
    return model
  }

  private func images() throws -> Tensor {
    var random = Random(seed: 4)
    return try Tensor.normal([20, 2, 6, 6], &random)
  }

  private func expectSame(_ one: Model, _ other: Model, _ remark: String) throws {
    let (a, b) = (try one.predict(images()), try other.predict(images()))
    for index in 0..<a.count {
      #expect(abs(a[index] - b[index]) < 1e-4 * max(1, abs(a[index])), "\(remark)")
    }
  }

  @Test func foldingRemovesNormsAndChangesNothing() throws {
    let model = try network()
    let folded = try NormFolding().prepared(model, on: nil)
    #expect(!folded.nodes.contains { $0.layer is BatchNorm })
    #expect(folded.nodes.count == model.nodes.count - 2)
    #expect(
      try folded.parameter(named: "conv1.weight")?.tensor
        != model.parameter(named: "conv1.weight")?.tensor)
    try expectSame(model, folded, "fold")
  }

  @Test func aNormBehindALayerThatOthersReadStays() throws {
    var random = Random(seed: 1)
    let trunk = try Model.input([4]).appending(
      layer(Linear.self, ["outputs": .number(4)]), random: &random)
    let normed = try trunk.appending(layer(BatchNorm.self), random: &random)
    let joined = try Model.merging([trunk, normed], layer(Add.self), random: &random)
    #expect(try NormFolding().prepared(joined, on: nil).nodes.count == joined.nodes.count)
  }

  @Test func foldingKeepsWhatWasPruned() throws {
    var random = Random(seed: 0)
    let pruned = try Prune(0.5)(network(), random: &random)
    let folded = try NormFolding().prepared(pruned, on: nil)
    #expect(folded.nonZeroWeightCount == pruned.nonZeroWeightCount)
    guard case .encoded(let tensor)? = folded.parameter(named: "conv1.weight")?.value else {
      Issue.record("the mask is gone")
      return
    }
    #expect(tensor.keptCount * 2 == tensor.count)
    try expectSame(pruned, folded, "pruned and folded")
  }

  @Test func equalizingEqualizesAndChangesNothing() throws {
    let folded = try NormFolding().prepared(network(), on: nil)
    let equal = try LayerEqualization().prepared(folded, on: nil)
    try expectSame(folded, equal, "equalize")
    // Done again, nothing is left to do.
    for seam in Seam.all(in: equal, norms: false) {
      #expect(try LayerEqualization().factors(seam, equal).allSatisfy { abs($0 - 1) < 1e-3 })
    }
    #expect(Seam.all(in: equal, norms: false).count == 3)
  }

  private struct Torch: Decodable {
    struct Pair: Decodable {
      var weight1: [Float]
      var bias1: [Float]
      var weight2: [Float]
      var bias2: [Float]
      var sizes: [Int]
      var once: [[Float]]
      var converged: [[Float]]
    }
    var pairs: [Pair]
  }

  @Test func equalizedWeightsAreTorchs() throws {
    let pairs = try Fixture.decode(Torch.self, "calibration-torch").pairs
    #expect(pairs.count == 2)
    for pair in pairs {
      let (inputs, hidden, outputs) = (pair.sizes[0], pair.sizes[1], pair.sizes[2])
      var random = Random(seed: 1)
      let model = try Model.input([inputs])
        .appending(layer(Linear.self, ["outputs": .number(Double(hidden))]), random: &random)
        .appending(layer(Linear.self, ["outputs": .number(Double(outputs))]), random: &random)
        .replacing("linear1.weight", with: Tensor([hidden, inputs], pair.weight1))
        .replacing("linear1.bias", with: Tensor([hidden], pair.bias1))
        .replacing("linear2.weight", with: Tensor([outputs, hidden], pair.weight2))
      let seam = try #require(Seam.all(in: model, norms: false).first)
      let once = try seam.rescaled(model, by: LayerEqualization().factors(seam, model))
      let converged = try LayerEqualization().prepared(model, on: nil)
      for (own, known) in [(once, pair.once), (converged, pair.converged)] {
        for (path, values) in zip(["linear1.weight", "linear1.bias", "linear2.weight"], known) {
          let tensor = try #require(own.parameter(named: path)).tensor
          for (index, value) in values.enumerated() {
            #expect(abs(tensor[index] - value) <= 1e-5 * max(1, abs(value)), "\(path)")
          }
        }
      }
    }
  }

  @Test func deadChannelsKeepTheirScale() throws {
    var model = try NormFolding().prepared(network(), on: nil)
    let weight = try #require(model.parameter(named: "linear1.weight")).tensor
    let columns = weight.shape[1]
    model = try model.replacing(
      "linear1.weight",
      with: Tensor(weight.shape, weight.scalars.enumerated().map { $0 < columns ? 0 : $1 }))
    for preparation in [LayerEqualization(), try ActivationSmoothing(Settings())]
      as [any Preparation]
    {
      let prepared = try preparation.prepared(model, on: images())
      #expect(
        try prepared.parameters.allSatisfy {
          try $0.parameter.tensor.scalars.allSatisfy { $0.isFinite }
        })
      try expectSame(model, prepared, "dead channel")
    }
  }

  @Test func smoothingMovesTheDifficultyAndChangesNothing() throws {
    let model = try network()
    for strength in [0, 0.5, 1] {
      let method = try ActivationSmoothing(Settings(["strength": .number(strength)]))
      let smooth = try method.prepared(model, on: images())
      try expectSame(model, smooth, "smooth \(strength)")
    }
    // With α = ½ a channel's largest activation and weight meet: √(a·w) both.
    let factors = try ActivationSmoothing(Settings()).factors([8, 0, 1e-20], [2, 1, 1])
    #expect(factors == [2, 1, 1e-5])
    #expect(throws: PreparationError.needsData("smooth")) {
      try ActivationSmoothing(Settings()).prepared(model, on: nil)
    }
  }

  @Test func windowsGiveWhatTheConvolutionGives() throws {
    let model = try network()
    let node = try #require(model.nodes.firstIndex { $0.name == "conv2" })
    let calibration = try #require(try model.calibration(of: node, on: images()))
    let layer = model.nodes[node]
    // Σ over windows of W x by the sums is Σ over places of the outputs less the biases.
    let weight = try layer.parameters[0].tensor
    let bias = try layer.parameters[1].tensor
    var sums = [Double](repeating: 0, count: weight.shape[0])
    try model.observe(images()) { place, _, output in
      guard place == node else { return }
      let plane = output.shape[2] * output.shape[3]
      for index in 0..<output.count {
        sums[index / plane % sums.count] += Double(output[index] - bias[index / plane % sums.count])
      }
    }
    #expect(calibration.count == 20 * 3 * 3)
    for (row, sum) in sums.enumerated() {
      let own = (0..<calibration.columns).reduce(0.0) {
        $0 + Double(weight[row * calibration.columns + $1]) * calibration.sums[$1]
      }
      #expect(abs(own - sum) < 1e-3)
    }
  }

  @Test func correctedBiasesGiveTheMeanOutputBack() throws {
    let data = try LabeledData(
      name: "toy", images: images(), labels: .zeros([20]), classNames: ["a"])
    var quantize = Quantize(try IntegerFormat(bits: 2, isSigned: true), per: .channel)
    let model = try NormFolding().prepared(network(), on: nil)
    func drift() throws -> Float {
      var random = Random(seed: 0)
      let small = try quantize(model, Resources(data: data), random: &random)
      // The first layer's outputs: later ones see other inputs than the float model's.
      let (a, b) = (try firstMeans(model), try firstMeans(small))
      return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    let before = try drift()
    quantize.correctsBias = true
    let after = try drift()
    #expect(before > 0.005)
    #expect(after < 1e-5)
  }

  private func firstMeans(_ model: Model) throws -> [Float] {
    var means = [Float](repeating: 0, count: 4)
    try model.observe(images()) { place, _, output in
      guard place == 1 else { return }
      let plane = output.shape[2] * output.shape[3]
      for index in 0..<output.count { means[index / plane % 4] += output[index] / 720 }
    }
    return means
  }

  @Test func methodsGoThroughAModelLayerByLayer() throws {
    let data = try LabeledData(
      name: "toy", images: images(), labels: .zeros([20]), classNames: ["a"])
    let model = try network()
    for type in roundingCatalog {
      var quantize = Quantize(try IntegerFormat(bits: 3, isSigned: true), per: .channel)
      quantize.method = try type.init(Settings())
      quantize.preparations = [NormFolding(), LayerEqualization()]
      var random = Random(seed: 0)
      let one = try quantize(model, Resources(data: data), random: &random)
      let two = try quantize(model, Resources(data: data), random: &random)
      #expect(one.weights.count == 4)
      for (a, b) in zip(one.weights, two.weights) {
        #expect(try a.parameter.tensor.scalars == b.parameter.tensor.scalars, "\(type.card.name)")
        guard case .encoded(let tensor) = a.parameter.value else {
          Issue.record("\(a.path) is not encoded")
          continue
        }
        #expect(tensor.grid?.format.codeBits == 3)
      }
      if quantize.method.needsData {
        #expect(throws: RoundingError.needsData(type.card.name)) {
          try quantize(model, Resources(), random: &random)
        }
      }
    }
  }
}
