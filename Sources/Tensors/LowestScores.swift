import CKernels

extension Tensor {
  /// Masks of all scores but the lowest, ranked together; of equal scores the first ones go.
  ///
  /// −0 counts as 0. The n-th lowest score is found by counting: first the upper halves of
  /// sortable words, then the lower halves of those that share the upper one.
  ///
  /// - Parameters:
  ///   - lowest: how many more go, from 1 to as many as are kept.
  ///   - entries: scores without NaN, and a mask of those that are still there, or `nil` for all.
  /// - Returns: a mask an entry, 64 elements a word, the lowest index in the lowest bit.
  /// - Throws: `LimitError`, `Cancelled`.
  public static func keeping(
    allBut lowest: Int, lowestOf entries: [(scores: Tensor, kept: [UInt64]?)]
  ) throws -> [[UInt64]] {
    func counts(_ half: Int32, _ upper: UInt32) throws -> [Int64] {
      var bins = [Int64](repeating: 0, count: 1 << 16)
      for (scores, kept) in entries {
        try Work.current.charge(scores.count)
        kept.withPointer {
          espalier_order_counts(scores.pointer, $0, scores.count, half, upper, &bins)
        }
      }
      return bins
    }
    let (upper, before) = place(lowest, in: try counts(0, 0))
    let (lower, below) = place(lowest - before, in: try counts(1, upper))
    let key = upper << 16 | lower
    var equal = lowest - before - below
    return try entries.map { scores, kept in
      try Work.current.charge(scores.count)
      var words = [UInt64](repeating: 0, count: (scores.count + 63) / 64)
      kept.withPointer { espalier_order_mask(scores.pointer, $0, scores.count, key, &words) }
      equal -= espalier_order_drop(scores.pointer, scores.count, key, &words, equal)
      return words
    }
  }

  /// The bin that holds the n-th number, counted from 1, and how many lie in the bins before it.
  private static func place(_ number: Int, in bins: [Int64]) -> (bin: UInt32, before: Int) {
    var before = 0
    for (bin, count) in bins.enumerated() {
      if before + Int(count) >= number { return (UInt32(bin), before) }
      before += Int(count)
    }
    return (UInt32(bins.count - 1), before)
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
  fileprivate func withPointer(_ body: (UnsafePointer<UInt64>?) -> Void) {
    if let self { self.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
  }
}
