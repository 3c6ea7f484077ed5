/// How often numbers of each size passed: the first few exactly, any number of them in bins.
///
///     bin i  holds  i·2^e ≤ x < (i + 1)·2^e,      −2048 ≤ i < 2048
///
/// While at most 4,096 numbers were seen they are kept as they are. After that there are only
/// bins. e is the smallest with which every number has a bin: when a larger number comes, the bins
/// double in width and each takes the counts of two. So what
/// is in the histogram depends only on which numbers came, not on their batches, and takes 32 KiB
/// however many came.
struct NumberHistogram: Sendable {
  /// The numbers kept one by one.
  static let exactLimit = 4096
  /// Bins on each side of 0.
  static let half = 2048

  /// How many numbers came, and from where to where.
  private(set) var seen = Observed()
  /// The numbers in the order they came, while few; `nil` once they are in bins.
  private(set) var numbers: [Float]? = []
  /// Bin i at `half + i`; empty while `numbers` are kept.
  private var counts: [Int] = []
  /// e, of the width 2^e.
  private var exponent = Self.smallest

  /// The width at which the smallest denormal has a bin of its own.
  private static let smallest = -149

  mutating func observe(_ batch: UnsafeBufferPointer<Float>) throws {
    try seen.add(batch)
    if let kept = numbers {
      if kept.count + batch.count <= Self.exactLimit {
        numbers?.append(contentsOf: batch)
        return
      }
      numbers = nil
      counts = [Int](repeating: 0, count: 2 * Self.half)
      kept.withUnsafeBufferPointer { pour($0) }
    }
    pour(batch)
  }

  /// Counts numbers that `seen` has booked already.
  private mutating func pour(_ batch: UnsafeBufferPointer<Float>) {
    let needed = max(Self.exponent(seen.lowest), Self.exponent(seen.highest))
    if needed > exponent { widen(by: needed - exponent) }
    let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    for value in batch { counts[Int((Double(value) * scale).rounded(.down)) + Self.half] += 1 }
  }

  /// The smallest e with −2048·2^e ≤ x < 2048·2^e.
  private static func exponent(_ x: Float) -> Int {
    guard x != 0, x.isFinite else { return smallest }
    let size = Double(x)
    // 2048 = 2^11, and |x| < 2^(own exponent + 1); −2^n itself still has a bin.
    let isPower = x < 0 && abs(size).significand == 1
    return max(smallest, Int(size.exponent) - (isPower ? 11 : 10))
  }

  /// Makes bins 2^n times as wide: bin j takes j·2^n up to (j + 1)·2^n, on either side of 0.
  private mutating func widen(by doublings: Int) {
    exponent += doublings
    let shift = min(doublings, 62)
    var merged = [Int](repeating: 0, count: 2 * Self.half)
    for place in counts.indices where counts[place] > 0 {
      merged[((place - Self.half) >> shift) + Self.half] += counts[place]
    }
    counts = merged
  }

  /// The bins that reach as far on both sides as the largest number does, at most `most` a side.
  ///
  /// Wider bins are made of two, four… neighbours.
  func bins(most: Int = Self.half) -> Bins {
    var copy = self
    if let numbers {
      copy.counts = [Int](repeating: 0, count: 2 * Self.half)
      numbers.withUnsafeBufferPointer { copy.pour($0) }
    }
    var side = copy.occupiedSide
    while side > max(1, most) {
      copy.widen(by: 1)
      side = copy.occupiedSide
    }
    return Bins(
      width: Double(sign: .plus, exponent: copy.exponent, significand: 1),
      counts: Array(copy.counts[(Self.half - side)..<(Self.half + side)]))
  }

  /// Bins a side up to the last that holds a number, at least 1.
  private var occupiedSide: Int {
    let first = counts.firstIndex { $0 > 0 } ?? Self.half
    let last = counts.lastIndex { $0 > 0 } ?? Self.half
    return max(1, Self.half - first, last + 1 - Self.half)
  }

  /// Equally wide bins, as many below 0 as above.
  struct Bins: Sendable, Equatable {
    var width: Double
    var counts: [Int]

    /// Where bin i begins, and bin i − 1 ends: 0…`counts.count`.
    func edge(_ place: Int) -> Double { Double(place - counts.count / 2) * width }
  }

  /// How many numbers lie outside a range; in bins, those whose bin lies outside entirely.
  func clipped(by range: GridRange) -> Int {
    if let numbers { return numbers.count { $0 < range.lowest || $0 > range.highest } }
    let width = Double(sign: .plus, exponent: exponent, significand: 1)
    return counts.indices.reduce(0) { sum, place in
      let start = Double(place - Self.half) * width
      let isOutside = start + width <= Double(range.lowest) || start > Double(range.highest)
      return sum + (isOutside ? counts[place] : 0)
    }
  }
}
