import Glibc
import Tensors

/// The clip lines at which the clipped and coarsened distribution tells least from the whole one.
///
///     P_i  the counts of the middle 2i + 1 bins, what lies outside added to the outer ones
///     Q_i  the same without the outside, merged to n bins and spread over the bins P has
///     i* = argmin KL(P_i ‖ Q_i),      KL = Σ p·ln(p/q),  p and q made to sum to 1
///
/// Empty bins get 10⁻⁴, taken off the others, before the logarithms. What the description leaves
/// open is as ONNX Runtime has it: shares are cut to whole counts, the bins that n does not divide
/// count in the last share but get none, and of equal divergences the narrower range wins. Sums
/// are float64 in the order of the bins (there float32).
///
/// - Source: ONNX Runtime's `get_entropy_threshold`, after Migacz, GTC 2017, S7310.
struct EntropyThreshold {
  /// n, the bins that stand for the grid's codes.
  let levels: Int

  /// One candidate: the bins that stay, and how much the rest is missed.
  struct Candidate: Equatable {
    var start: Int
    var end: Int
    var divergence: Double
  }

  /// All candidates, the narrowest first; none when there are fewer bins than levels.
  ///
  /// - Parameter counts: as many below 0 as above.
  func candidates(_ counts: [Int]) throws -> [Candidate] {
    let zero = counts.count / 2
    guard levels >= 1, levels / 2 <= zero else { return [] }
    return try (levels / 2...zero).map { half in
      let start = zero - half
      let end = min(zero + half + 1, counts.count)
      try Work.current.charge(end - start)
      return Candidate(start: start, end: end, divergence: divergence(counts, start..<end))
    }
  }

  /// The candidate with the least divergence, the narrowest of equals; `nil` when none can be
  /// compared, as when all numbers are one: there ONNX Runtime takes the narrowest range, which
  /// holds none of them.
  func best(_ counts: [Int]) throws -> Candidate? {
    try candidates(counts).filter(\.divergence.isFinite).reduce(nil) { best, next in
      guard let best else { return next }
      return next.divergence < best.divergence ? next : best
    }
  }

  private func divergence(_ counts: [Int], _ kept: Range<Int>) -> Double {
    let slice = Array(counts[kept])
    guard let last = slice.indices.last else { return .infinity }
    var p = slice
    p[0] += counts[..<kept.lowerBound].reduce(0, +)
    p[last] += counts[kept.upperBound...].reduce(0, +)
    let merged = slice.count / levels
    var q = [Int](repeating: 0, count: slice.count)
    for level in 0..<levels {
      let share = level * merged..<(level + 1) * merged
      var total = slice[share].reduce(0, +)
      if level == levels - 1 { total += slice[(levels * merged)...].reduce(0, +) }
      let occupied = share.count { p[$0] != 0 }
      guard occupied > 0 else { continue }
      for place in share { q[place] = total / occupied }
    }
    guard let smoothP = smoothed(p), let smoothQ = smoothed(q) else { return .infinity }
    let (sumP, sumQ) = (smoothP.reduce(0, +), smoothQ.reduce(0, +))
    return zip(smoothP, smoothQ).reduce(0) { sum, pair in
      let p = pair.0 / sumP
      return sum + p * log(p / (pair.1 / sumQ))
    }
  }

  /// Empty bins get 10⁻⁴, which the others give in equal parts; `nil` when all are empty.
  private func smoothed(_ counts: [Int]) -> [Double]? {
    let empty = counts.count { $0 == 0 }
    guard empty < counts.count else { return nil }
    let given = 0.0001 * Double(empty) / Double(counts.count - empty)
    return counts.map { $0 == 0 ? 0.0001 : Double($0) - given }
  }
}
