import Catalog
import Encodings
import TestSupport
import Testing
import Tensors

@testable import Compression
@testable import Containers
@testable import Networks

/// Quantized weights are held and run as codes: loading a LeNet-300-100 and answering with it never
/// has room for its weights as floats.
@Suite struct HeldNarrowTests {
  private static let examples = 4
  /// Images, results and biases of every layer, with the copies that kernels make of them.
  private static let activations = 64 << 10

  private func lenet() throws -> Model {
    var random = Random(seed: 1)
    var model = try Model.input([784])
    for (place, width) in [300, 100, 10].enumerated() {
      let linear = try Linear(Settings(["outputs": .number(Double(width))]))
      model = try model.appending(linear, random: &random)
      if place < 2 { model = try model.appending(ReLU(Settings()), random: &random) }
    }
    return model
  }

  private func quantized(_ format: String, activations: String? = nil) throws -> Model {
    let images = try normalTensor([8, 784], seed: 4)
    let data = try LabeledData(
      name: "noise", images: images, labels: Tensor((0..<8).map { Float($0 % 10) }),
      classNames: (0..<10).map(String.init))
    var random = Random(seed: 2)
    var given: [String: Setting] = ["format": .option(format, Settings())]
    if let activations { given["activations"] = .option(activations, Settings()) }
    return try Quantize(Settings(given))(lenet(), Resources(data: data), random: &random)
  }

  /// Loads a model and answers with it under a limit of less than two bytes a weight, beside what
  /// the activations need; returns the bytes of what it holds for its weights.
  private func heldBytes(_ model: Model, _ remark: String) throws -> Int {
    let bytes = try Container.encode(model)
    let images = try normalTensor([Self.examples, 784], seed: 6)
    let expected = try model.predict(images)
    let memory = Memory(limit: model.weightCount + Self.activations)
    return try Work.$current.withValue(Work(memory: memory)) {
      guard case .model(let loaded) = try Container.decode(bytes) else { return .max }
      #expect(try loaded.predict(images).scalars == expected.scalars, "\(remark)")
      #expect(memory.live < Self.activations, "\(remark)")
      return loaded.nodes.reduce(loaded.byteRun?.bytes ?? 0) { sum, node in
        guard let weight = node.weight, case .encoded(let tensor) = weight.value else { return sum }
        return sum + (tensor.grid?.codes.bytes ?? 4 * tensor.count) + node.identity.kernels.bytes
      }
    }
  }

  @Test func codesAreHeldAndRunAsCodes() throws {
    var random = Random(seed: 3)
    let shared = try Share(clusters: 16)(lenet(), Resources(), random: &random)
    let models: [(String, Model, most: Double)] = [
      ("int4", try quantized("int4"), 1.1), ("codebook", shared, 1.1),
      ("int4 dynamic", try quantized("int4", activations: "dynamic"), 1.6),
      ("int8 static", try quantized("int8", activations: "static"), 2.1),
    ]
    for (remark, model, most) in models {
      let held = try heldBytes(model, remark)
      #expect(Double(held) <= most * Double(model.weightCount), "\(remark): \(held) bytes")
    }
  }
}
