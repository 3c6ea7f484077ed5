import Catalog

/// Everything at once, and training afterwards.
///
///     s(t) = z        for every t
///
/// - Source: Han et al., 2015, §3 (prune, then retrain once), <https://arxiv.org/abs/1506.02626>.
public struct OneShotSchedule: PruningSchedule {
  public let course: PruningCourse

  public init(_ settings: Settings) throws {
    course = try PruningCourse(SettingsReader(Self.card, settings))
  }

  public func share(at progress: Double, from initial: Double, to final: Double) -> Double {
    final
  }

  public var expression: String { "z" }

  public static let card = Card(
    "oneshot", .option,
    summary: "A pruning schedule that takes everything at once and trains afterwards.",
    formula: "s(t) = z",
    source: "Han et al. 2015, Learning both Weights and Connections, §3, arXiv:1506.02626",
    parameters: [
      PruningCourse.amount,
      Parameter(
        "end", .label, or: "0", accepts: "a share, 0%…100%",
        "how far into a training the weights go"),
    ] + PruningCourse.pruning + [PruningCourse.at],
    examples: [
      Example("print(oneshot(80%, at: [0, 0.5, 1]))", prints: "[0.8, 0.8, 0.8]"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print((net |> prune(80%, "
          + "schedule: oneshot, on: digits.train, epochs: 2)).nonZeroWeights)", prints: "128"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print((net |> train(on: digits.train, "
          + "epochs: 2, pruning: oneshot(80%, end: 50%, scope: global))).nonZeroWeights)",
        prints: "128"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print((net |> train(on: digits.train, "
          + "epochs: 1, pruning: oneshot(50%, by: random, structure: rows))).nonZeroWeights)",
        prints: "320"),
    ],
    related: ["cubic", "iterative", "prune", "train"])
}
