import Catalog
import Encodings
import TestSupport
import Tensors
import Testing

@testable import Containers
@testable import Networks

/// A model that runs in integers keeps its codes, grids and int32 biases in its bytes.
@Suite struct IntegerContainerTests {
  private func settings(_ pairs: [String: Double]) -> Settings {
    Settings(pairs.mapValues(Setting.number))
  }

  /// conv → relu → flatten → linear, weights int8, results on grids of their own.
  private func sample(simulated: Bool = false, dynamic: Bool = false) throws -> Model {
    var random = Random(seed: 3)
    let layers: [any Layer] = [
      try Convolution2D(settings(["channels": 2, "padding": 1])), try ReLU(Settings()),
      try Flatten(Settings()), try Linear(settings(["outputs": 3])),
    ]
    let model = try layers.reduce(Model.input([1, 4, 4])) { try $0.appending($1, random: &random) }
    let coded = try model.mapParameters { entry in
      guard entry.parameter.isWeight else { return nil }
      let weights = try entry.parameter.tensor
      let scale = (weights.scalars.map(abs).max() ?? 1) / 127
      let grid = Grid(
        format: .int8, rule: .symmetric, scales: [scale], zeroPoints: [0],
        codes: weights.scalars.map { Int32(($0 / scale).rounded(.toNearestOrEven)) },
        isSimulated: simulated)
      var parameter = entry.parameter
      parameter.value = .encoded(try EncodedTensor(weights.shape, grid: grid))
      return parameter
    }
    let bytes = try IntegerFormat(bits: 8, isSigned: false)
    if dynamic {
      return try coded.running(
        coded.nodes.map { node in
          try node.layer.product == nil ? nil : IntegerStep(.dynamic(bytes), isSimulated: simulated)
        })
    }
    let input = try ActivationGrid(bytes, scale: 1 / 255, zeroPoint: 0)
    let middle = try ActivationGrid(bytes, scale: 0.01, zeroPoint: 0)
    let output = try ActivationGrid(.int8, scale: 0.02, zeroPoint: -7)
    return try coded.running(
      [input, middle, middle, middle, output].map {
        IntegerStep(.fixed($0), isSimulated: simulated)
      }
    ).withBiasCodes()
  }

  private func read(_ bytes: [UInt8]) throws -> Model {
    guard case .model(let model) = try Container.decode(bytes) else {
      throw ContainerError.notAContainer
    }
    return model
  }

  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func codesGridsAndAnswersComeBack(_ simulated: Bool, _ dynamic: Bool) throws {
    let model = try sample(simulated: simulated, dynamic: dynamic)
    let bytes = try Container.encode(model)
    let loaded = try read(bytes)
    #expect(try Container.encode(loaded) == bytes)
    #expect(loaded.nodes.map(\.integers) == model.nodes.map(\.integers))
    let x = try uniformTensor([5, 1, 4, 4])
    #expect(try loaded.predict(x).scalars == model.predict(x).scalars)
  }

  @Test func biasesAreInt32AndEveryBitIsBooked() throws {
    let model = try sample()
    let (bytes, ledger) = try Container.write(model)
    #expect(ledger.totalBits == bytes.count * 8)
    #expect(ledger.bits(of: .biases) == 5 * 32)
    // Three grids of one mark, one format, four bytes of scale and one of the code of 0; two
    // layers that keep their input's.
    #expect(ledger.bits(of: .activations) == (3 * 7 + 2) * 8)
    #expect(!ledger.rows.contains { $0.owner == "conv1.bias" && $0.kind == .values })
  }

  @Test func damageGivesAnErrorOrAModel() throws {
    let bytes = try Container.encode(sample())
    let start = 12
    var random = Random(seed: 8)
    for _ in 0..<3_000 {
      var body = Array(bytes[start...])
      for _ in 0...random.below(3) { body[random.below(body.count)] = UInt8(random.below(256)) }
      var head: [UInt8] = Array("ESPM".utf8) + [1, 2]
      head.appendVarint(body.count)
      var sum = Checksum()
      sum.add([1, 2])
      sum.add(body)
      head.appendWord(sum.value)
      do {
        let model = try read(head + body)
        // What was read runs, or says why not.
        if model.inputShape == [1, 4, 4] { _ = try model.predict(.zeros([1, 1, 4, 4])) }
      } catch {
        #expect(error is any DescribedError)
      }
    }
  }
}
