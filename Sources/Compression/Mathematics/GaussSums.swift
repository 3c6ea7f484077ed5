import Glibc

/// Sums of Gaussians around points of the line, without visiting every pair.
///
///     G(x) = Σ_j e^(−(x − y_j)²)
///
/// Points are gathered in boxes at most half a unit wide; each box is one Hermite series about its
/// middle, whose first 20 terms are exact to about 1e−15 of the box's count, and boxes more than 7
/// away add less than 1e−20. Any number of points therefore costs as many boxes as lie within 7.
///
/// - Source: Greengard and Strain, 1991 (the fast Gauss transform),
///   <https://doi.org/10.1137/0912004>.
struct GaussSums {
  private struct Box {
    var middle: Double
    /// A_p = (1/p!) Σ (y − middle)^p.
    var terms: [Double]
  }

  private var boxes: [Box] = []
  private static let termCount = 20

  /// - Parameter points: finite.
  init(_ points: [Double]) {
    var start = 0
    let sorted = points.sorted()
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end] - sorted[start] <= 0.5 { end += 1 }
      boxes.append(Self.box(sorted[start..<end]))
      start = end
    }
  }

  private static func box(_ points: ArraySlice<Double>) -> Box {
    let low = points.first ?? 0
    let middle = low + ((points.last ?? low) - low) / 2
    var terms = [Double](repeating: 0, count: termCount)
    for point in points {
      var power = 1.0
      for p in 0..<termCount {
        terms[p] += power
        power *= (point - middle) / Double(p + 1)
      }
    }
    return Box(middle: middle, terms: terms)
  }

  /// G(x), from the box furthest to the left on.
  func callAsFunction(_ x: Double) -> Double {
    var low = 0
    var high = boxes.count
    while low < high {
      let half = (low + high) / 2
      if boxes[half].middle < x - 7 { low = half + 1 } else { high = half }
    }
    var sum = 0.0
    while low < boxes.count, boxes[low].middle <= x + 7 {
      sum += value(boxes[low], x)
      low += 1
    }
    return max(sum, 0)
  }

  /// Σ A_p h_p(t), h_{p+1} = 2t h_p − 2p h_{p−1}, h_0 = e^(−t²).
  private func value(_ box: Box, _ x: Double) -> Double {
    let t = x - box.middle
    var before = 0.0
    var hermite = exp(-t * t)
    var sum = 0.0
    for (p, term) in box.terms.enumerated() {
      sum += term * hermite
      (before, hermite) = (hermite, 2 * t * hermite - 2 * Double(p) * before)
    }
    return sum
  }
}
