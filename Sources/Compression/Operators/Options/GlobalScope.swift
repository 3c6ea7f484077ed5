import Catalog

/// All weights of a model are ranked together, so that layers with small weights give more.
///
/// Of channels and neurons no group gives more than 90%, or the share when that is more: a layer
/// whose weights are all small would collapse to one unit, which no training makes up for.
public enum GlobalScope: Cataloged {
  public static let card = Card(
    "global", .option,
    summary: "Ranks all weights of a model together, so that layers with small weights give more.",
    formula: "k = rne(share · Σ n_l) over all layers at once, ties in the order of the layers",
    source: "LeCun, Denker and Solla 1990, Optimal Brain Damage; PyTorch's global_unstructured",
    examples: [
      Example("print(prune(tensor([3, 1, 2, 4]), 50%, scope: global))", prints: "[3, 0, 0, 4]"),
      Example(
        "let net = input(4) |> linear(20) |> linear(20) |> linear(2); "
          + "let low = replace(net, \"linear1.weight\", net.linear1.weight / 1000); "
          + "let p = prune(low, 50%, structure: neurons, scope: global); "
          + "print(p.linear1.weight.shape, p.linear2.weight.shape)", prints: "[2, 4] [18, 2]"),
    ],
    related: ["layer", "prune"])
}
