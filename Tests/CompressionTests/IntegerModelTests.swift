import Catalog
import Encodings
import TestSupport
import Testing
import Tensors

@testable import Compression
@testable import Networks

/// Models that run in integers give, code for code, what their simulation gives.
@Suite struct IntegerModelTests {
  private func layer(_ type: any Layer.Type, _ settings: [String: Double] = [:]) throws
    -> any Layer
  {
    try type.init(Settings(settings.mapValues(Setting.number)))
  }

  private func chain(_ input: Shape, _ layers: [any Layer], seed: UInt64 = 0) throws -> Model {
    var random = Random(seed: seed)
    return try layers.reduce(Model.input(input)) { try $0.appending($1, random: &random) }
  }

  private func data(_ shape: Shape, count: Int, scale: Float = 1, seed: UInt64 = 5) throws
    -> LabeledData
  {
    let images = try normalTensor(Shape([count] + shape.dimensions), seed: seed)
    return try LabeledData(
      name: "noise", images: Tensor.apply(.multiply, images, scale),
      labels: Tensor((0..<count).map { Float($0 % 2) }), classNames: ["a", "b"])
  }

  private func quantized(
    _ model: Model, _ format: String, _ activations: String, _ data: LabeledData,
    simulate: Bool, per: String = "tensor", symmetric: Bool? = nil,
    settings: Settings = Settings()
  ) throws -> Model {
    var given: [String: Setting] = [
      "format": .option(format, Settings()), "per": .option(per, Settings()),
      "range": .option("minmax", Settings()), "method": .option("nearest", Settings()),
      "simulate": .boolean(simulate), "activations": .option(activations, settings),
    ]
    if let symmetric { given["symmetric"] = .boolean(symmetric) }
    var random = Random(seed: 0)
    return try Quantize(Settings(given))(model, Resources(data: data), random: &random)
  }

  /// Every layer's codes, or its numbers as bit patterns.
  private func trace(_ model: Model, _ images: Tensor) throws -> [[UInt32]] {
    var result: [[UInt32]] = []
    _ = try model.flow(images) { _, flow in
      switch flow {
      case .codes(let codes): result.append(codes.codes.map { UInt32(bitPattern: $0) })
      case .values(let values): result.append(values.scalars.map(\.bitPattern))
      }
    }
    return result
  }

  private func expectEqual(
    _ model: Model, _ data: LabeledData, _ formats: [String], _ per: [String] = ["tensor"],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for format in formats {
      for part in per {
        for activations in ["static", "dynamic"] {
          let real = try quantized(model, format, activations, data, simulate: false, per: part)
          let simulated = try quantized(
            model, format, activations, data, simulate: true, per: part)
          let (a, b) = (try trace(real, data.images), try trace(simulated, data.images))
          #expect(a == b, "\(format) \(part) \(activations)", sourceLocation: sourceLocation)
          #expect(real.badge == format)
          #expect(simulated.badge == "simulated \(format)")
        }
      }
    }
  }

  @Test func everyKindOfLayerAgreesWithItsSimulation() throws {
    var random = Random(seed: 1)
    let input = try Model.input([2, 9, 9])
    let one = try input.appending(
      layer(Convolution2D.self, ["channels": 5, "padding": 1]), random: &random
    ).appending(layer(BatchNorm.self), random: &random)
    let two = try one.appending(layer(ReLU.self), random: &random)
      .appending(
        layer(Convolution2D.self, ["channels": 5, "kernel": 3, "padding": 1]), random: &random)
    let sum = try Model.merging([one, two], layer(Add.self), random: &random)
    let both = try Model.merging([sum, one], layer(Concat.self), random: &random)
    let model = try [
      layer(Tanh.self), layer(AveragePool.self, ["size": 2]), layer(Sigmoid.self),
      layer(MaxPool.self, ["size": 3, "stride": 1]), layer(Flatten.self),
      layer(Dropout.self, ["rate": 0.5]), layer(Linear.self, ["outputs": 7]),
      layer(Softmax.self),
    ].reduce(both) { try $0.appending($1, random: &random) }
    try expectEqual(
      model, data([2, 9, 9], count: 5), ["int8", "int4", "uint8", "int2"], ["tensor", "channel"])
  }

