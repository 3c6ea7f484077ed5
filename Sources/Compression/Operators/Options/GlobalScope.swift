import Catalog

/// All weights of a model are ranked together, so that layers with small weights give more.
public enum GlobalScope: Cataloged {
  public static let card = Card(
    "global", .option,
    summary: "Ranks all weights of a model together, so that layers with small weights give more.",
    formula: "k = rne(share · Σ n_l) over all layers at once, ties in the order of the layers",
    source: "LeCun, Denker and Solla 1990, Optimal Brain Damage; PyTorch's global_unstructured",
    examples: [
      Example("print(prune(tensor([3, 1, 2, 4]), 50%, scope: global))", prints: "[3, 0, 0, 4]")
    ],
    related: ["layer", "prune"])
}
