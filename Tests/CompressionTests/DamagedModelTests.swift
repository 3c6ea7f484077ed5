import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression
@testable import Containers

/// Whole models in every coded layout, damaged: an error that says what is wrong or a model that
/// can be saved and run, never a crash, and never more memory than the bytes justify.
@Suite struct DamagedModelTests {
  private typealias Recipe = [(verb: String, settings: Settings)]

  private static func option(_ name: String, _ settings: Settings = Settings()) -> Setting {
    .option(name, settings)
  }

  private static func quantize(_ format: String, _ more: [String: Setting] = [:]) -> (
    verb: String, settings: Settings
  ) {
    var settings = Settings(more)
    settings["format"] = option(format)
    return ("quantize", settings)
  }

  private static func encode(_ form: String, _ coding: String? = nil) -> (
    verb: String, settings: Settings
  ) {
    var settings = Settings([
      "form": option(form, form == "relative" ? Settings(["bits": .number(3)]) : Settings())
    ])
    if let coding { settings["coding"] = option(coding) }
    return ("encode", settings)
  }

  private static let pruned = ("prune", Settings(["amount": .number(0.8)]))
  private static let shared = ("share", Settings(["bits": .number(3)]))

  /// By what the file holds.
  private static let corpus: [String: Recipe] = [
    "floats": [],
    "bitmap": [pruned, quantize("int4"), encode("bitmask")],
    "rows": [pruned, quantize("int8"), encode("csr")],
    "relative": [pruned, quantize("int3"), encode("relative")],
    "relative huffman": [pruned, shared, encode("relative", "huffman")],
    "relative range": [pruned, shared, encode("relative", "rangecoder")],
    "bitmap range": [pruned, quantize("int5"), encode("bitmask", "rangecoder")],
    "huffman": [shared, encode("huffman")],
    "range": [quantize("int4"), encode("rangecoder")],
    "codebook": [shared],
    "groups": [quantize("uint4", ["per": option("group", Settings(["n": .number(4)]))])],
    "two-level scales": [
      quantize(
        "int4",
        [
          "per": option("group", Settings(["n": .number(4)])),
          "scales": option(
            "twoLevel", Settings(["bits": .number(6), "group": .number(8)])),
        ])
    ],
    "small floats": [quantize("mxfp4"), encode("huffman")],
    "static integers": [quantize("int8", ["activations": option("static")])],
    "dynamic integers": [quantize("int8", ["activations": option("dynamic")])],
    "removed channels": [
      ("prune", Settings(["amount": .number(0.5), "structure": option("channels")])),
      quantize("int8", ["per": option("channel")]), encode("rangecoder"),
    ],
    "low rank": [("factorize", Settings(["rank": .number(2)])), quantize("nf4")],
    "simulated": [pruned, quantize("int6", ["simulate": .boolean(true)])],
  ]

  private static func model(_ recipe: Recipe) throws -> Model {
    var random = Random(seed: 3)
    var model = try Model.input([1, 6, 6])
      .appending(Convolution2D(Settings(["channels": .number(4)])), random: &random)
      .appending(BatchNorm(Settings()), random: &random)
      .appending(ReLU(Settings()), random: &random)
      .appending(Flatten(Settings()), random: &random)
      .appending(Linear(Settings(["outputs": .number(5)])), random: &random)
    let data = try LabeledData(
      name: "noise", images: Tensor.normal([8, 1, 6, 6], &random), labels: Tensor.zeros([8]))
    for step in recipe {
      let plan = PlanStep(
        step.verb,
        step.settings.given.sorted { $0.key < $1.key }.map { PlanStep.Argument($0, $0, $1) })
      model = try plan.apply(to: model, Resources(data: data))
    }
    model.steps = ["input(1, 6, 6)", "and so on"]
    return model
  }

