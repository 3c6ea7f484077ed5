import Catalog

/// Sensitivity with all layers compressed but one.
public enum OneOff: Cataloged {
  public static let card = Card(
    "oneOff", .option,
    summary: "Compresses every layer but that of the row: what leaving this one alone would win.",
    formula: "row i: accuracy with all layers compressed, except layer i",
    source: "Qualcomm AIMET, QuantAnalyzer: per-layer analysis by disabling quantizers",
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print(sensitivity(net, "
          + "on: digits.test, mode: oneOff, shares: [100%], formats: [int8]).sparsity[0, 0] "
          + "> 0)", prints: "true")
    ],
    related: ["oneOn", "sensitivity"])
}
