import Catalog
import Encodings
import Tensors

/// Slices of one axis go or stay as a whole: rows of a matrix, or columns with `axis: 1`.
///
///     score of row r = Σ_j score(w[r, j])        float64, in flat order
///
/// With `by: weight => weight^2` the order is that of the rows' L2 norms, with `magnitude` that of
/// their L1 norms. The shape stays.
///
/// - Source: Wen et al., 2016, §3, <https://arxiv.org/abs/1608.03665>; counts as PyTorch's
///   `ln_structured`, ties made definite.
public struct Rows: Structure {
  /// The axis whose slices are the rows.
  public let axis: Int

  public init(axis: Int = 0) { self.axis = axis }

  public init(_ settings: Settings) throws {
    axis = try SettingsReader(Self.card, settings).whole("axis", in: 0...7)
  }

  public var text: String { axis == 0 ? "rows" : "rows(axis: \(axis))" }

  public func units(of shape: Shape) -> Units? {
    axis < shape.rank ? .slices(of: axis, in: shape) : nil
  }

  public static let card = Card(
    "rows", .option,
    summary: "Prunes whole rows: slices of the first axis, or of another one.",
    formula: "k = rne(share · rows) go; score of row r = Σ_j score(w[r, j])",
    source: "Wen et al. 2016, Learning Structured Sparsity, §3, arXiv:1608.03665; "
      + "PyTorch's ln_structured",
    parameters: [
      Parameter(
        "axis", .label, or: "0", accepts: "a whole number, 0…7", "the axis whose slices are meant")
    ],
    examples: [
      Example(
        "print(prune(tensor([[1, 9], [5, 2]]), 50%, structure: rows))",
        prints: "[[1, 9], [0, 0]]"),
      Example(
        "print(prune(tensor([[1, 9], [5, 2]]), 50%, structure: rows(axis: 1)))",
        prints: "[[0, 9], [0, 2]]"),
      Example(
        "prune(tensor([1, 2]), 50%, structure: rows(axis: 1))",
        fails: "E0250: numbers of shape 2 have no rows(axis: 1)"),
    ],
    related: ["kernels", "blocks", "prune"])
}
