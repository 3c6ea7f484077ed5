import CKernels

extension Float {
  /// A whole number that orders as the float does; −0 and 0 are equal, a NaN has no place.
  public var sortableBits: UInt32 {
    let bits = self == 0 ? 0 : bitPattern
    return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
  }
}

/// Numbers to be ranked, and those among them that still are.
public struct RankedNumbers: Sendable {
  /// Scores without NaN, or numbers whose magnitudes are the scores.
  public var numbers: Tensor
  public var areMagnitudes: Bool
  /// 64 elements a word, the lowest index in the lowest bit; `nil` for all.
  public var kept: [UInt64]?

  public init(_ numbers: Tensor, areMagnitudes: Bool = false, kept: [UInt64]? = nil) {
    self.numbers = numbers
    self.areMagnitudes = areMagnitudes
    self.kept = kept
  }

  fileprivate func count(_ half: Int32, _ upper: UInt32, _ bins: inout [Int64]) throws {
    try Work.current.charge(numbers.count)
    kept.withPointer {
      espalier_order_counts(
        numbers.pointer, $0, numbers.count, areMagnitudes ? 1 : 0, half, upper, &bins)
    }
  }

  /// A mask of what is kept and no lower, but for the first ones that are equal.
  fileprivate func mask(from key: UInt32, without equal: inout Int) throws -> [UInt64] {
    try Work.current.charge(numbers.count)
    let sign: Int32 = areMagnitudes ? 1 : 0
    var words = [UInt64](repeating: 0, count: (numbers.count + 63) / 64)
    kept.withPointer {
      espalier_order_mask(numbers.pointer, $0, numbers.count, sign, key, &words)
    }
    equal -= espalier_order_drop(numbers.pointer, numbers.count, sign, key, &words, equal)
    return words
  }
}

extension Tensor {
  /// Masks of all scores but the lowest, ranked together; of equal scores the first ones go.
  ///
  /// −0 counts as 0. The n-th lowest score is found by counting: first the upper halves of
  /// sortable words, then the lower halves of those that share the upper one. Of many scores a
  /// sample tells roughly where it lies, and one look at all of them collects those around.
  ///
  /// - Parameters:
  ///   - lowest: how many more go, from 1 to as many as are kept.
  ///   - many: scores of which a sample is taken.
  /// - Returns: a mask an entry, 64 elements a word, the lowest index in the lowest bit.
  /// - Throws: `LimitError`, `Cancelled`.
  public static func keeping(
    allBut lowest: Int, lowestOf entries: [RankedNumbers], many: Int = 1 << 20
  ) throws -> [[UInt64]] {
    let total = entries.reduce(0) { $0 + $1.numbers.count }
    if total >= many, total <= UInt32.max,
      let masks = try ScoreWindow(around: lowest, of: entries, total)?.masks(lowest, entries)
    {
      return masks
    }
    func counts(_ half: Int32, _ upper: UInt32) throws -> [Int64] {
      var bins = [Int64](repeating: 0, count: 1 << 16)
      for entry in entries { try entry.count(half, upper, &bins) }
      return bins
    }
    let (upper, before, _) = place(lowest, in: try counts(0, 0))
    let (lower, below, same) = place(lowest - before, in: try counts(1, upper))
    let key = upper << 16 | lower
    var equal = lowest - before - below
    // Most often all scores that are equal to the last one go: nobody has to look which.
    let allGo = equal == same && key < UInt32.max
    if allGo { equal = 0 }
    return try entries.map { try $0.mask(from: allGo ? key + 1 : key, without: &equal) }
  }

  /// The bin that holds the n-th number, counted from 1, how many lie in the bins before it, and how
  /// many in it.
  private static func place(
    _ number: Int, in bins: [Int64]
  ) -> (bin: UInt32, before: Int, own: Int) {
    var before = 0
    for (bin, count) in bins.enumerated() {
      if before + Int(count) >= number { return (UInt32(bin), before, Int(count)) }
      before += Int(count)
    }
    return (UInt32(bins.count - 1), before, 0)
  }

  /// The elements whose bits are set, and +0 for the others.
  ///
  /// - Parameter words: 64 elements a word, the lowest index in the lowest bit.
  public func masked(_ words: [UInt64]) throws -> Tensor {
    try Work.current.charge(count)
    return try Tensor(unsafeUninitialized: shape) { target in
      guard words.count == (count + 63) / 64 else { return target.update(repeating: 0) }
      espalier_masked(pointer, words, count, target.baseAddress)
    }
  }

  /// A bit for each element, set unless its bits are those of +0; 64 a word, lowest index first.
  public var filledBits: [UInt64] {
    var words = [UInt64](repeating: 0, count: (count + 63) / 64)
    espalier_filled_bits(pointer, count, &words)
    return words
  }
}

extension [UInt64]? {
  func withPointer(_ body: (UnsafePointer<UInt64>?) -> Void) {
    if let self { self.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
  }
}
