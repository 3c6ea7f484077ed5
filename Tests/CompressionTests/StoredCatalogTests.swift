import Catalog
import Containers
import Encodings
import Tensors
import Testing

@testable import Compression

/// Every number format in every layout under every coder, on awkward tensors: the rows of the
/// ledger are the file, and the file is the tensor.
@Suite struct StoredCatalogTests {
  /// Formats of the catalog; of the integers those whose codes fill bytes differently.
  static let formats: [String] = formatCatalog.flatMap { family -> [String] in
    let named = family.named.map(\.card.name)
    guard named.count > 8 else { return named.isEmpty ? [family.card.name] : named }
    return named.filter { ["2", "3", "5", "8", "16"].contains($0.drop { $0.isLetter }) }
  }

  private static let settings: [String: Settings] = [
    "fixed": Settings(["i": .number(3), "f": .number(4)]),
    "powerOfTwo": Settings(["bits": .number(4)]),
    "places": Settings(["b": .number(2)]),
    "grid": Settings(["levels": .numbers([-1, -0.5, 0, 0.25, 2])]),
    "divided": Settings(["size": .number(2)]),
  ]

  private static let parts: [Settings] = [
    Settings(),
    Settings(["per": .option("channel", Settings())]),
    Settings([
      "per": .option("group", Settings(["n": .number(4)])),
      "scales": .option("twoLevel", Settings(["bits": .number(5), "group": .number(3)])),
    ]),
    Settings(["scales": .option("e8m0", Settings())]),
  ]

  private static let layouts: [Layout] = {
    let positions: [Layout.Positions] =
      Layout.Positions.plain + [.relative(bits: 3)]
    return positions.flatMap { position in
      Layout.Coding.allCases.flatMap { coding in
        Layout.IndexCoding.allCases.map { Layout(position, coding, indices: $0) }
      }
    }
  }()

  /// Ranks 1 to 4, empty, one element, all zero, all equal, ties, huge, denormal, no element kept.
  private func samples() throws -> [EncodedTensor] {
    let all = try LawTests.samples()
    let some = [2, 4, 6, 8, 9, 11].map { all[$0] }
    return try some.map { try EncodedTensor($0) }
      + [
        EncodedTensor(Tensor([2, 3], [0, 0, 0, 0, 0, 0]), kept: Bitmap(count: 6) { _ in false }),
        EncodedTensor(
          all[3], kept: Bitmap(count: 36) { $0 % 11 == 3 || $0 == 35 }),
      ]
  }

  private func quantized(_ x: EncodedTensor, _ format: String, _ parts: Settings) -> EncodedTensor?
  {
    var settings = parts
    settings["format"] = .option(format, Self.settings[format] ?? Settings())
    // Not every format takes scales a group, and huge numbers do not fit every scale.
    guard let verb = try? Quantize(settings), let values = try? x.values else { return nil }
    let others = Dictionary(
      verb.format.needs.map { ($0, values) }, uniquingKeysWith: { first, _ in first })
    return try? verb(x, others)
  }

  private func check(_ x: EncodedTensor, _ remark: Comment) throws {
    let (bytes, ledger) = Container.write(x)
    #expect(ledger.totalBits == 8 * bytes.count, remark)
    #expect(x.footprint.totalBits == 8 * x.payload().count, remark)
    guard case .tensor(let back) = try Container.decode(bytes) else {
      Issue.record("no tensor came back")
      return
    }
    #expect(back == x, remark)
    #expect(back.layout == x.layout && Container.encode(back) == bytes, remark)
  }

  @Test(arguments: formats) func everyFormatInEveryLayout(format: String) throws {
    var stored = 0
    var layouts: Set<String> = []
    // Tables of 65,536 codes take a while to build without optimization.
    let samples = try format.contains("16") ? Array(samples()[..<2]) : samples()
    for (place, sample) in samples.enumerated() {
      // Parts of their own where there are rows to have them.
      for parts in Self.parts where parts == Settings() || sample.count > 24 {
        guard let q = quantized(sample, format, parts) else { continue }
        for layout in Self.layouts {
          guard let laid = try? q.stored(as: layout) else { continue }
          try check(laid, "\(format) \(parts) \(layout) of sample \(place)")
          layouts.insert("\(layout)")
          stored += 1
        }
      }
    }
    #expect(stored >= 20 && layouts.count >= 8, "\(format): \(stored), \(layouts)")
  }

  @Test func floatsAndCodebooksInEveryLayout() throws {
    var stored = 0
    for (place, sample) in try samples().enumerated() {
      var all = [sample]
      for codebook in [Share.Codebook.float32, .float16] {
        var random = Random(seed: 1)
        let share = Share(clusters: 3, codebook: codebook)
        if let shared = try? share(sample, random: &random) { all.append(shared) }
      }
      for x in all {
        for layout in Self.layouts {
          guard let laid = try? x.stored(as: layout) else { continue }
          try check(laid, "\(layout) of sample \(place)")
          stored += 1
        }
      }
    }
    #expect(stored >= 200, "\(stored)")
  }
}
