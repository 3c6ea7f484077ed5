import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

/// SmoothQuant and bias correction against PyTorch: `Fixtures/make_preparations.py` says how.
@Suite struct PreparationFixtureTests {
  private let fixture: NumbersFixture
  private let model: Model
  private let data: LabeledData

  init() throws {
    fixture = try NumbersFixture("preparations.txt")
    var random = Random(seed: 0)
    var net = try Model.input([2, 4, 4])
      .appending(
        Convolution2D(Settings(["channels": .number(3), "padding": .number(1)])), random: &random
      )
      .appending(ReLU(Settings()), random: &random)
      .appending(Flatten(Settings()), random: &random)
      .appending(Linear(Settings(["outputs": .number(6)])), random: &random)
      .appending(ReLU(Settings()), random: &random)
      .appending(Linear(Settings(["outputs": .number(4)])), random: &random)
    for entry in net.parameters {
      net = try net.replacing(
        entry.path, with: fixture.tensor(entry.path, entry.parameter.shape))
    }
    model = net
    data = try LabeledData(
      name: "fixture", images: fixture.tensor("images", [10, 2, 4, 4]), labels: .zeros([10]),
      classNames: ["a"])
  }

  /// Float32 against float64: relative to the largest number of the tensor.
  private func expect(_ found: Model, like prefix: String) throws {
    for entry in found.parameters {
      let wanted = try fixture.numbers(prefix + entry.path)
      let largest = wanted.map(abs).max() ?? 0
      #expect(entry.parameter.shape.count == wanted.count)
      let worst =
        try zip(entry.parameter.tensor.scalars, wanted).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(worst <= 4e-6 * largest, "\(prefix)\(entry.path): off by \(worst) of \(largest)")
    }
  }

  @Test(arguments: [0.25, 0.5, 0.8]) func smoothedWeightsAreThoseOfSmoothQuant(
    _ strength: Double
  ) throws {
    let smoothing = try ActivationSmoothing(Settings(["strength": .number(strength)]))
    try expect(smoothing.prepared(model, on: data.images), like: "smooth.\(strength).")
  }

  @Test func correctedBiasesAreThoseOfTheDefinition() throws {
    var quantize = Quantize(try IntegerFormat(bits: 3, isSigned: true), per: .channel)
    quantize.correctsBias = true
    var random = Random(seed: 0)
    try expect(quantize(model, Resources(data: data), random: &random), like: "corrected.")
  }
}
