import Catalog

/// Each layer's weights are ranked by themselves, so that each gives the same share.
public enum LayerScope: Cataloged {
  public static let card = Card(
    "layer", .option,
    summary:
      "Ranks the weights of each layer by themselves, so that each layer gives the same share.",
    formula: "k_l = rne(share · n_l) for each layer l",
    source: "Han et al. 2015, §3, arXiv:1506.02626; LeCun et al. 1990 ranks all together",
    examples: [
      Example("print(prune(tensor([3, 1, 2, 4]), 50%, scope: layer))", prints: "[3, 0, 0, 4]")
    ],
    related: ["global", "prune"])
}
