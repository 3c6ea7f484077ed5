import Catalog
import Tensors

/// How much of a weight's likeness to all weights is likeness to those that are kept.
///
///     as printed    P(x_i) = Σ_{j ≤ n} e^(−d²) / Σ_{k ≤ m} e^(−d²)        d = x_i − x_j, x_i − x_k
///     as meant      score = 1 / Σ_{k ≤ m} e^(−d²)
///
/// m is the count of the tensor's weights and n that of the weights to keep, the first n in order:
/// the article sums over them before it knows which they will be. So its P is high for the first
/// n and their look-alikes, is 1 for every weight when n = m, and says nothing of what a weight
/// does. Its text wants what is unimportant to go; meant is taken as what has most look-alikes.
/// Sums are float64; weights far from all others score 1 as meant.
///
/// - Complexity: m · (boxes within reach), see `GaussSums`; not m².
/// - Source: article 001, §3.2.
public struct NeighbourSimilarityCriterion: CatalogedCriterion {
  /// n as a share of m, or `nil` for what `prune` leaves (half when nothing is pruned).
  public var keptShare: Double?
  /// Whether redundancy is scored instead of the printed ratio.
  public var isAsMeant: Bool

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    keptShare = reader.has("kept") ? try reader.number("kept", in: 0...1) : nil
    isAsMeant = try reader.boolean("meant")
  }

  public var text: String {
    let settings = [
      keptShare.map { "kept: \(DerivationSteps.literal($0))" }, isAsMeant ? "meant: true" : nil,
    ].compactMap(\.self)
    let name = Self.card.name
    return settings.isEmpty ? name : "\(name)(\(settings.joined(separator: ", ")))"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let weight = statistics.weight
    let points = weight.withScalars { $0.map { Double($0) } }
    if let bad = points.firstIndex(where: { !$0.isFinite }) {
      throw PruneError.scoreNotANumber(
        count: points.count { !$0.isFinite }, first: bad, criterion: text)
    }
    try Work.current.charge(points.count * 100)
    let all = GaussSums(points)
    guard !isAsMeant else {
      return .scores(try Tensor.scores(weight.shape) { 1 / all(points[$0]) })
    }
    let share = keptShare ?? statistics.share.map { 1 - $0 } ?? 0.5
    let first = GaussSums(Array(points.prefix(rounded(share * Double(points.count)))))
    return .scores(
      try Tensor.scores(weight.shape) { min(1, first(points[$0]) / all(points[$0])) })
  }

  public static let card = Card(
    "neighbourSimilarity", .criterion,
    summary: "Scores each weight by how much of its likeness to all is likeness to those kept.",
    formula: "P(x_i) = Σ_{j≤n} e^(−d(x_i, x_j)²) / Σ_{k≤m} e^(−d(x_i, x_k)²); "
      + "meant: 1 / Σ_k e^(−d²)",
    source: "article 001, §3.2",
    parameters: [
      .weight,
      Parameter(
        "kept", .label, or: "", accepts: "a share, 0%…100%",
        "n as a share of the weights; what `prune` leaves, or half"),
      .meant,
    ],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example("print(neighbourSimilarity([0, 9, 0, 9], kept: 25%))", prints: "[0.5, 0, 0.5, 0]"),
      Example("print(neighbourSimilarity([1, 2, 3], kept: 100%))", prints: "[1, 1, 1]"),
      Example(
        "print(neighbourSimilarity([0, 0, 9], meant: true))", prints: "[0.5, 0.5, 1]"),
    ],
    related: ["magnitude", "geometricMedian", "prune"])
}
