import Catalog
import Tensors

/// How far a student's softened answers are from a teacher's.
///
///     T² · mean over rows of Σ_c p_c (ln p_c − ln q_c),   p = softmax(t/T), q = softmax(s/T)
///
/// In double throughout, classes and rows in their order.
///
/// - Source: Hinton, Vinyals and Dean, 2015, §2, <https://arxiv.org/abs/1503.02531>; T² as there.
public enum DistillationLoss: Cataloged {
  public static let card = Card(
    "distillationLoss", .function,
    summary: "How far a student's softened answers are from a teacher's, as `distill` measures it.",
    formula: "T²·KL(softmax(t/T) ‖ softmax(s/T)), the mean over rows",
    source: "Hinton, Vinyals and Dean 2015, Distilling the Knowledge, §2, arXiv:1503.02531",
    parameters: [
      Parameter("student", accepts: "a tensor of logits, one row an example"),
      Parameter("teacher", accepts: "a tensor of the same shape"),
      Parameter("temperature", .label, or: "4", accepts: "a number above 0", "T"),
    ],
    examples: [
      Example(
        "print(distillationLoss([1, 2, 3], [3, 1, 0.5], temperature: 1))", prints: "1.573961"),
      Example("print(distillationLoss([1, 2, 3], [3, 1, 0.5]))", prints: "1.82643"),
      Example("print(distillationLoss([[1, 2], [3, 3]], [[1, 2], [3, 3]]))", prints: "0"),
      Example(
        "distillationLoss([1, 2], [1, 2], temperature: 0)",
        fails: "E0310: `temperature` of `distillationLoss` goes from 0.01 to 1000; it was 0"),
    ],
    related: ["distill", "crossEntropy", "softmax"])
}
