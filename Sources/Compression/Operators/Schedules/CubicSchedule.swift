import Catalog
import Glibc

/// Much at first, when little is lost by it, then less and less: polynomial decay.
///
///     s(t) = z + (a − z) (1 − t)^p        t from 0 to 1, a the initial share, z the final one
///
/// A power of 1 is `linear`.
///
/// - Source: Zhu and Gupta, 2017, eq. 1, <https://arxiv.org/abs/1710.01878> (p = 3); other powers as
///   TFMOT's `PolynomialDecay`.
public struct CubicSchedule: PruningSchedule {
  public let course: PruningCourse
  /// p, above 0.
  public let power: Double

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    course = try PruningCourse(reader)
    power = try reader.number("power", in: 0.01...100)
  }

  public func share(at progress: Double, from initial: Double, to final: Double) -> Double {
    final + (initial - final) * pow(1 - min(max(progress, 0), 1), power)
  }

  public var expression: String { "z + (a - z) * (1 - t)^\(DerivationSteps.literal(power))" }

  public static let card = Card(
    "cubic", .option,
    summary: "A pruning schedule that takes much at first and less and less towards the end.",
    formula: "s(t) = z + (a − z)·(1 − t)^power,  t from 0 to 1; power 1 is `linear`",
    source: "Zhu and Gupta 2017, To prune, or not to prune, eq. 1, arXiv:1710.01878",
    parameters: [
      PruningCourse.amount, PruningCourse.steps("10"),
      Parameter(
        "power", .label, or: "3", accepts: "a number above 0", "1 is linear, 3 is cubic"),
      PruningCourse.initial, PruningCourse.begin, PruningCourse.end, PruningCourse.frequency,
    ] + PruningCourse.pruning + [PruningCourse.at],
    examples: [
      Example(
        "print(cubic(90%, at: [0, 25%, 50%, 75%, 100%]))",
        prints: "[0, 0.5203125, 0.7875, 0.8859375, 0.9]"),
      Example("print(cubic(90%, from: 50%, power: 1, at: 50%))", prints: "0.7"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); "
          + "let small = net |> train(on: digits.train, epochs: 4, "
          + "pruning: cubic(90%, begin: 25%, end: 75%, frequency: 20)); "
          + "print(small.nonZeroWeights, small.history.sparsity[0] < 0.5)", prints: "64 true"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print((net |> prune(80%, "
          + "schedule: cubic(steps: 2), on: digits.train)).history.sparsity)",
        prints: "[0.7, 0.8]"),
      Example("cubic(90)", fails: "E0310: `amount` of `cubic` goes from 0 to 1; it was 90"),
    ],
    related: ["linear", "oneshot", "iterative", "prune", "train"])
}
