import Catalog
import Networks

/// Stays equally sparse all the way, and lets weights that were pruned come back.
///
///     at the first batch   prune to the amount
///     at each move         k = rne(share/2 · (1 + cos(π t)) · kept)        t from 0 to 1
///                          drop the k kept weights of the smallest |w|, then
///                          grow the k others of the largest |∂L/∂w|, which begin at 0
///
/// Each weight tensor keeps its count. A weight dropped and grown at once keeps its value. Of equal
/// magnitudes the lowest index is dropped, of equal gradients the lowest one grows. The gradient is
/// that of the batch just learnt from; the optimizer forgets what it knew of weights that changed
/// sides. In `prune` the mask moves within the training of `epochs`, and `x` is pruned once before.
///
/// - Source: Evci et al., 2020, algorithm 1, <https://arxiv.org/abs/1911.11134> (RigL; there the move
///   takes the place of a step, here it follows one, and the first mask is pruned, not random).
public struct RegrowSchedule: PruningSchedule {
  public let course: PruningCourse
  /// Of the kept weights, the share that the first move exchanges.
  public let exchanged: Double

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    var course = try PruningCourse(reader)
    moves = course.steps
    exchanged = try reader.number("share", in: 0...1)
    // Pruned once: it is the training that moves the mask.
    course.steps = 1
    self.course = course
  }

  /// How often the mask moves in one training.
  let moves: Int

  public var goesOnInTraining: Bool { true }

  public func share(at progress: Double, from initial: Double, to final: Double) -> Double {
    final
  }

  public var expression: String { "z" }

  public func hook(_ pruning: TrainingPruning) -> any TrainingHook {
    var course = course
    course.steps = moves
    return RegrowingHook(course, exchanged: exchanged, pruning)
  }

  public static let card = Card(
    "regrow", .option,
    summary:
      "A pruning schedule of one sparsity that drops small weights and grows promising ones.",
    formula:
      "k = rne(share/2·(1 + cos πt)·kept): drop the k smallest |w|, grow the k largest |∂L/∂w|",
    source: "Evci et al. 2020, Rigging the Lottery, algorithm 1, arXiv:1911.11134",
    parameters: [
      PruningCourse.amount, PruningCourse.steps("10"),
      Parameter(
        "share", .label, or: "0.3", accepts: "a share, 0%…100%",
        "how much of the kept weights the first move exchanges"),
      PruningCourse.end,
    ] + PruningCourse.pruning + [PruningCourse.at],
    examples: [
      Example("print(regrow(90%, at: [0, 0.5, 1]))", prints: "[0.9, 0.9, 0.9]"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); let small = net |> train("
          + "on: digits.train, epochs: 2, pruning: regrow(90%, steps: 4, share: 50%, end: 90%)); "
          + "let fixed = prune(net, 90%); "
          + "print(small.nonZeroWeights, all(small.linear1.weight.kept == fixed.linear1.weight.kept))",
        prints: "64 false"),
    ],
    related: ["splice", "cubic", "oneshot", "prune", "train"])
}
