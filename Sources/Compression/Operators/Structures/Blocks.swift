import Catalog
import Encodings
import Tensors

/// Rectangles of a weight matrix go or stay as a whole.
///
///     block (i, j) = w[i·h ..< i·h + h, j·v ..< j·v + v]        score = Σ of its scores
///
/// The matrix has the first axis as its rows and all others, laid out flat, as its columns. Blocks
/// at the right and lower edges are smaller when height or width does not divide the matrix; in a
/// ranking of one layer such a block scores the sum of the fewer weights it has.
///
/// - Source: Narang et al., 2017, <https://arxiv.org/abs/1711.02782>; TFMOT's `block_size`.
public struct Blocks: Structure {
  public let height: Int
  public let width: Int

  public init(_ height: Int, _ width: Int) {
    self.height = max(1, height)
    self.width = max(1, width)
  }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    height = try reader.whole("height", in: 1...65_536)
    width = try reader.whole("width", in: 1...65_536)
  }

  public var text: String { "blocks(\(height), \(width))" }

  public func units(of shape: Shape) -> Units? {
    let (rows, columns) = shape.matrix
    let (height, width) = (height, width)
    let perRow = (columns + width - 1) / width
    return Units((rows + height - 1) / height * perRow) {
      $0 / columns / height * perRow + $0 % columns / width
    }
  }

  public static let card = Card(
    "blocks", .option,
    summary: "Prunes rectangles of a weight matrix; those at its edges may be smaller.",
    formula: "k = rne(share · blocks) go; score of a block = Σ of its scores",
    source: "Narang et al. 2017, Block-Sparse Recurrent Neural Networks, arXiv:1711.02782",
    parameters: [
      Parameter("height", accepts: "a whole number, from 1", "rows of a block"),
      Parameter("width", accepts: "a whole number, from 1", "columns of a block"),
    ],
    examples: [
      Example(
        "print(prune(tensor([[1, 1, 9], [1, 1, 9]]), 50%, structure: blocks(2, 2)))",
        prints: "[[0, 0, 9], [0, 0, 9]]"),
      Example(
        "blocks(0, 4)", fails: "E0310: `height` of `blocks` goes from 1 to 65536; it was 0"),
    ],
    related: ["rows", "nm", "prune"])
}