  /// A body under a valid header and checksum, as a hostile file has it.
  private func sealed(_ body: [UInt8], kind: UInt8) -> [UInt8] {
    var sum = Checksum()
    sum.add([1, kind])
    sum.add(body)
    var head: [UInt8] = Array("ESPM".utf8) + [1, kind]
    var length = body.count
    while length >= 128 {
      head.append(UInt8(length & 127) | 128)
      length >>= 7
    }
    head.append(UInt8(length))
    let crc = sum.value
    return head + [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: crc >> $0) } + body
  }

  /// What a damaged file came to: nothing, with an error that has a code and a sentence, or a model.
  private func open(_ bytes: [UInt8], _ images: Tensor, _ remark: Comment) {
    // 16 MB are a thousand times what the undamaged models take.
    let work = Work(memory: Memory(limit: 16 << 20), unitLimit: 50_000_000)
    do {
      guard
        case .model(let model) = try Work.$current.withValue(
          work, operation: { try Container.decode(bytes) })
      else { return }
      let again = try Work.$current.withValue(work) { try Container.encode(model) }
      #expect(again.count <= 2 * bytes.count + 64, remark)
      _ = try Work.$current.withValue(work) { try model.predict(images) }
    } catch let error as any DescribedError {
      #expect(!error.headline.isEmpty && error.code.hasPrefix("E"), remark)
      #expect((error as? ContainerError) != .checksum, remark)
    } catch {
      Issue.record("\(remark): \(error)")
    }
  }

  @Test(arguments: corpus.keys.sorted()) func cutShort(name: String) throws {
    let (bytes, ledger) = try Container.write(Self.model(Self.corpus[name] ?? []))
    var end = 0
    var lengths = Set([0, 1, 4, 5, bytes.count - 1])
    for row in ledger.rows {
      end += row.bits
      lengths.insert(end / 8)
      lengths.insert(end / 8 - 1)
    }
    var random = Random(seed: 9)
    for _ in 0..<64 { lengths.insert(random.below(bytes.count)) }
    for length in lengths.sorted() where length < bytes.count && length >= 0 {
      #expect(throws: ContainerError.self, "\(name) cut to \(length)") {
        try Container.decode(Array(bytes[..<length]))
      }
    }
    // The same behind a header that says so: the body alone must notice.
    let start = bytes.count - (ledger.bytes - ledger.rows[..<2].reduce(0) { $0 + $1.bits } / 8)
    let body = Array(bytes[start...])
    // Every place among layers, settings and headers, and some among the numbers.
    let bodies = (0..<body.count).filter { $0 < 160 || $0 % 13 == 0 || $0 + 3 > body.count }
    for length in bodies {
      #expect(throws: (any Error).self, "\(name), body cut to \(length)") {
        try Container.decode(sealed(Array(body[..<length]), kind: bytes[5]))
      }
    }
    #expect(sealed(body, kind: bytes[5]) == bytes)
  }

  @Test(arguments: corpus.keys.sorted()) func bitsFlipped(name: String) throws {
    let bytes = try Container.encode(Self.model(Self.corpus[name] ?? []))
    var random = Random(seed: 17)
    for _ in 0..<60 {
      var damaged = bytes
      let bit = random.below(8 * bytes.count)
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: ContainerError.self, "\(name), bit \(bit)") {
        try Container.decode(damaged)
      }
    }
    let start = bytes.count > 133 + 11 ? 12 : 11
    let body = Array(bytes[start...])
    #expect(sealed(body, kind: bytes[5]) == bytes)
    let images = try Tensor.full([1, 1, 6, 6], 0.5)
    for round in 0..<150 {
      var damaged = body
      // The first half of the rounds where layers, settings and headers stand.
      let room = round % 2 == 0 ? min(body.count, 160) : body.count
      for _ in 0...random.below(3) {
        let bit = random.below(8 * room)
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      }
      open(sealed(damaged, kind: bytes[5]), images, "\(name), round \(round)")
    }
  }

  /// Lengths that nobody has: a run of the largest varints laid over the places of layers,
  /// settings and headers.
  @Test(arguments: corpus.keys.sorted()) func absurdLengths(name: String) throws {
    let bytes = try Container.encode(Self.model(Self.corpus[name] ?? []))
    let body = Array(bytes[(bytes.count > 133 + 11 ? 12 : 11)...])
    let images = try Tensor.full([1, 1, 6, 6], 0.5)
    let huge: [UInt8] = [255, 255, 255, 255, 255, 255, 255, 63]
    let large: [UInt8] = [128, 128, 128, 128, 4]  // 2^30
    for place in stride(from: 0, to: min(body.count, 240), by: 2) {
      let damaged =
        Array(body[..<place]) + (place % 4 == 0 ? huge : large) + Array(body[(place + 1)...])
      open(sealed(damaged, kind: bytes[5]), images, "\(name) at \(place)")
    }
  }
}
