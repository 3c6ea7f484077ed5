import Catalog
import Encodings
import Tensors

/// Exactly which weights go: the lowest scores, of equals the lowest index.
public struct Ranking {
  /// One tensor to rank: what its elements score, and which are pruned already.
  public struct Entry: Sendable {
    public var scores: Tensor
    /// Whether the scores are the magnitudes of the numbers that stand there: only single weights
    /// are ranked so.
    public var areMagnitudes: Bool
    public var kept: Bitmap?

    public init(scores: Tensor, areMagnitudes: Bool = false, kept: Bitmap? = nil) {
      self.scores = scores
      self.areMagnitudes = areMagnitudes
      self.kept = kept
    }
  }

  /// The masks after pruning a share of all entries together.
  ///
  ///     k = rne(share · n)
  ///
  /// Weights pruned before count as pruned and go first, so pruning 50 % and then 80 % leaves
  /// 20 %, not 10 %. (PyTorch's second call prunes 80 % of the remaining half.)
  ///
  /// - Complexity: O(n) in the number of all elements.
  ///
  /// - Parameter smallest: so many elements are still sorted, which needs no large table.
  static func masks(
    _ entries: [Entry], share: Double, sortingUpTo smallest: Int = 1 << 15
  ) throws -> [Bitmap] {
    let total = entries.reduce(0) { $0 + $1.scores.count }
    guard total <= UInt32.max else { throw PruneError.tooMany(total) }
    var masks = entries.map { $0.kept ?? Bitmap(repeating: true, count: $0.scores.count) }
    let already = masks.reduce(0) { $0 + $1.count - $1.setCount }
    let more = rounded(share * Double(total)) - already
    guard more > 0 else { return masks }
    if total > smallest {
      let kept = try Tensor.keeping(
        allBut: more,
        lowestOf: entries.map {
          RankedNumbers($0.scores, areMagnitudes: $0.areMagnitudes, kept: $0.kept?.words)
        })
      return zip(entries, kept).map { Bitmap(count: $0.scores.count, words: $1) }
    }

    // One sortable word a weight: the score's order above, the place below, so ties fall in order.
    var keys: [UInt64] = []
    keys.reserveCapacity(total - already)
    var offset = 0
    for (entry, mask) in zip(entries, masks) {
      entry.scores.withScalars { scores in
        mask.forEachSet {
          let score = entry.areMagnitudes ? abs(scores[$0]) : scores[$0]
          keys.append(UInt64(score.sortableBits) << 32 | UInt64(offset + $0))
        }
      }
      offset += entry.scores.count
    }
    keys.sort()

    // Places run through the entries in order; find the entry of each by its start.
    var starts = [0]
    for entry in entries { starts.append(starts[starts.count - 1] + entry.scores.count) }
    for key in keys.prefix(more) {
      let place = Int(key & 0xffff_ffff)
      let entry = starts.partitioningIndex { $0 > place } - 1
      masks[entry][place - starts[entry]] = false
    }
    return masks
  }

  /// The mask after pruning the same share of every row (slice of axis 0), each ranked by itself.
  ///
  ///     k = rne(share · columns) of each row
  static func rowMask(_ entry: Entry, share: Double) throws -> Bitmap {
    let shape = entry.scores.shape
    guard shape.rank > 1, shape[0] > 0 else { return try masks([entry], share: share)[0] }
    let columns = shape.count / shape[0]
    let scalars = entry.scores.scalars
    var mask = entry.kept ?? Bitmap(repeating: true, count: entry.scores.count)
    for row in 0..<shape[0] {
      let start = row * columns
      let own = Entry(
        scores: try Tensor(Array(scalars[start..<start + columns])),
        areMagnitudes: entry.areMagnitudes,
        kept: entry.kept.map { kept in Bitmap(count: columns) { kept[start + $0] } })
      let kept = try masks([own], share: share)[0]
      for column in 0..<columns where !kept[column] { mask[start + column] = false }
    }
    return mask
  }
}

extension Array {
  /// The first index for which a claim holds that is false before and true behind it.
  fileprivate func partitioningIndex(where claim: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if claim(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
