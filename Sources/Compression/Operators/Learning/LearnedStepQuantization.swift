import Catalog
import Encodings
import Networks

/// Learned step size: training moves the scale of a grid as it moves the weights.
///
///     y = s · clamp(rne(w/s), q_min, q_max)
///     ∂y/∂s = rne(w/s) − w/s inside, q_min below, q_max above;  times g = 1/√(n · q_max)
///
/// Of a quantized model the scales begin as they are, and weights that are floats stay so. With a
/// format, weights that have no grid get one: s = 2 · mean|w| / √q_max. The optimizer of the training
/// moves the scales too; none falls below 2⁻¹⁰ of where it began. Zero points stay. Afterwards the
/// scales count as given, so that further training keeps them.
///
/// - Source: Esser et al., 2020, <https://arxiv.org/abs/1902.08153>.
public enum LearnedStepQuantization: Cataloged {
  private enum Slices: String, CaseIterable {
    case tensor, channel
  }

  /// What takes part in a training.
  ///
  /// - Throws: `SettingError`.
  public static func hook(_ settings: Settings) throws -> any TrainingHook {
    let reader = SettingsReader(card, settings)
    return LearnedStepHook(
      reader.has("format") ? try reader.integerFormat("format") : nil,
      per: try reader.choice("per", kind: "part of a tensor") as Slices == .channel
        ? .axis(0) : .tensor)
  }

  public static let card = Card(
    "lsq", .option,
    summary: "Learned step size: training moves the scales of quantized weights as well.",
    formula: "∂ŵ/∂s = rne(w/s) − w/s inside, q_min or q_max where clipped; times 1/√(n·q_max)",
    source: "Esser et al. 2020, Learned Step Size Quantization, arXiv:1902.08153",
    parameters: [
      Parameter(
        "format", or: "", accepts: "`int` or `uint` of some width",
        "the integers of weights that are floats yet"),
      Parameter(
        "per", .label, or: "tensor", accepts: "`tensor` or `channel`",
        "which of those weights share a scale"),
    ],
    examples: [
      Example("print(lsq(int4, per: channel))", prints: "lsq(int4, per: channel)"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10) |> quantize(int3); "
          + "let tuned = net |> train(on: digits.train, epochs: 1, quantization: lsq); "
          + "print(tuned.linear1.weight.scale != net.linear1.weight.scale, "
          + "max(abs(tuned.linear1.weight.codes)) < 5)",
        prints: "true true"),
      Example(
        "let net = input(4) |> linear(2); print((net |> train(on: digits.train, "
          + "quantization: lsq)).outputShape)",
        fails: "E0242: this model takes examples of shape 4; it was given 1×8×8"),
    ],
    related: ["quantize", "train", "int"])
}

extension SettingsReader {
  /// The integers that an option names.
  ///
  /// - Throws: `SettingError.wrongKind` for a format of other numbers.
  fileprivate func integerFormat(_ name: String) throws -> IntegerFormat {
    guard let family = try format(name) as? any IntegerFamily else {
      throw SettingError.wrongKind(card.name, name, accepts: "`int` or `uint` of some width")
    }
    return family.integers
  }
}
