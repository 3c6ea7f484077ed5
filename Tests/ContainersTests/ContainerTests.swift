import Catalog
import Containers
import Encodings
import Networks
import Tensors
import Testing

@Suite struct ContainerTests {
  /// Two dense layers on 2×3 inputs, the second reached by two branches.
  static func branched() throws -> Model {
    var random = Random(seed: 1)
    let input = try Model.input([2, 3]).appending(Flatten(Settings()), random: &random)
    let linear = try Linear(Settings(["outputs": .number(4)]))
    let left = try input.appending(linear, name: "left", random: &random)
    let right = try input.appending(linear, random: &random)
      .appending(ReLU(Settings()), random: &random)
    var model = try Model.merging([left, right], Add(Settings()), random: &random)
    model.steps = ["input(2, 3)", "add(left, right)"]
    return model
  }

  static func decodedModel(_ bytes: [UInt8]) throws -> Model {
    guard case .model(let model) = try Container.decode(bytes) else {
      throw ContainerError.damaged("no model")
    }
    return model
  }

  @Test func aModelComesBackTheSame() throws {
    let model = try Self.branched()
    let bytes = try Container.encode(model)
    let back = try Self.decodedModel(bytes)
    #expect(try Container.encode(back) == bytes)
    #expect(back.nodes.map(\.name) == model.nodes.map(\.name))
    #expect(back.nodes.map(\.inputs) == model.nodes.map(\.inputs))
    #expect(back.nodes.map(\.outputShape) == model.nodes.map(\.outputShape))
    #expect(back.steps == model.steps)
    for (mine, theirs) in zip(model.parameters, back.parameters) {
      #expect(mine.path == theirs.path)
      #expect(mine.parameter.role == theirs.parameter.role)
      #expect(try mine.parameter.tensor == theirs.parameter.tensor)
    }
    let x = try Tensor([2, 3], [1, 2, 3, 4, 5, 6])
    #expect(try back.predict(x) == model.predict(x))
  }

  @Test func everyLayerOfTheCatalogComesBack() throws {
    var random = Random(seed: 2)
    var model = try Model.input([1, 12, 12])
    let settings: [String: Settings] = [
      "conv2d": Settings(["channels": .number(2), "padding": .number(1)]),
      "maxpool": Settings(["size": .number(2)]), "avgpool": Settings(["size": .number(2)]),
      "dropout": Settings(["rate": .number(0.25)]),
    ]
    for name in ["conv2d", "relu", "batchnorm", "maxpool", "avgpool", "dropout", "flatten", "tanh"]
    {
      guard let type = layerCatalog.first(where: { $0.card.name == name }) else { continue }
      model = try model.appending(type.init(settings[name] ?? Settings()), random: &random)
    }
    let bytes = try Container.encode(model)
    #expect(try Container.encode(Self.decodedModel(bytes)) == bytes)
  }

  @Test func theLedgerAddsUpToTheBytes() throws {
    let (bytes, ledger) = try Container.write(Self.branched())
    #expect(ledger.totalBits == 8 * bytes.count)
    #expect(ledger.bits(of: .values) == 2 * (6 * 4 + 4) * 32)
    #expect(ledger.payloadBits == ledger.denseBits)
    #expect(ledger.bits(of: .checksum) == 32)
    #expect(ledger.rows.contains { $0.owner == "left.weight" && $0.kind == .values })
    #expect(ledger.rows.contains { $0.owner == "left" && $0.kind == .names })
  }

  @Test func lenetTakesFewBytesBesidesItsWeights() throws {
    var random = Random(seed: 3)
    var model = try Model.input([1, 28, 28]).appending(Flatten(Settings()), random: &random)
    for (units, isLast) in [(300, false), (100, false), (10, true)] {
      let linear = try Linear(Settings(["outputs": .number(Double(units))]))
      model = try model.appending(linear, random: &random)
      if !isLast { model = try model.appending(ReLU(Settings()), random: &random) }
    }
    #expect(model.parameterCount == 266_610)
    let bytes = try Container.encode(model)
    // 266,610 floats are 1,066,440 bytes.
    #expect(bytes.count - 1_066_440 < 120)
  }

  /// Floats on both sides of what is read at a time, codes that a coder wrote, a mask, an empty
  /// tensor.
  @Test func aSourceGivesWhatItsBytesGive() throws {
    var random = Random(seed: 4)
    var model = try Model.input([100])
    for outputs in [3, 300, 40] {
      model = try model.appending(
        Linear(Settings(["outputs": .number(Double(outputs))])), random: &random)
    }
    let int8 = try IntegerFormat(bits: 8, isSigned: true)
    let codes = (0..<30_000).map { Int32($0 * $0 % 19) - 9 }
    let coded = try EncodedTensor(
      [300, 100],
      grid: Grid(
        format: .integer(int8), rule: .symmetric, scales: [0.5], zeroPoints: [0], codes: codes)
    ).stored(as: Layout(.all, .huffman))
    let pruned = try EncodedTensor(
      .normal([70, 90], mean: 0, deviation: 1, &random),
      kept: Bitmap(count: 6300) { $0 % 3 == 0 })
    let containers =
      try [Container.encode(model), Container.encode(Self.branched())]
      + [coded, pruned, EncodedTensor(.zeros([0, 5]))].map { Container.encode($0) }
    for bytes in containers {
      let source = ByteList(bytes)
      let back =
        switch try Container.decode(source) {
        case .model(let model): try Container.encode(model)
        case .tensor(let tensor): Container.encode(tensor)
        }
      #expect(back == bytes)
      #expect(source.left == 0)
    }
  }

  @Test func tensorsAreSavedAlone() throws {
    let kept = Bitmap(count: 25) { [0, 1, 2, 4, 6, 12, 16, 20, 22, 24].contains($0) }
    let int4 = try IntegerFormat(bits: 4, isSigned: true)
    let tensor = try EncodedTensor(
      [5, 5],
      grid: Grid(
        format: .integer(int4), rule: .symmetric, scales: [0.5], zeroPoints: [0],
        codes: (0..<25).map { Int32($0 % 7) + 1 }), kept: kept)
    let (bytes, ledger) = Container.write(tensor)
    guard case .tensor(let back) = try Container.decode(bytes) else {
      Issue.record("a tensor was saved")
      return
    }
    #expect(back == tensor)
    // codes 10×4 = 40 · mask 25 · scale 32, and the slide says 40
    #expect(ledger.payloadBits == 97)
    #expect(ledger.textbookBits == 40)
    #expect(ledger.totalBits == 8 * bytes.count)
    #expect(ledger.bits(of: .padding) == 7)
  }

  @Test func encodedWeightsKeepMaskGridAndLayout() throws {
    let model = try Self.branched()
    let weight = try EncodedTensor(
      Tensor.full([4, 6], 1), kept: Bitmap(count: 24) { $0 % 5 == 0 },
      layout: Layout(.rows, .float32))
    let pruned = try model.replacing("left.weight", with: .encoded(weight), constraint: nil)
    let bytes = try Container.encode(pruned)
    let back = try Self.decodedModel(bytes)
    guard case .encoded(let stored)? = back.parameter(named: "left.weight")?.value else {
      Issue.record("the weight was stored encoded")
      return
    }
    #expect(stored == weight)
    #expect(try Container.encode(back) == bytes)
  }
}
