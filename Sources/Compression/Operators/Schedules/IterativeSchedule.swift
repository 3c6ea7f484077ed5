import Catalog
import Glibc

/// The same share of what is left, again and again.
///
///     s(t) = 1 − (1 − a) · ((1 − z) / (1 − a))^t
///
/// - Source: Han et al., 2015, §3 (prune and retrain in turn), <https://arxiv.org/abs/1506.02626>; the
///   same share of the rest each time as Frankle and Carbin, 2019, §1.
public struct IterativeSchedule: PruningSchedule {
  public let course: PruningCourse

  public init(_ settings: Settings) throws {
    course = try PruningCourse(SettingsReader(Self.card, settings))
  }

  public func share(at progress: Double, from initial: Double, to final: Double) -> Double {
    Self.share(at: progress, from: initial, to: final)
  }

  static func share(at progress: Double, from initial: Double, to final: Double) -> Double {
    let t = min(max(progress, 0), 1)
    // At the ends exactly, and where nothing is left to take a share of.
    if t == 0 || initial >= 1 { return initial }
    if t == 1 { return final }
    return 1 - (1 - initial) * pow(max(0, 1 - final) / (1 - initial), t)
  }

  public var expression: String { Self.expression }

  static let expression = "1 - (1 - a) * ((1 - z) / (1 - a))^t"

  public static let card = Card(
    "iterative", .option,
    summary: "A pruning schedule that takes the same share of what is left each time.",
    formula: "s(t) = 1 − (1 − a)·((1 − z) / (1 − a))^t",
    source: "Han et al. 2015, §3, arXiv:1506.02626; Frankle and Carbin 2019, §1, arXiv:1803.03635",
    parameters: [
      PruningCourse.amount, PruningCourse.steps("5"), PruningCourse.initial, PruningCourse.end,
    ] + PruningCourse.pruning + [PruningCourse.at],
    examples: [
      Example("print(iterative(75%, at: [0, 0.5, 1]))", prints: "[0, 0.5, 0.75]"),
      Example("print(iterative(75%, from: 50%, end: 100%, at: 1))", prints: "0.75"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print((net |> prune(75%, "
          + "schedule: iterative(steps: 2), on: digits.train, batch: 64, optimizer: sgd(0.1), "
          + "loss: mse)).history.sparsity)", prints: "[0.5, 0.75]"),
    ],
    related: ["lottery", "cubic", "prune", "train"])
}
