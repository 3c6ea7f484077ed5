import Catalog
import Encodings
import Networks
import Tensors

/// Lets weights share a few numbers: a codebook, and for each weight its place in it.
///
///     minimise Σ_k Σ_{w in cluster k} (w − c_k)²          at most 2^b centroids c_k
///     payload  n · b + k · 32 bits                        against n · 32
///
/// Each weight takes the nearest centroid, half-way the lower one. Pruned weights stay 0 and
/// outside the codebook. Clusters are found in double (`KMeans`); centroids are float32, or float16
/// (round to nearest even) with `codebook: 16`. A tensor with fewer different weights than
/// clusters keeps them all.
///
/// - Source: Han et al., 2016, §3, <https://arxiv.org/abs/1510.00149>.
public struct Share: WeightVerb {
  /// How the gradients of a cluster's weights become that of its centroid.
  public enum Tuning: String, Sendable, CaseIterable {
    /// ∂L/∂C_k = Σ ∂L/∂W, the derivative itself.
    case sum
    /// The same divided by the number of weights, as TensorFlow's toolkit has it.
    case mean
  }

  /// How the centroids are stored.
  public enum Codebook: String, Sendable, CaseIterable {
    case float32, float16
  }

  /// The most centroids, `1...65_536`.
  public var clusters: Int
  public var start: ClusterStart
  /// How further training moves centroids.
  public var tuning: Tuning
  public var codebook: Codebook
  /// A stream of its own for a start of chance, or `nil` for the run's.
  public var seed: UInt64?

  public var worksOnBiases: Bool { true }

  public init(
    clusters: Int, start: ClusterStart = .linear, tuning: Tuning = .sum,
    codebook: Codebook = .float32, seed: UInt64? = nil
  ) {
    self.clusters = clusters
    self.start = start
    self.tuning = tuning
    self.codebook = codebook
    self.seed = seed
  }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    switch (reader.has("bits"), reader.has("clusters")) {
    case (true, false): clusters = 1 << (try reader.whole("bits", in: 1...16))
    case (false, true): clusters = try reader.whole("clusters", in: 1...65_536)
    case (let both, _): throw ShareError.count(both: both)
    }
    start = try reader.choice("start", kind: "start of k-means")
    tuning = try reader.choice("tuning", kind: "way to tune centroids")
    let width = try reader.whole("codebook", in: 16...32)
    guard width == 16 || width == 32 else {
      throw SettingError.outside(Self.card.name, "codebook", Double(width), 16...32)
    }
    codebook = width == 16 ? .float16 : .float32
    seed = reader.has("seed") ? UInt64(try reader.whole("seed", in: 0...Int(1) << 53)) : nil
  }

  public func callAsFunction(
    _ x: EncodedTensor, _ others: [Statistic: Tensor] = [:], random: inout Random
  ) throws -> EncodedTensor {
    let values = try x.values
    var stream = seed.map(Random.init(seed:)) ?? random
    let centroids =
      if x.kept == nil, values.isAllFinite {
        try values.withScalars {
          try start.centroids(of: $0, count: clusters, random: &stream)
        }
      } else {
        try finite(values.scalars, kept: x.kept).withUnsafeBufferPointer {
          try start.centroids(of: $0, count: clusters, random: &stream)
        }
      }
    if seed == nil { random = stream }
    return try x.sharing(centroids, codebook)
  }

  /// The numbers that are not pruned.
  ///
  /// - Throws: `QuantizeError.notFinite`.
  private func finite(_ scalars: [Float], kept: Bitmap?) throws -> [Float] {
    let places = scalars.indices.filter { kept?[$0] ?? true }
    let bad = places.filter { !scalars[$0].isFinite }
    if let first = bad.first {
      throw QuantizeError.notFinite(count: bad.count, first: first, value: scalars[first])
    }
    return places.map { scalars[$0] }
  }

  public func callAsFunction(
    _ model: Model, _ resources: Resources, random: inout Random
  ) throws -> Model {
    var changed: [String: EncodedTensor] = [:]
    for entry in try model.weights(for: Self.card.name) {
      changed[entry.path] = try self(entry.parameter.value.encoded, random: &random)
    }
    return try model.replacingWeights(changed).mapParameters { entry in
      guard tuning == .mean, changed[entry.path] != nil,
        var constraint = entry.parameter.constraint as? CentroidConstraint
      else { return nil }
      constraint.averages = true
      var parameter = entry.parameter
      parameter.constraint = constraint
      return parameter
    }
  }
}

/// A call of `share` that does not say how many clusters.
public enum ShareError: DescribedError, Equatable {
  case count(both: Bool)

  public var code: String { "E0330" }

  public var headline: String {
    switch self {
    case .count(let both):
      both
        ? "`bits` and `clusters` both say how many numbers are shared"
        : "`share` needs `bits` or `clusters`: how many numbers are shared"
    }
  }

