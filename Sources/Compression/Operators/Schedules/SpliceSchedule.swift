import Catalog
import Networks

/// Prunes and splices while the network trains: weights train on underneath the mask, and open it again
/// where they grow.
///
///     t        the smallest |w| that stays of a weight tensor when the training begins
///     at each move     mask ← 0 where |w| < (1 − band)·t,  1 where |w| ≥ (1 + band)·t,  else as it was
///     at the last one  exactly rne(amount · n) of the smallest |w| go, and stay away
///
/// The network computes with masked weights; gradients reach all of them. t and the band do not move.
/// `regrow` keeps the count all the way and lets weights come back by their gradient, from 0; here the
/// count floats, and a weight comes back by what it has learnt, with that value.
///
/// - Source: Guo, Yao and Chen, 2016, eq. 3, <https://arxiv.org/abs/1608.04493>, as Distiller's
///   `SplicingPruner`; there t is a mean and a spread of the weights, here it follows from the amount.
public struct SpliceSchedule: PruningSchedule {
  public let course: PruningCourse
  /// How far around t the mask stays as it was, as a share of t.
  public let band: Double
  /// How often the mask moves in one training.
  let moves: Int

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    var course = try PruningCourse(reader)
    moves = course.steps
    band = try reader.number("band", in: 0...1)
    // Pruned once: it is the training that moves the mask.
    course.steps = 1
    self.course = course
  }

  public var goesOnInTraining: Bool { true }

  public func share(at progress: Double, from initial: Double, to final: Double) -> Double {
    final
  }

  public var expression: String { "z" }

  public func hook(_ pruning: TrainingPruning) -> any TrainingHook {
    var course = course
    course.steps = moves
    return SplicingHook(course, band: band, pruning)
  }

  public static let card = Card(
    "splice", .option,
    summary: "A pruning schedule under whose mask weights train on, and open it where they grow.",
    formula: "mask ← 0 where |w| < (1 − band)·t, 1 where |w| ≥ (1 + band)·t, else as it was",
    source: "Guo, Yao and Chen 2016, Dynamic Network Surgery, eq. 3, arXiv:1608.04493",
    parameters: [
      PruningCourse.amount, PruningCourse.steps("10"),
      Parameter(
        "band", .label, or: "0.1", accepts: "a share, 0%…100%",
        "how far around the threshold a weight's mask stays as it was"),
      PruningCourse.end, PruningCourse.at,
    ],
    examples: [
      Example("print(splice(90%, at: [0, 0.5, 1]))", prints: "[0.9, 0.9, 0.9]"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); let small = net |> train("
          + "on: digits.train, epochs: 2, pruning: splice(90%, steps: 4, band: 20%, end: 90%)); "
          + "let fixed = prune(net, 90%); "
          + "print(small.nonZeroWeights, all(small.linear1.weight.kept == fixed.linear1.weight.kept))",
        prints: "64 false"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print((net |> prune(80%, "
          + "schedule: splice, on: digits.train, epochs: 2)).nonZeroWeights)", prints: "128"),
    ],
    related: ["regrow", "cubic", "prune", "train"])
}
