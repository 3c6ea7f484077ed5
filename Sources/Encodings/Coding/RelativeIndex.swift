/// The places of kept elements as the gaps between them.
///
///     gap − 1 in i bits        111…1: a filler, 2^i − 1 places on and nothing kept there
///
/// With i = 3 the kept places 1, 4 and 15 have the gaps 2, 3 and 11, stored as
///
///     1   2   7 3         the 7 is a filler: 7 places on, then 3 + 1 more
///
/// A filler is a code of its own, so nothing is stored as its value. In Fig. 2 of Deep Compression
/// it is a stored zero, and the largest gap, here 8, needs none; `paperFillers` counts those.
///
/// - Source: Han et al., 2016, §2 and Fig. 2, <https://arxiv.org/abs/1510.00149>.
public enum RelativeIndex {
  /// The widths that can be stored.
  public static let widths = 1...16

  /// The stored codes, fillers included, in order.
  static func forEachCode(_ kept: Bitmap, bits: Int, _ body: (Int) -> Void) {
    let filler = 1 << bits - 1
    var last = -1
    kept.forEachSet { place in
      var gap = place - last - 1
      while gap >= filler {
        body(filler)
        gap -= filler
      }
      body(gap)
      last = place
    }
  }

  /// How often each code is stored; the last one is the filler.
  static func counts(_ kept: Bitmap, bits: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: 1 << bits)
    let filler = 1 << bits - 1
    var last = -1
    kept.forEachSet { place in
      let gap = place - last - 1
      counts[filler] += gap / filler
      counts[gap % filler] += 1
      last = place
    }
    return counts
  }

  /// The fillers that the storage of the paper has: a gap above 2^i takes one for every 2^i.
  public static func paperFillers(_ kept: Bitmap, bits: Int) -> Int {
    var (fillers, last) = (0, -1)
    kept.forEachSet { place in
      fillers += (place - last - 1) >> bits
      last = place
    }
    return fillers
  }

  /// How often each gap is stored in the paper's way: 2^i of them, the last one fillers included.
  public static func paperCounts(_ kept: Bitmap, bits: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: 1 << bits)
    var last = -1
    kept.forEachSet { place in
      let gap = place - last - 1
      counts[(1 << bits) - 1] += gap >> bits
      counts[gap & ((1 << bits) - 1)] += 1
      last = place
    }
    return counts
  }

  /// The places that codes stand for.
  ///
  /// - Parameter next: the next code, or `nil` for bits that are none.
  /// - Throws: `EncodingError.damaged` when a place lies past the end.
  static func places(
    _ stored: Int, of count: Int, bits: Int, _ next: () throws -> Int?
  ) throws -> Bitmap {
    let filler = 1 << bits - 1
    var kept = Bitmap(repeating: false, count: count)
    var place = -1
    for _ in 0..<stored {
      var isFiller = true
      while isFiller {
        guard let code = try next() else { throw EncodingError.damaged("bits that are no code") }
        isFiller = code == filler
        place += isFiller ? filler : code + 1
        guard place < count else { throw EncodingError.damaged("a gap leads past the end") }
      }
      kept[place] = true
    }
    return kept
  }
}
