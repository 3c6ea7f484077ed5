import Catalog
import Encodings
import Tensors

/// Every weight goes or stays by itself.
///
///     k = rne(share · n) weights
///
/// The finest structure, and the one that costs the least accuracy at a given share. What it saves
/// is bytes, and time only where kernels skip zeros.
public struct SingleWeights: Structure {
  public init() {}
  public init(_ settings: Settings) throws {}

  public func units(of shape: Shape) -> Units? { Units(shape.count) { $0 } }

  public func masks(_ tensors: [Ranking.Entry], share: Double) throws -> [Bitmap] {
    try Ranking.masks(tensors, share: share)
  }

  public static let card = Card(
    "weights", .option,
    summary: "Prunes single weights, wherever they lie: the structure that costs the least.",
    formula: "k = rne(share · n) weights, of equal scores the lowest index first",
    source: "Han et al. 2015, §3, arXiv:1506.02626",
    examples: [
      Example(
        "print(prune(tensor([[1, 9], [5, 2]]), 50%, structure: weights))",
        prints: "[[0, 9], [5, 0]]")
    ],
    related: ["rows", "blocks", "nm", "prune"])
}