  @Test(arguments: ArticleNetwork.allCases)
  func theArticlesNetworksAgree(_ network: ArticleNetwork) throws {
    let model = try network.model()
    try expectEqual(model, data(model.inputShape, count: 2), ["int8"], ["channel"])
  }

  /// What runs in one go against what runs layer by layer.
  @Test(arguments: ["int8", "int4", "uint8", "int2"], ["tensor", "channel"])
  func aModelInOneGoIsItsLayers(_ format: String, _ per: String) throws {
    let layers: [[any Layer]] = [
      [
        try layer(Convolution2D.self, ["channels": 6, "padding": 1]), try layer(ReLU.self),
        try layer(MaxPool.self, ["size": 2]),
        try layer(Convolution2D.self, ["channels": 9, "kernel": 2, "stride": 2]),
        try layer(MaxPool.self, ["size": 2, "stride": 1]), try layer(ReLU.self),
        try layer(AveragePool.self, ["size": 2]), try layer(Flatten.self),
        try layer(Dropout.self, ["rate": 0.5]), try layer(Linear.self, ["outputs": 17]),
        try layer(ReLU.self), try layer(Linear.self, ["outputs": 3]),
      ],
      // Ends in bytes that other layers go on with.
      [
        try layer(Convolution2D.self, ["channels": 4]), try layer(MaxPool.self, ["size": 2]),
        try layer(Tanh.self), try layer(Flatten.self), try layer(Linear.self, ["outputs": 5]),
        try layer(Softmax.self),
      ],
      [try layer(ReLU.self), try layer(Flatten.self), try layer(Linear.self, ["outputs": 1])],
    ]
    for layers in layers {
      let model = try chain([2, 13, 13], layers)
      let data = try data([2, 13, 13], count: 5)
      let real = try quantized(model, format, "static", data, simulate: false, per: per)
      #expect((real.byteRun?.last ?? 0) > 0 || format == "uint8")
      #expect(try real.predict(data.images) == real.flow(data.images).tensor)
      let one = try data.images.rows(3..<4)
      #expect(try real.predict(one) == real.flow(one).tensor)
    }
  }

  @Test func aModelInOneGoIsMadeAnewForOtherLayers() throws {
    let first = try chain([6], [layer(Linear.self, ["outputs": 8]), layer(ReLU.self)])
    let examples = try data([6], count: 20)
    let before = try quantized(first, "int8", "static", examples, simulate: false)
    let result = try before.predict(examples.images)
    let weights = try Quantize(.int8)(EncodedTensor(normalTensor([8, 6], seed: 77)))
    let after = try before.replacing("linear1.weight", with: .encoded(weights), constraint: nil)
    #expect(after.nodes[2].identity === before.nodes[2].identity)
    #expect(try after.predict(examples.images) == after.flow(examples.images).tensor)
    #expect(try after.predict(examples.images) != result)
    #expect(try before.predict(examples.images) == result)
  }

  @Test func randomNetworksAgree() throws {
    var random = Random(seed: 9)
    for round in 0..<12 {
      var layers: [any Layer] = []
      var width = 3 + random.below(40)
      let input = width
      for _ in 0..<1 + random.below(4) {
        width = 1 + random.below(70)
        layers.append(try layer(Linear.self, ["outputs": Double(width)]))
        let kinds: [any Layer.Type] = [ReLU.self, Tanh.self, Sigmoid.self, BatchNorm.self]
        layers.append(try layer(kinds[random.below(4)]))
      }
      let model = try chain([input], layers, seed: UInt64(round))
      // Ranges from denormal to near the largest float.
      let scale: Float = [1, 1e-30, 1e30, 1e-38 / 8192, 255, 0][round % 6]
      try expectEqual(model, data([input], count: 3, scale: scale), ["int8"])
    }
  }

