import Catalog
import Networks

/// Trains a student on a teacher's softened answers as well as on the labels.
///
///     L = (1 − mix) · CE(y, s) + mix · T² · KL(softmax(t/T) ‖ softmax(s/T)) + hint · Σ MSE
///
/// KL is the mean over a batch (PyTorch's `batchmean`). The teacher is left as it is. A network
/// may be its own teacher: `distill(fresh, teacher: trained)` with the same layers makes a born-again
/// network, and `distill(pruned, teacher: dense)` lets a pruned one recover. Matched layers that
/// differ in channels go through a linear map that is learnt along and dropped afterwards.
///
/// It is no promise: on small data the labels alone are often better; see
/// `examples/distillation-digits.esp`.
///
/// - Source: Hinton, Vinyals and Dean, 2015, <https://arxiv.org/abs/1503.02531>; matched layers:
///   Romero et al., 2015, <https://arxiv.org/abs/1412.6550>; one's own teacher: Furlanello et al.,
///   2018, <https://arxiv.org/abs/1805.04770>.
public enum Distill: Cataloged {
  public static let card = Card(
    "distill", .verb,
    summary: "A student trained on a teacher's softened answers as well as on the labels.",
    formula: "L = (1 − mix)·CE(y, s) + mix·T²·KL(softmax(t/T) ‖ softmax(s/T)) + hint·Σ MSE",
    source: "Hinton et al. 2015, arXiv:1503.02531; layers: Romero et al. 2015, arXiv:1412.6550; "
      + "one's own teacher: Furlanello et al. 2018, arXiv:1805.04770",
    parameters: [
      Parameter("x", accepts: "a model", "the student"),
      Parameter(
        "teacher", .label, accepts: "a model", "whose answers are learnt; it stays as it is"),
      Parameter("on", .label, accepts: "data, such as `mnist.train`", "what is learnt from"),
      Parameter(
        "temperature", .label, or: "4", accepts: "a number above 0",
        "T: how much answers are softened"
      ),
      Parameter(
        "mix", .label, or: "0.5", accepts: "a share, 0%…100%",
        "the teacher's share of the loss; the labels have the rest"),
      Parameter(
        "match", .label, or: "",
        accepts: "pairs of layers, such as `[[\"relu1\", \"relu2\"]]`, the student's first",
        "layers that are to give the same"),
      Parameter(
        "hint", .label, or: "1", accepts: "a number from 0", "how much matched layers count"),
      .epochs, .batch, .optimizer,
      .validation, .pruning,
      Parameter(
        "quantization", .label, or: "", accepts: "`lsq` or `lsq(int4)`", choices: ["lsq"],
        "learns the scales of the student's grids"),
      Parameter(
        "tied", .label, or: "false", accepts: "true or false",
        "whether weights of a layer that are equal stay equal"),
      Parameter(
        "seed", .label, or: "", accepts: "a whole number from 0 up",
        "where the stream of chance starts"),
    ],
    examples: [
      Example(
        "let t = input(1, 8, 8) |> flatten |> linear(32) |> relu |> linear(10) "
          + "|> train(on: digits.train, epochs: 5, optimizer: adam(0.01)); "
          + "let s = input(1, 8, 8) |> flatten |> linear(10) |> distill(teacher: t, "
          + "on: digits.train, temperature: 2, mix: 75%, epochs: 4, batch: 16, "
          + "optimizer: adam(0.01), tied: false, seed: 1); print(accuracy(s, on: digits.test) > 0.8)",
        prints: "true"),
      Example(
        "let t = input(1, 8, 8) |> flatten |> linear(16) |> relu |> linear(10); "
          + "let s = input(1, 8, 8) |> flatten |> linear(4) |> relu |> linear(10) "
          + "|> distill(teacher: t, on: digits.train, match: [[\"relu1\", \"relu1\"]], hint: 0.1, "
          + "epochs: 1, pruning: cubic(50%), quantization: lsq(int8), validation: digits.test); print(s.nonZeroWeights, s.outputShape)",
        prints: "148 [10]"),
      Example(
        "let t = input(1, 8, 8) |> flatten |> linear(5); "
          + "input(1, 8, 8) |> flatten |> linear(10) |> distill(teacher: t, on: digits.train)",
        fails: "E0364: the teacher answers with 5 numbers, the student with 10"),
    ],
    related: ["distillationLoss", "train", "prune"])
}
