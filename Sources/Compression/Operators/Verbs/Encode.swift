import Catalog
import Encodings
import Networks
import Tensors

/// Chooses how weights are laid out in bytes; their numbers stay what they are.
///
/// `form` and `coding` are two wishes at most: where elements belong (`dense`, `bitmask`, `csr`,
/// `relative(5)`) and how codes and places are written (`huffman`, `rangecoder`). What is not said
/// is chosen by size, lowest gap width first among equals.
///
/// A layout is kept: what changes the weights afterwards (`prune`, `quantize`, `share`, `train`)
/// lays the new ones out alike, as long as that can hold them, else in the smallest plain layout. A
/// saved model remembers it too. In a model biases follow where they were quantized; plain ones
/// stay dense.
///
/// - Source: Han et al., 2016, §2 and §4, <https://arxiv.org/abs/1510.00149>.
public struct Encode: WeightVerb {
  public static let choosesLayout = true
  public var worksOnBiases: Bool { true }
  public var request: StorageRequest

  public init(_ request: StorageRequest) { self.request = request }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    request = try Self.option("form", reader)
    guard reader.has("coding") else { return }
    let second = try Self.option("coding", reader)
    guard let both = request.joined(with: second) else { throw EncodeError.sameThing }
    request = both
  }

  private static func option(_ name: String, _ reader: SettingsReader) throws -> StorageRequest {
    let (entry, settings) = try reader.entry(
      name, kind: "way to store", of: storageCatalog, named: { $0.card.name })
    return try entry.request(settings)
  }

  public func callAsFunction(
    _ x: EncodedTensor, _ others: [Statistic: Tensor] = [:], random: inout Random
  ) throws -> EncodedTensor { try self(x) }

  /// - Throws: `EncodingError.unavailable` for a layout that cannot hold the tensor,
  ///   `EncodeError.nothingToCode`.
  public func callAsFunction(_ x: EncodedTensor) throws -> EncodedTensor {
    let isPacked = x.grid.map { !$0.isSimulated } ?? false
    if request.needsCodes, !isPacked {
      throw EncodingError.unavailable(
        Layout(.all, .packed), because: "its values are plain floats")
    }
    let layouts = request.layouts(isPacked: isPacked)
    let hasGaps =
      try x.kept != nil
      || !isPacked && x.values.withScalars { $0.contains { $0.bitPattern == 0 } }
    guard let only = layouts.first, isPacked || hasGaps || request.coder == nil else {
      throw EncodeError.nothingToCode
    }
    if layouts.count == 1 { return try x.stored(as: only) }
    var best: EncodedTensor?
    for layout in layouts {
      try Work.current.charge(x.count)
      guard let stored = try Self.stored(x, as: layout) else { continue }
      if stored.bytes < best?.bytes ?? .max { best = stored }
    }
    guard let best else { throw EncodeError.nothingToCode }
    return best
  }

  private static func stored(_ x: EncodedTensor, as layout: Layout) throws -> EncodedTensor? {
    do {
      return try x.stored(as: layout)
    } catch EncodingError.unavailable {
      return nil
    }
  }

  public func callAsFunction(
    _ model: Model, _ resources: Resources, random: inout Random
  ) throws -> Model {
    _ = try model.weights(for: Self.card.name)
    var refused: (any Error)?
    var changed: [String: EncodedTensor] = [:]
    for entry in model.parameters {
      let isStoredOtherwise = entry.parameter.name != "weight" && entry.parameter.value.isEncoded
      guard entry.parameter.isWeight || isStoredOtherwise else { continue }
      do {
        changed[entry.path] = try self(entry.parameter.value.encoded)
      } catch let error as EncodeError where error == .nothingToCode {
        refused = error
      } catch let error as EncodingError {
        // One layer without codes does not stop the others.
        guard case .unavailable = error else { throw error }
        refused = error
      }
    }
    if changed.isEmpty, let refused { throw refused }
    return try model.mapParameters { entry in
      guard let tensor = changed[entry.path] else { return nil }
      var parameter = entry.parameter
      parameter.value = .encoded(tensor)
      return parameter
    }
  }
}