  @Test func aTieIsRoundedToTheEvenCodeBothWays() throws {
    // s_x = s_w = s_y·2 = 1 by hand: sums of 1, 3, −1, −3 times ½ are ties.
    let model = try chain([4], [layer(Linear.self, ["outputs": 1])])
      .replacing("linear1.weight", with: Tensor([1, 4], [1, 1, 1, 127]))
      .replacing("linear1.bias", with: Tensor([0]))
    let weights = try Quantize(.int8)(EncodedTensor(Tensor([1, 4], [1, 1, 1, 127])))
    for isSimulated in [false, true] {
      let inputs = try ActivationGrid(.uint8, scale: 1, zeroPoint: 100)
      let outputs = try ActivationGrid(.uint8, scale: 2, zeroPoint: 7)
      let integers = try model.replacing("linear1.weight", with: .encoded(weights), constraint: nil)
        .running([
          IntegerStep(.fixed(inputs), isSimulated: isSimulated),
          IntegerStep(.fixed(outputs), isSimulated: isSimulated),
        ]).withBiasCodes()
      let x = try Tensor([4, 4], [1, 0, 0, 0, 1, 1, 1, 0, -1, 0, 0, 0, -1, -1, -1, 0])
      // ½ → 0, 1½ → 2, −½ → 0, −1½ → −2, in steps of 2.
      #expect(try integers.predict(x).scalars == [0, 4, 0, -4])
    }
  }

  @Test func aReluCostsItsInputNoRange() throws {
    let model = try chain([6], [layer(Linear.self, ["outputs": 8]), layer(ReLU.self)])
    let examples = try data([6], count: 50)
    let integers = try quantized(model, "int8", "static", examples, simulate: false)
    let grid = try #require(integers.nodes[1].integers?.grid)
    let highest = try integers.runningInFloat.predict(examples.images).reduced(.maximum)[0]
    #expect(grid.zeroPoint == 0)
    // Ranges are seen with float biases; the codes' own differ from those by half a step.
    #expect(abs(grid.scale * 255 / highest - 1) < 1e-3)
    #expect(integers.nodes[2].integers?.grid == grid)
  }

  @Test func fixedScalesOfSoftmaxAndTanhAreTFLites() throws {
    let model = try chain(
      [3], [layer(Tanh.self), layer(Linear.self, ["outputs": 3]), layer(Softmax.self)])
    for (format, tanh, softmax) in [("uint8", 128, 0), ("int8", 0, -128)]
      as [(String, Int32, Int32)]
    {
      let integers = try quantized(
        model, "int8", "static", data([3], count: 4), simulate: false,
        settings: Settings(["format": .option(format, Settings())]))
      let grids = integers.nodes.compactMap { $0.integers?.grid }
      #expect(grids[1].scale == 1 / 128 && grids[1].zeroPoint == tanh)
      #expect(grids[3].scale == 1 / 256 && grids[3].zeroPoint == softmax)
    }
  }

