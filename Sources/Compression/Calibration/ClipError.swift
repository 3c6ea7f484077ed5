import Encodings
import Glibc

/// How much a grid over some range hurts the numbers in a histogram.
///
///     E = Σ |x̂ − x|^p
///
/// Numbers that are kept one by one are rounded as the operator rounds them, in float32, and the
/// sum is float64 in the order they came. In bins, where no number is known to better than the
/// bin's width, the mean of |x̂ − x|^p over the bin stands for its numbers: exactly for a bin with
/// at most one border of the grid in it, as if evenly spread over the grid's steps for a wider one.
struct ClipError {
  let norm: Double
  let format: IntegerFormat
  let isSymmetric: Bool

  /// Σ |x̂ − x|^p on the grid over a range.
  func total(_ histogram: NumberHistogram, _ range: GridRange) throws -> Double {
    let (scale, zero) = try range.point(format, isSymmetric: isSymmetric)
    if let numbers = histogram.numbers {
      return numbers.reduce(0) { $0 + power(Double(rounded($1, scale, zero)) - Double($1)) }
    }
    let bins = histogram.bins()
    let step = Double(scale)
    let bottom = step * Double(format.lowest - zero)
    let top = step * Double(format.highest - zero)
    var sum = 0.0
    for (place, count) in bins.counts.enumerated() where count > 0 {
      let mean = mean(
        from: bins.edge(place), to: bins.edge(place + 1), step: step, bottom: bottom, top: top)
      sum += Double(count) * mean
    }
    return sum
  }

  /// The value that the operator gives x.
  private func rounded(_ x: Float, _ scale: Float, _ zero: Int32) -> Float {
    let code = (x / scale).rounded(.toNearestOrEven) + Float(zero)
    return scale * (max(Float(format.lowest), min(Float(format.highest), code)) - Float(zero))
  }

  /// The mean of |x̂ − x|^p over an interval.
  private func mean(
    from low: Double, to high: Double, step: Double, bottom: Double, top: Double
  ) -> Double {
    if low >= bottom, high <= top, step < 2 * (high - low) {
      // Many steps in one bin: |x̂ − x| is even over 0…step/2.
      return power(step / 2) / (norm + 1)
    }
    func nearest(_ x: Double) -> Double {
      max(bottom, min(top, (x / step).rounded(.toNearestOrEven) * step))
    }
    let (left, right) = (nearest(low), nearest(high))
    if left == right { return integral(low, high, left) / (high - low) }
    let border = (left + right) / 2
    return (integral(low, border, left) + integral(border, high, right)) / (high - low)
  }

  /// ∫ |x − c|^p dx = [sign(x − c)·|x − c|^(p+1) / (p + 1)].
  private func integral(_ low: Double, _ high: Double, _ point: Double) -> Double {
    func primitive(_ x: Double) -> Double {
      let distance = x - point
      let value = power(distance) * abs(distance) / (norm + 1)
      return distance < 0 ? -value : value
    }
    return primitive(high) - primitive(low)
  }

  private func power(_ x: Double) -> Double { norm == 2 ? x * x : pow(abs(x), norm) }
}

extension GridRange {
  /// Scale and zero point of the grid over this range.
  func point(_ format: IntegerFormat, isSymmetric: Bool) throws -> (scale: Float, zero: Int32) {
    guard isSymmetric else { return try affinePoint(format) }
    return (try symmetricScale(format), format.symmetricZeroPoint)
  }

  /// The range made smaller by a factor.
  func scaled(by factor: Double) -> GridRange {
    GridRange(lowest: Float(Double(lowest) * factor), highest: Float(Double(highest) * factor))
  }

  /// As far as another range reaches too.
  func clamped(to other: GridRange) -> GridRange {
    GridRange(
      lowest: min(0, max(lowest, other.lowest)), highest: max(0, min(highest, other.highest)))
  }
}