/// A layout that `encode` cannot make.
public enum EncodeError: DescribedError, Equatable {
  case sameThing
  /// A coder for a tensor of plain floats that are all kept.
  case nothingToCode

  public var code: String {
    switch self {
    case .sameThing: "E0331"
    case .nothingToCode: "E0332"
    }
  }

  public var headline: String {
    switch self {
    case .sameThing: "both ways to store say the same kind of thing"
    case .nothingToCode: "these are plain floats, all of them kept: there is nothing to code"
    }
  }

  public var notes: [String] {
    switch self {
    case .sameThing:
      ["one says where elements belong, such as `relative(5)`, the other how they are coded"]
    case .nothingToCode:
      ["coders take the codes of a quantized or shared tensor, and the places of kept elements"]
    }
  }

  public var help: [String] {
    switch self {
    case .sameThing: ["`encode(w, relative(5), huffman)`"]
    case .nothingToCode: ["`quantize` or `share` first: `share(w, bits: 4)`"]
    }
  }
}

extension EncodedTensor {
  /// What the tensor adds to a file, its header included.
  var bytes: Int { header().count + footprint.bytes }
}

extension ParameterValue {
  fileprivate var isEncoded: Bool { if case .encoded = self { true } else { false } }
}

extension Encode {
  public static let trials = ["dense", "bitmask", "csr", "relative", "smallest"].map {
    Settings(["form": .option($0, Settings())])
  }

  public func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: Random
  ) throws -> WorkedDerivation {
    let stored = try self(x)
    var steps = DerivationSteps()
    steps.add("ŵ", "ŵ = w", "w", "numbers stay what they are")
    steps.add("kept", "elements that are not pruned", "\(stored.keptCount)")
    steps.addBits(stored)
    if stored.count > 0, stored.footprint.payloadBits > 0 {
      steps.add("rate", "dense / bits", "dense / bits", "times smaller, of payload")
    }
    return WorkedDerivation(
      derivation: Derivation(
        title: "stored as \(stored.layout)", steps: steps.steps, result: "ŵ"),
      inputs: [("w", try x.values)])
  }

  public static let card = Card(
    "encode", .verb,
    summary: "Chooses how weights are laid out in bytes; their numbers stay what they are.",
    formula: "bytes = header + ⌈(places + codes + tables + scales)/8⌉;  entropy ≤ code bits",
    source: "Han et al. 2016, Deep Compression, §2 and §4, arXiv:1510.00149",
    parameters: [
      Parameter("x", accepts: "a tensor or a model"),
      Parameter(
        "form", accepts: "a way to store", choices: storageCatalog.map { $0.card.name },
        "where elements belong, or how they are coded"),
      Parameter(
        "coding", or: "", accepts: "`huffman` or `rangecoder`",
        choices: storageCatalog.map { $0.card.name }, "the other of the two"),
    ],
    laws: [.keepsShape, .idempotent, .keepsZeros, .deterministic],
    examples: [
      Example(
        "let w = share(prune(randn(64, 64, seed: 1), 90%), bits: 4); "
          + "print(encode(w, relative(5), huffman).layout)", prints: "huffman relative(5)"),
      Example(
        "let w = prune(randn(64, 64, seed: 1), 90%); print(count(encode(w, smallest) == w))",
        prints: "4096"),
      Example(
        "let net = input(64) |> linear(32) |> prune(90%) |> share(bits: 4) |> encode(huffman); "
          + "print(size(net).bytes < 800)", prints: "true"),
      Example(
        "encode(ones(8), huffman)",
        fails: "E0332: these are plain floats, all of them kept: there is nothing to code"),
      Example(
        "encode(ones(8), bitmask, csr)",
        fails: "E0331: both ways to store say the same kind of thing"),
    ],
    related: ["huffman", "rangecoder", "relative", "smallest", "share", "size"])
}
