import Catalog

/// The same share of all weights each time.
///
///     s(t) = a + (z − a) t        t from 0 to 1, a the initial share, z the final one
///
/// - Source: TFMOT's `PolynomialDecay` with a power of 1; NNI's `LinearPruner`.
public struct LinearSchedule: PruningSchedule {
  public let course: PruningCourse

  public init(_ settings: Settings) throws {
    course = try PruningCourse(SettingsReader(Self.card, settings))
  }

  public func share(at progress: Double, from initial: Double, to final: Double) -> Double {
    // At the end exactly.
    progress >= 1 ? final : initial + (final - initial) * max(progress, 0)
  }

  public var expression: String { "a + (z - a) * t" }

  public static let card = Card(
    "linear", .option,
    summary: "A pruning schedule that takes the same share of all weights each time.",
    formula: "s(t) = a + (z − a)·t,  t from 0 to 1",
    source: "TensorFlow Model Optimization, PolynomialDecay with power 1; NNI LinearPruner",
    parameters: [
      PruningCourse.amount, PruningCourse.steps("10"), PruningCourse.initial, PruningCourse.begin,
      PruningCourse.end, PruningCourse.frequency,
    ] + PruningCourse.pruning + [PruningCourse.at],
    examples: [
      Example("print(linear(80%, at: [0, 25%, 50%, 100%]))", prints: "[0, 0.2, 0.4, 0.8]"),
      Example("print(linear(80%, from: 40%, begin: 10%, end: 90%, at: 50%))", prints: "0.6"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print((net |> prune(80%, "
          + "schedule: linear(steps: 2), on: digits.train)).history.sparsity)",
        prints: "[0.4, 0.8]"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); let small = net |> train("
          + "on: digits.train, epochs: 2, pruning: linear(80%, frequency: 10, by: random, "
          + "scope: global, structure: rows)); print(small.nonZeroWeights)", prints: "128"),
      Example("linear(1.5)", fails: "E0310: `amount` of `linear` goes from 0 to 1; it was 1.5"),
    ],
    related: ["cubic", "iterative", "prune", "train"])
}
