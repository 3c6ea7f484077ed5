import Encodings
import Glibc
import Tensors

/// About how many bits a tensor takes once it is pruned and on its grid, without writing it.
///
///     plain   min(n · w, n + k · w)                    k of n elements kept, w bits each
///     coded   n · H(k/n) + k · H(codes) + 12 · symbols
///     H       Σ −p · log2 p, over how often each code occurs
///
/// A plan is found by these and measured by its real file. Sums are float64, codes ascending.
struct StorageEstimate {
  /// The smaller of both, with scales, codebook and header.
  var bits: Int

  /// A symbol's share in the table of a coder, about.
  private static let symbolBits = 12.0
  private static let headerBits = 80

  /// - Parameters:
  ///   - tensor: on its grid, or plain floats.
  ///   - kept: the elements that pruning leaves, or `nil` for all.
  ///   - isCoded: whether a coder may write it.
  init(_ tensor: EncodedTensor, kept: Bitmap?, isCoded: Bool) {
    let count = tensor.count
    let left = kept?.setCount ?? count
    let grid = tensor.grid.flatMap { $0.isSimulated ? nil : $0 }
    let width = grid?.format.codeBits ?? 32
    let overhead =
      grid == nil
      ? 0
      : [Footprint.Kind.scales, .outerScales, .zeroPoints, .codebook]
        .reduce(0) { $0 + tensor.footprint.bits(of: $1) }
    let plain = left == count ? count * width : min(count * width, count + left * width)
    bits = plain + overhead + Self.headerBits
    guard isCoded, left < count || grid != nil else { return }
    var coded = Double(count) * Self.entropy([left, count - left])
    if let grid {
      let symbols = Self.counts(grid, kept)
      coded += Double(left) * Self.entropy(symbols)
      coded += Self.symbolBits * Double(symbols.count { $0 > 0 })
    } else {
      coded += 32 * Double(left)
    }
    bits = min(bits, Int(coded.rounded(.up)) + overhead + Self.headerBits)
  }

  private static func counts(_ grid: Grid, _ kept: Bitmap?) -> [Int] {
    let lowest = grid.format.codes.lowerBound
    var counts = [Int](repeating: 0, count: grid.format.codes.count)
    if let kept {
      kept.forEachSet { counts[Int(grid.codes[$0] - lowest)] += 1 }
    } else {
      grid.codes.forEachPiece { _, codes in
        for code in codes { counts[Int(code - lowest)] += 1 }
      }
    }
    return counts
  }

  /// Bits a symbol; 0 for one symbol or none.
  static func entropy(_ counts: [Int]) -> Double {
    let total = Double(counts.reduce(0, +))
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / total
      return sum - share * log2(share)
    }
  }
}