  @Test func dynamicAnswersDoNotDependOnTheBatch() throws {
    let model = try chain(
      [1, 8, 8],
      [
        layer(Convolution2D.self, ["channels": 3, "padding": 1]), layer(ReLU.self),
        layer(Flatten.self), layer(Linear.self, ["outputs": 4]),
      ])
    let examples = try data([1, 8, 8], count: 6)
    let integers = try quantized(model, "int8", "dynamic", examples, simulate: false)
    let all = try integers.predict(examples.images)
    for row in 0..<6 {
      #expect(
        try integers.predict(examples.images.rows(row..<row + 1)).scalars
          == all.rows(row..<row + 1).scalars)
    }
  }

  @Test func integersStayCloseToFloats() throws {
    let model = try ArticleNetwork.conv004.model()
    let examples = try data(model.inputShape, count: 8)
    let exact = try model.predict(examples.images)
    for activations in ["static", "dynamic"] {
      let integers = try quantized(
        model, "int8", activations, examples, simulate: false, per: "channel")
      let answer = try integers.predict(examples.images)
      let spread = exact.scalars.map(abs).max() ?? 0
      #expect(largestDifference(answer.scalars, exact.scalars) < Double(spread) * 0.05)
    }
  }

  @Test func aBiasFarAboveItsWeightsRaisesTheirScale() throws {
    let model = try chain([2], [layer(Linear.self, ["outputs": 2])])
      .replacing("linear1.weight", with: Tensor([2, 2], [1e-20, 0, 1, 1]))
      .replacing("linear1.bias", with: Tensor([1000, 0.5]))
    let examples = try data([2], count: 9)
    let integers = try quantized(
      model, "int8", "static", examples, simulate: false, per: "channel")
    let bias = try #require(integers.nodes[1].integers?.bias)
    #expect(abs(Int(bias[0])) <= 1 << 30)
    #expect(try abs(integers.nodes[1].parameters[1].tensor[0] - 1000) < 1e-3)
  }

  @Test func sumsBeyondInt32AreRefused() throws {
    let model = try chain([70_000], [layer(Linear.self, ["outputs": 1])])
      .replacing("linear1.weight", with: .full([1, 70_000], 1))
    #expect(throws: IntegerError.self) {
      try quantized(
        model, "int8", "static", data([70_000], count: 1), simulate: false)
    }
  }

  @Test func groupsAndWideCodesAreRefusedByName() throws {
    let model = try chain([8], [layer(Linear.self, ["outputs": 2])])
    #expect(throws: IntegerError.weights("linear1", .format("int16"))) {
      try quantized(model, "int16", "static", data([8], count: 3), simulate: false)
    }
  }

  /// 3% of the weights are left, so that products skip the zeros: the last code is still the same.
  @Test func prunedModelsSkipZerosAndAgreeWithTheirSimulation() throws {
    var random = Random(seed: 0)
    let model = try Prune(0.97)(
      chain(
        [2, 9, 9],
        [
          layer(Convolution2D.self, ["channels": 6, "padding": 1]), layer(ReLU.self),
          layer(Flatten.self), layer(Linear.self, ["outputs": 33]), layer(Tanh.self),
          layer(Linear.self, ["outputs": 5]),
        ]), random: &random)
    let examples = try data([2, 9, 9], count: 20)
    try expectEqual(model, examples, ["int8", "int4"], ["tensor", "channel"])
    let integers = try quantized(model, "int8", "static", examples, simulate: false)
    let names = { (batch: Int) in
      integers.kernels(batch: batch).filter { $0.layer.hasPrefix("linear1") || $0.layer == "conv1" }
        .map { $0.name.hasPrefix("sparse bytes, ") }
    }
    #expect(names(20) == [true, true])
    // An image has places enough; one row fills no lanes.
    #expect(names(1) == [true, false])
    let reasons = integers.kernels(batch: 20).map(\.reason)
    #expect(reasons[3].contains("of the groups of four weights are not all 0"), "\(reasons)")
    let dense = try quantized(
      chain([64], [layer(Linear.self, ["outputs": 9])]), "int8", "static", data([64], count: 20),
      simulate: false)
    #expect(dense.kernels(batch: 20)[0].name == "bytes, \(Kernels.byteInstructions)")
  }

  @Test func kernelsSayWhatRanAndWhy() throws {
    let model = try chain([400], [layer(Linear.self, ["outputs": 30]), layer(ReLU.self)])
    let examples = try data([400], count: 3)
    #expect(model.kernels().map(\.name).first == "fused product")
    let integers = try quantized(model, "int8", "static", examples, simulate: false)
    #expect(integers.kernels()[0].name == "bytes, \(Kernels.byteInstructions)")
    let packed = try chain([400], [layer(Linear.self, ["outputs": 30])])
      .replacing(
        "linear1.weight",
        with: .encoded(
          Quantize(try IntegerFormat(bits: 4, isSigned: true))(
            EncodedTensor(normalTensor([30, 400])))), constraint: nil)
    #expect(packed.kernels()[0].name.hasPrefix("packed int4"))
    let x = try normalTensor([3, 400], seed: 3)
    let decoded = try packed.replacing("linear1.weight", with: packed.weights[0].parameter.tensor)
    #expect(isClose(try packed.predict(x), try decoded.predict(x), absolute: 1e-4))
  }
}
