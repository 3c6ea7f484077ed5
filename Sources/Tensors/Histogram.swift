extension Tensor {
  /// How many elements fall into each of equally wide bins.
  ///
  ///     bin i holds  low + i·w ≤ x < low + (i + 1)·w,  w = (high − low) / bins;  the last its end too
  ///
  /// Elements outside the range, and NaNs, are not counted.
  ///
  /// - Parameters:
  ///   - bins: 1 or more.
  ///   - range: the smallest to the largest finite element unless given; one number becomes ± ½.
  /// - Returns: the counts, and the `bins + 1` edges.
  /// - Throws: `TensorError.outsideDomain` for the bins or a range that is not finite.
  public func histogram(bins: Int, range: ClosedRange<Double>? = nil) throws
    -> (counts: [Int], edges: [Double])
  {
    // More bins than a screen or a reader could use, and small enough to allocate at once.
    guard 1...1_000_000 ~= bins else {
      throw TensorError.outsideDomain("`bins:`", Double(bins), allowed: "1 to 1000000")
    }
    var (low, high) = range.map { ($0.lowerBound, $0.upperBound) } ?? finiteExtent()
    guard low.isFinite, high.isFinite else {
      throw TensorError.outsideDomain(
        "the end of `range:`", low.isFinite ? high : low, allowed: "finite")
    }
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    let edges = (0...bins).map { edge in
      edge == bins ? high : low + (high - low) * Double(edge) / Double(bins)
    }
    var counts = [Int](repeating: 0, count: bins)
    let values = pointer
    try inPieces(count) { start, length in
      for index in start..<start + length {
        let x = Double(values[index])
        guard x >= low, x <= high else { continue }
        var bin = min(bins - 1, Int((x - low) / (high - low) * Double(bins)))
        // The division may be off by a rounding; the edges decide.
        if x < edges[bin] { bin -= 1 } else if bin < bins - 1, x >= edges[bin + 1] { bin += 1 }
        counts[bin] += 1
      }
    }
    return (counts, edges)
  }

  /// The smallest and largest finite element; 0 and 0 when there is none.
  private func finiteExtent() -> (Double, Double) {
    withScalars { values in
      var (low, high) = (Float.infinity, -Float.infinity)
      for value in values where value.isFinite {
        low = min(low, value)
        high = max(high, value)
      }
      return low <= high ? (Double(low), Double(high)) : (0, 0)
    }
  }
}
