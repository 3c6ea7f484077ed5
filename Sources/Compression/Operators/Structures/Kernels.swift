import Catalog
import Encodings
import Tensors

/// The kernels of a convolution go or stay as a whole: what one filter sees of one channel.
///
///     score of kernel (o, c) = Σ_u Σ_v score(W[o, c, u, v])        float64, in flat order
///
/// Only weights with four axes have kernels; a model's linear layers stay as they are.
///
/// - Source: Mao et al., 2017, §3, <https://arxiv.org/abs/1705.08922>.
public struct Kernels: Structure {
  public init() {}
  public init(_ settings: Settings) throws {}

  public func units(of shape: Shape) -> Units? {
    guard shape.rank == 4 else { return nil }
    guard shape.count > 0 else { return Units(0) { _ in 0 } }
    let size = shape[2] * shape[3]
    return Units(shape[0] * shape[1]) { $0 / size }
  }

  public static let card = Card(
    "kernels", .option,
    summary: "Prunes whole kernels of convolutions: what one filter sees of one channel.",
    formula: "k = rne(share · kernels) go; score of (o, c) = Σ_uv score(W[o, c, u, v])",
    source: "Mao et al. 2017, Exploring the Regularity of Sparse Structure, arXiv:1705.08922",
    examples: [
      Example(
        "print(prune(reshape(tensor(1...4), 2, 1, 1, 2), 50%, structure: kernels))",
        prints: "[[[[0, 0]]], [[[3, 4]]]]"),
      Example(
        "prune(ones(2, 2), 50%, structure: kernels)",
        fails: "E0250: numbers of shape 2×2 have no kernels"),
    ],
    related: ["rows", "prune"])
}