  public var help: [String] { ["`bits: 4`, which is `clusters: 16`"] }
}

extension EncodedTensor {
  /// The tensor on a codebook, each kept element at its nearest level.
  func sharing(_ centroids: [Float], _ codebook: Share.Codebook) throws -> EncodedTensor {
    // Without any element kept there is nothing to share; one level makes it a grid all the same.
    let levels = centroids.isEmpty ? [0] : centroids
    let table: LevelTable =
      switch codebook {
      case .float32: try LevelTable(LevelTable.codebookName, levels)
      case .float16:
        try LevelTable(
          LevelTable.halfCodebookName,
          levels.map { Minifloat.float16.level(of: Minifloat.float16.nearestCode($0)) })
      }
    var grid = Grid(
      format: .table(table), rule: .given, scales: [1], scaleCoding: .implied(exponent: 0),
      zeroPoints: [], codes: [])
    grid.codes = try codes(table)
    return try EncodedTensor(shape, grid: grid, kept: kept)
  }
}

extension EncodedTensor {
  /// The nearest level of each element; pruned ones get theirs when the tensor is made.
  private func codes(_ table: LevelTable) throws -> CodeArray {
    let values = try values
    guard (1...256).contains(table.levels.count), values.isAllFinite else {
      return try values.withScalars { scalars in
        try Work.current.charge(scalars.count)
        return CodeArray(
          scalars.indices.map { kept?[$0] == false ? 0 : table.nearestCode(scalars[$0]) })
      }
    }
    // Levels are parted by what lies in the middle, which belongs to the lower one.
    let limits = (1..<max(1, table.levels.count)).map { table.middle(above: $0 - 1) }
    try Work.current.charge(values.count)
    // A range as wide as a field, so that a field of zeros is the code 0.
    return try CodeArray(
      count: values.count, range: limits.count < 16 ? 0...15 : 0...255
    ) { fields, _, bits in
      values.countBelow(limits, to: fields, halves: bits == 4)
    }
  }
}

extension Share {
  public static let trials = [
    Settings(["bits": .number(1)]), Settings(["bits": .number(3), "start": named("exact")]),
    Settings(["clusters": .number(5), "start": named("density")]),
    Settings(["bits": .number(2), "start": named("kmeanspp"), "seed": .number(1)]),
    Settings(["bits": .number(2), "start": named("random"), "seed": .number(1)]),
    Settings(["bits": .number(8)]),
  ]

  private static func named(_ name: String) -> Setting { .option(name, Settings()) }

  public static let card = Card(
    "share", .verb,
    summary: "Lets weights share a few numbers: a codebook found by k-means, and codes into it.",
    formula: "min Σ_k Σ (w − c_k)²;  payload n·b + k·32 bits;  ∂L/∂c_k = Σ_{w in k} ∂L/∂w",
    source: "Han et al. 2016, Deep Compression, §3, arXiv:1510.00149",
    parameters: [
      Parameter("x", accepts: "a tensor or a model"),
      Parameter(
        "bits", .label, or: "", accepts: "a whole number, 1…16",
        "the bits of a code: 2^bits numbers are shared"),
      Parameter(
        "clusters", .label, or: "", accepts: "a whole number, 1…65536",
        "how many numbers are shared, instead of `bits`"),
      Parameter(
        "start", .label, or: "linear", accepts: "a start of k-means",
        choices: ClusterStart.allCases.map(\.rawValue), "where k-means begins"),
      Parameter(
        "tuning", .label, or: "sum", accepts: "`sum` or `mean`",
        choices: Tuning.allCases.map(\.rawValue),
        "how further training makes one gradient of those of a cluster"),
      Parameter(
        "codebook", .label, or: "32", accepts: "16 or 32",
        "the bits of a stored centroid, a float of that width"),
      Parameter(
        "seed", .label, or: "", accepts: "a whole number from 0 up",
        "where the stream of a start of chance begins"),
    ],
    laws: [.keepsShape, .idempotent, .deterministic],
    examples: [
      Example(
        "print(share(tensor([1, 1.25, 4, 4.5]), bits: 1))", prints: "[1.125, 1.125, 4.25, 4.25]"),
      Example(
        "print(share(tensor([1, 1.25, 4, 4.5]), clusters: 2).codes)", prints: "[0, 0, 1, 1]"),
      Example(
        "print(size(share(randn(1000, seed: 1), bits: 4)).payloadBits)", prints: "4512"),
      Example(
        "print(size(share(randn(1000, seed: 1), bits: 4, codebook: 16)).payloadBits)",
        prints: "4256"),
      Example(
        "print(share(prune(tensor([0.1, 1, 2]), 1/3), bits: 1, tuning: mean))",
        prints: "[0, 1, 2]"),
      Example(
        "share(ones(3))",
        fails: "E0330: `share` needs `bits` or `clusters`: how many numbers are shared"),
    ],
    related: ["density", "kmeanspp", "exact", "encode", "quantize", "prune"])
}
