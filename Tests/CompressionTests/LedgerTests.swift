import Catalog
import Containers
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

/// The rows of a ledger add up to the bytes written, whatever was done to the model.
@Suite struct LedgerTests {
  private static let prunings: [Settings?] = [
    nil, Settings(["amount": .number(0.7)]),
    Settings(["amount": .number(0.5), "structure": .option("channels", Settings())]),
    Settings([
      "structure": .option("nm", Settings(["kept": .number(2), "of": .number(4)]))
    ]),
  ]
  private static let formats: [String?] = [
    nil, "share", "int8", "uint4", "int2", "float16", "e4m3", "nf4", "mxfp4", "ternary", "binary",
    "fixed", "integers",
  ]
  private static let storages: [[String]] = [
    [], ["huffman"], ["rangecoder"], ["relative"], ["relative", "huffman"], ["bitmask"], ["csr"],
    ["bitmask", "rangecoder"], ["smallest"],
  ]

  private func net() throws -> Model {
    var random = Random(seed: 5)
    return try Model.input([1, 8, 8])
      .appending(
        Convolution2D(Settings(["channels": .number(4), "stride": .number(2)])), random: &random
      )
      .appending(ReLU(Settings()), random: &random)
      .appending(Flatten(Settings()), random: &random)
      .appending(Linear(Settings(["outputs": .number(10)])), random: &random)
  }

  private func coded(_ model: Model, _ format: String, _ data: LabeledData) throws -> Model {
    var random = Random(seed: 1)
    if format == "share" {
      return try Share(clusters: 8, codebook: .float16)(model, Resources(), random: &random)
    }
    var settings = Settings(["format": .option(format, Settings())])
    if format == "integers" {
      settings["format"] = .option("int8", Settings())
      settings["activations"] = .option("static", Settings())
    }
    if format == "fixed" {
      settings["format"] = .option(
        "fixed", Settings(["i": .number(3), "f": .number(3)]))
    }
    return try Quantize(settings)(model, Resources(data: data), random: &random)
  }

  @Test(arguments: formats) func theSumIsTheFile(format: String?) throws {
    let data = try DataSet.digits().test.subset(first: 32)
    var tried = 0
    for pruning in Self.prunings {
      var random = Random(seed: 2)
      var model = try net()
      if let pruning { model = try Prune(pruning)(model, Resources(), random: &random) }
      if let format { model = try coded(model, format, data) }
      for storage in Self.storages {
        var settings = Settings()
        for (name, option) in zip(["form", "coding"], storage) {
          settings[name] = .option(
            option, option == "relative" ? Settings(["bits": .number(4)]) : Settings())
        }
        guard
          let stored = storage.isEmpty
            ? model : try? Encode(settings)(model, Resources(), random: &random)
        else { continue }
        tried += 1
        let (bytes, ledger) = try Container.write(stored)
        #expect(ledger.totalBits == 8 * bytes.count, "\(storage)")
        #expect(ledger.bitsByKind.reduce(0) { $0 + $1.bits } == 8 * bytes.count)
        #expect(ledger.rows.allSatisfy { $0.bits > 0 })
        for entry in stored.weights {
          let tensor = try entry.parameter.value.encoded
          let own = Container.write(tensor)
          #expect(own.ledger.totalBits == 8 * own.bytes.count, "\(storage) \(entry.path)")
          let booked = ledger.rows.filter { $0.owner == entry.path }.reduce(0) { $0 + $1.bits }
          #expect(booked == 8 * tensor.header().count + tensor.footprint.totalBits)
        }
        let cost = try Cost(stored, ledger: ledger)
        #expect(cost.layers.reduce(cost.otherBits) { $0 + $1.bits } == 8 * bytes.count)
      }
    }
    #expect(tried >= 12)
  }
}
