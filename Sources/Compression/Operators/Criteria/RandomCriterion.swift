import Catalog
import Tensors

/// Chance decides: the baseline that every other criterion has to beat.
///
///     score ~ uniform in [0, 1)
///
/// - Source: the control of Frankle and Carbin, 2019, <https://arxiv.org/abs/1803.03635>.
public struct RandomCriterion: CatalogedCriterion {
  /// A stream of its own, or `nil` for the one of the run.
  public var seed: UInt64?

  public init(seed: UInt64? = nil) { self.seed = seed }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    guard reader.has("seed") else { return }
    seed = UInt64(try reader.whole("seed", in: 0...Int(1) << 53))
  }

  public var isRandom: Bool { true }

  public var text: String { seed.map { "random(seed: \($0))" } ?? "random" }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    var random = seed.map(Random.init(seed:)) ?? statistics.random
    return .scores(try Tensor.uniform(statistics.weight.shape, 0, 1, &random))
  }

  public static let card = Card(
    "random", .criterion,
    summary: "Scores each weight by chance: the baseline that a good criterion has to beat.",
    formula: "score ~ uniform in [0, 1)",
    source: "the control of Frankle and Carbin 2019, The Lottery Ticket Hypothesis, "
      + "arXiv:1803.03635",
    parameters: [
      Parameter("weight", accepts: "a tensor", "the weights to score"),
      Parameter(
        "seed", .label, or: "", accepts: "a whole number from 0 up",
        "where the stream of chance starts"),
    ],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example(
        "print(count(prune(ones(100), 30%, by: random) == 0))", prints: "30"),
      Example(
        "print(random(ones(3), seed: 1) == random(ones(3), seed: 1))",
        prints: "[true, true, true]"),
    ],
    related: ["magnitude", "prune"])
}
