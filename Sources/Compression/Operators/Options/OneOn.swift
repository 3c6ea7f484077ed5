import Catalog

/// Sensitivity with one layer compressed at a time.
public enum OneOn: Cataloged {
  public static let card = Card(
    "oneOn", .option,
    summary: "Compresses the layer of the row and no other: what this layer alone costs.",
    formula: "row i: accuracy with layer i compressed, all others as they are",
    source: "Han et al. 2015, §4.1, Fig. 6, arXiv:1506.02626",
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); print(sensitivity(net, "
          + "on: digits.test, mode: oneOn, shares: [0], formats: [int8]).sparsity[0, 0] "
          + "> 0)", prints: "true")
    ],
    related: ["oneOff", "sensitivity"])
}
