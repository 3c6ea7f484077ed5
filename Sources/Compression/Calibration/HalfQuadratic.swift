import Encodings
import Glibc

/// The half-quadratic search of one part's grid; `HalfQuadraticRounding` has the formulas.
struct HalfQuadratic {
  let weights: [Double]
  let format: IntegerFormat
  let norm: Double
  let turns: Int

  /// A grid: ŵ = scale · (q − zero), the zero perhaps between two codes.
  struct Point: Equatable {
    var scale: Double
    var zero: Double
  }

  /// The best grid whose zero is a code, the start included.
  func best(from start: Point, isAffine: Bool) -> Point {
    var zeros = [start.zero]
    if isAffine {
      let zero = zeroPoint(from: start).zero
      for near in [zero.rounded(.down), zero.rounded(.up)] where !zeros.contains(near) {
        zeros.append(near)
      }
    }
    let (bottom, top) = (Double(format.lowest), Double(format.highest))
    var best = start
    var least = cost(start)
    for zero in zeros where zero >= bottom && zero <= top {
      let found = scale(from: Point(scale: start.scale, zero: zero))
      // What is stored is a float32.
      guard Float(found.scale) > 0, (Float(found.scale) * Float(top - bottom)).isFinite else {
        continue
      }
      let cost = cost(found)
      if cost < least { (best, least) = (found, cost) }
    }
    return best
  }

  /// HQQ itself: s stays, z moves.
  func zeroPoint(from start: Point) -> Point {
    turning(start) { point, codes, errors in
      var sum = 0.0
      for (place, weight) in weights.enumerated() {
        sum += codes[place] - (weight - errors[place]) / point.scale
      }
      return Point(scale: point.scale, zero: sum / Double(weights.count))
    }
  }

  /// The same for s, z as it is: the least squares that shrinking leaves.
  private func scale(from start: Point) -> Point {
    turning(start) { point, codes, errors in
      var (product, square) = (0.0, 0.0)
      for (place, weight) in weights.enumerated() {
        let level = codes[place] - point.zero
        product += (weight - errors[place]) * level
        square += level * level
      }
      guard square > 0, product > 0 else { return point }
      return Point(scale: product / square, zero: point.zero)
    }
  }

  /// Codes and grid by turns, until the mean error rises; the grid before it rose.
  private func turning(
    _ start: Point, _ moved: (Point, _ codes: [Double], _ errors: [Double]) -> Point
  ) -> Point {
    var point = start
    var best = start
    var least = Double.infinity
    var beta = 10.0
    for _ in 0..<turns {
      let codes = weights.map { code($0, point) }
      let residuals = zip(weights, codes).map { $0 - point.scale * ($1 - point.zero) }
      let error = residuals.reduce(0) { $0 + abs($1) } / Double(weights.count)
      guard error < least else { break }
      (best, least) = (point, error)
      let shrunk = residuals.map { shrink($0, beta) }
      point = moved(point, codes, shrunk)
      beta *= 1.01
    }
    return best
  }

  private func code(_ weight: Double, _ point: Point) -> Double {
    let code = (weight / point.scale + point.zero).rounded(.toNearestOrEven)
    return max(Double(format.lowest), min(Double(format.highest), code))
  }

  private func shrink(_ x: Double, _ beta: Double) -> Double {
    let size = abs(x)
    guard size > 0 else { return 0 }
    let left = max(0, size - pow(size, norm - 1) / beta)
    return x < 0 ? -left : left
  }

  private func cost(_ point: Point) -> Double {
    weights.reduce(0) { sum, weight in
      sum + pow(abs(weight - point.scale * (code(weight, point) - point.zero)), norm)
    }
  }
}
