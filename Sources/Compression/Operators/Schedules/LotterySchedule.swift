import Catalog

/// Looks for the lottery ticket: prune what training made small, and begin again with the rest.
///
///     train; then `steps` times: prune the same share of what is left, rewind the rest, train
///
/// In `prune(net, …)` the weights go back to those of `net` as it was given: an untrained network
/// rewinds to its initial weights, one that was trained for an epoch to those of that epoch. Where
/// `rewind:` gives another model of the same shapes they go back to that one's, and `net` counts as
/// trained already. In `train` they go back to where the training began. Biases, norms and what the
/// optimizer remembers go back as well. Nothing has to remember its initial weights: a value that is
/// named stays what it was.
///
/// - Source: Frankle and Carbin, 2019, §1, <https://arxiv.org/abs/1803.03635>; rewinding to an early
///   epoch: Frankle et al., 2020, <https://arxiv.org/abs/1912.05671>.
public struct LotterySchedule: PruningSchedule {
  public let course: PruningCourse

  public init(_ settings: Settings) throws {
    var course = try PruningCourse(SettingsReader(Self.card, settings))
    // A training falls into steps + 1 equal parts: the first finds what to prune, the last stays.
    course.end = Double(course.steps) / Double(course.steps + 1)
    self.course = course
  }

  public var rewinds: Bool { true }

  public func share(at progress: Double, from initial: Double, to final: Double) -> Double {
    IterativeSchedule.share(at: progress, from: initial, to: final)
  }

  public var expression: String { IterativeSchedule.expression }

  public static let card = Card(
    "lottery", .option,
    summary: "A pruning schedule that rewinds the weights that stay to where they began each time.",
    formula: "train; then steps times: prune to s = 1 − (1 − z)^(i/steps), w ← mask · w₀, train",
    source: "Frankle and Carbin 2019, The Lottery Ticket Hypothesis, §1, arXiv:1803.03635; "
      + "rewinding to an early epoch: Frankle et al. 2020, arXiv:1912.05671",
    parameters: [PruningCourse.amount, PruningCourse.steps("5")] + PruningCourse.pruning
      + [PruningCourse.at],
    examples: [
      Example("print(lottery(75%, at: [0, 0.5, 1]))", prints: "[0, 0.5, 0.75]"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print((net |> prune(75%, "
          + "schedule: lottery(steps: 2), on: digits.train)).history.sparsity)",
        prints: "[0, 0.5, 0.75]"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); "
          + "let dense = net |> train(on: digits.train, epochs: 1); "
          + "let ticket = prune(dense, 80%, schedule: lottery(steps: 1), rewind: net, "
          + "on: digits.train, epochs: 0); let w = ticket.linear1.weight; "
          + "print(all(w.values == where(w.kept, net.linear1.weight, 0)), count(w.kept))",
        prints: "true 128"),
    ],
    related: ["iterative", "oneshot", "prune", "train"])
}
