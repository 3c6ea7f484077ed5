import Catalog
import Tensors

/// A weight whose gradient is steadily near zero matters least: two tests, both must hold.
///
///     as meant      gone where |mean| < a  and  std < b
///     as printed    gone where  mean  < a  and  std / mean < a        (article 000, code)
///
/// with mean and std over T mini-batches. The article's text says near 0 and small; its code
/// drops the absolute value, so every weight with a negative mean passes both tests however large
/// its gradient, and near 0 the ratio explodes and refuses the very weights that are meant.
///
/// - Source: article 000, §3.1.
public struct GradientStabilityCriterion: CatalogedCriterion {
  /// a, from 0.
  public var meanLimit: Double
  /// b, from 0.
  public var stdLimit: Double
  /// Whether the tests are those of the article's code.
  public var isAsPrinted: Bool

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    meanLimit = try reader.number("mean", in: 0...1e30)
    stdLimit = try reader.number("std", in: 0...1e30)
    isAsPrinted = try reader.boolean("printed")
  }

  public var needs: [Statistic] { [.weight, .gradientMean, .gradientStd] }

  public var text: String {
    "gradientStability(mean: \(DerivationSteps.literal(meanLimit)), "
      + "std: \(DerivationSteps.literal(stdLimit))\(isAsPrinted ? ", printed: true" : ""))"
  }

  public func expression(of weight: String) -> String? {
    let a = DerivationSteps.literal(meanLimit)
    return isAsPrinted
      ? "gradientMean < \(a) and gradientStd / gradientMean < \(a)"
      : "abs(gradientMean) < \(a) and gradientStd < \(DerivationSteps.literal(stdLimit))"
  }

  public func judge(_ statistics: Statistics) throws -> Judgement {
    let mean = try statistics.matching(.gradientMean)
    let std = try statistics.matching(.gradientStd)
    let tests =
      isAsPrinted
      ? (
        try Tensor.apply(.less, mean, Float(meanLimit)),
        try Tensor.apply(.less, Tensor.apply(.divide, std, mean), Float(meanLimit))
      )
      : (
        try Tensor.apply(.less, mean.mapped(.absolute), Float(meanLimit)),
        try Tensor.apply(.less, std, Float(stdLimit))
      )
    return .pruned(try Tensor.apply(.and, tests.0, tests.1))
  }

  public static let card = Card(
    "gradientStability", .criterion,
    summary: "Prunes every weight whose gradient has a mean near zero and a small spread.",
    formula: "gone where |mean g| < a and std g < b; printed: mean g < a and std g / mean g < a",
    source: "article 000, §3.1: mean and standard deviation of the gradient over T iterations",
    parameters: [
      .weight,
      .statistic(.gradientMean, "the mean of the gradient over mini-batches"),
      .statistic(.gradientStd, "its standard deviation, divided by T"),
      Parameter(
        "mean", .label, or: "0.001", accepts: "a number from 0", "a, the limit of the mean"),
      Parameter(
        "std", .label, or: "0.001", accepts: "a number from 0",
        "b, the limit of the standard deviation"),
      Parameter(
        "printed", .label, or: "false", accepts: "true or false",
        "whether the article's formula stands as printed, though its text means another"),
    ],
    laws: [.keepsShape, .deterministic, .nonNegative],
    examples: [
      Example(
        "print(gradientStability([1, 2, 3], gradientMean: [0, 0.5, -0.5], "
          + "gradientStd: [0, 0, 0.1]))", prints: "[true, false, false]"),
      Example(
        "print(gradientStability([1, 2, 3], gradientMean: [0.0001, 0.5, -0.5], "
          + "gradientStd: [0.0001, 0, 0.1], printed: true))", prints: "[false, false, true]"),
      Example(
        "print(prune(tensor([1, 2]), by: gradientStability(mean: 0.1, std: 0.1), "
          + "gradientMean: [0.05, 1], gradientStd: [0.05, 0]))", prints: "[0, 2]"),
    ],
    related: ["gradient", "threshold", "prune"])
}
