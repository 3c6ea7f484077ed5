import Catalog
import Encodings
import Tensors

/// Of every M consecutive weights of a row, N are kept: sparsity that hardware can plan for.
///
///     of w[r, g·M ..< g·M + M] the N highest scores stay; of equal scores the lowest index goes
///
/// A row is a slice of the first axis laid out flat: the inputs of one neuron, or the channels and
/// windows of one filter in their order. The last group of a row is shorter when M does not divide
/// its length, and keeps N too, or all it has. Weights that were pruned before go first.
///
/// - Source: Mishra et al., 2021, <https://arxiv.org/abs/2104.08378>; the counts are those of
///   TFMOT's `generate_m_by_n_mask`, which fills the last group with zeros.
public struct NOfM: Structure {
  /// How many of a group stay.
  public let kept: Int
  /// How many weights a group has.
  public let size: Int

  public init(_ kept: Int, of size: Int) throws {
    guard kept < size else { throw StructureError.keepsMore(kept, of: size) }
    self.kept = kept
    self.size = size
  }

  public init(_ settings: Settings) throws {
    let reader = SettingsReader(Self.card, settings)
    try self.init(
      reader.whole("kept", in: 0...65_535), of: reader.whole("of", in: 1...65_536))
  }

  public var text: String { "nm(\(kept), \(size))" }
  public var takesAmount: Bool { false }

  public func units(of shape: Shape) -> Units? { .runs(of: size, in: shape) }

  public func masks(_ tensors: [Ranking.Entry], share: Double) throws -> [Bitmap] {
    tensors.map(mask)
  }

  private func mask(_ entry: Ranking.Entry) -> Bitmap {
    let places = places(entry)
    return Bitmap(count: places.count) { entry.kept?[$0] != false && places[$0] < kept }
  }

  /// The place of each weight in its group, the highest score first.
  ///
  /// Weights that are pruned come last; of equal scores the highest index comes first, so that the
  /// lowest goes.
  ///
  /// - Complexity: O(n log M).
  func places(_ entry: Ranking.Entry) -> [Int] {
    let (rows, columns) = entry.scores.shape.matrix
    var places = [Int](repeating: 0, count: entry.scores.count)
    entry.scores.withScalars { scores in
      for row in 0..<rows {
        for start in stride(from: row * columns, to: (row + 1) * columns, by: size) {
          let group = Array(start..<min(start + size, (row + 1) * columns))
          let ranked = group.sorted { a, b in
            let (keptA, keptB) = (entry.kept?[a] != false, entry.kept?[b] != false)
            if keptA != keptB { return keptA }
            return scores[a] == scores[b] ? a > b : scores[a] > scores[b]
          }
          for (place, index) in ranked.enumerated() { places[index] = place }
        }
      }
    }
    return places
  }

  public static let card = Card(
    "nm", .option,
    summary: "Keeps N of every M consecutive weights of a row, those with the highest scores.",
    formula: "of w[r, g·M ..< g·M + M] the N highest scores stay; ties: the lowest index goes",
    source: "Mishra et al. 2021, Accelerating Sparse Deep Neural Networks, arXiv:2104.08378",
    parameters: [
      Parameter("kept", accepts: "a whole number, from 0", "how many of a group stay"),
      Parameter("of", accepts: "a whole number, from 1", "how many weights a group has"),
    ],
    examples: [
      Example(
        "print(prune(tensor([[1, -4, 3, 2, 7, 5]]), structure: nm(2, 4)))",
        prints: "[[0, -4, 3, 0, 7, 5]]"),
      Example(
        "nm(4, 2)", fails: "E0252: `nm(4, 2)` would keep 4 of every 2 weights"),
      Example(
        "prune(ones(8), 50%, structure: nm(2, 4))",
        fails: "E0102: `nm(2, 4)` says itself how many weights go, so `prune` takes no amount"),
    ],
    related: ["blocks", "weights", "prune"])
}
