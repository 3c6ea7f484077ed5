import CKernels

/// Points on a line cut into runs of least inertia: the exact optimum of k-means in one dimension.
///
///     minimise Σ over runs Σ over their points w · (x − mean of the run)²
///
/// In one dimension clusters are runs of the sorted points. A price on every run turns "k runs"
/// into "as cheap as possible"; dearer runs are fewer, so the right price is found by bisection.
/// Where no price gives exactly k runs, the cuts for k − a and k + b runs at one price are joined:
/// some run of the first encloses a run of the second, and going over there costs nothing more.
///
/// - Source: Grønlund et al., 2017, <https://arxiv.org/abs/1701.07204>, §2; joining the two paths:
///   Aggarwal, Schieber and Tokuyama, 1994.
public struct LineCuts {
  /// The sorted, distinct points.
  public let points: [Double]
  private let shifted: Totals

  /// Running totals of w, w·x and w·x², x counted from the mean.
  private struct Totals {
    var weights: [Double] = [0]
    var sums: [Double] = [0]
    var squares: [Double] = [0]
  }

  /// - Parameters:
  ///   - points: distinct finite numbers, ascending.
  ///   - weights: how often each occurs, positive.
  /// - Throws: `LimitError`, `Cancelled`.
  public init(_ points: [Double], weights: [Double]) throws {
    try Work.current.charge(points.count)
    self.points = points
    var totals = Totals()
    let weight = weights.reduce(0, +)
    // Counted from the mean, so that the squares of far-away points do not drown the differences.
    let mean = zip(points, weights).reduce(0) { $0 + $1.0 * ($1.1 / max(weight, 1)) }
    for (point, weight) in zip(points, weights) {
      let x = point - mean
      totals.weights.append((totals.weights.last ?? 0) + weight)
      totals.sums.append((totals.sums.last ?? 0) + weight * x)
      totals.squares.append((totals.squares.last ?? 0) + weight * x * x)
    }
    shifted = totals
  }

  /// The ends of the runs, the last one the number of points; as many as points when `count` is
  /// more.
  ///
  /// - Throws: `LimitError`, `Cancelled`.
  /// - Complexity: O(n · log n) for each of at most about 60 prices, a few where many points are cut
  ///   into few runs, O(n) memory.
  public func ends(count: Int) throws -> [Int] {
    let wanted = min(max(count, 1), points.count)
    guard wanted < points.count else { return Array(points.indices.map { $0 + 1 }) }
    var cutter = Cutter(count: points.count)
    var (cheap, dear) = (0.0, 2 * (shifted.squares.last ?? 0))
    var more = points.indices.map { $0 + 1 }
    var fewer = [points.count]
    var guess = try roughPrice(count: wanted)
    let isRough = guess != nil
    while fewer.count != wanted {
      let price = guess ?? cheap + (dear - cheap) / 2
      guess = nil
      guard price > cheap, price < dear else { return Self.joined(fewer, more, count: wanted) }
      try Work.current.charge(16 * points.count)
      let ends = cutter.ends(shifted.weights, shifted.sums, shifted.squares, price: price)
      if ends.count > wanted {
        // A rough price that is too low is nearly right: the next one is a little dearer.
        if isRough, fewer.count == 1, 1.25 * price < dear { guess = 1.25 * price }
        (cheap, more) = (price, ends)
      } else {
        if isRough, cheap == 0 { guess = price / 1.25 }
        (dear, fewer) = (price, ends)
      }
    }
    return fewer
  }

  /// A price that gives so many runs when cuts lie between groups of neighbours only; `nil` for
  /// points so few that grouping them saves nothing.
  private func roughPrice(count wanted: Int) throws -> Double? {
    let groups = 4096
    guard points.count >= 8 * groups, wanted <= groups / 8 else { return nil }
    let cuts = (0...groups).map { $0 * points.count / groups }
    let weights = cuts.map { shifted.weights[$0] }
    let sums = cuts.map { shifted.sums[$0] }
    let squares = cuts.map { shifted.squares[$0] }
    var cutter = Cutter(count: groups)
    var (cheap, dear) = (0.0, 2 * (squares.last ?? 0))
    for _ in 0..<64 {
      let price = cheap + (dear - cheap) / 2
      guard price > cheap, price < dear else { return nil }
      let runs = cutter.ends(weights, sums, squares, price: price).count
      if runs == wanted { return price }
      if runs > wanted { cheap = price } else { dear = price }
    }
    return nil
  }

  /// Goes along the finer cut, and over to the coarser one inside a run that encloses one.
  static func joined(_ fewer: [Int], _ more: [Int], count: Int) -> [Int] {
    guard more.count > count, fewer.count < count else {
      return more.count == count ? more : fewer
    }
    let shift = count - fewer.count
    // In terms of run ends: run i of the coarse cut, run i + shift of the fine one.
    for run in fewer.indices where more[run + shift] <= fewer[run] {
      return Array(more[..<(run + shift)]) + fewer[run...]
    }
    return more
  }
}

/// The scratch of `espalier_cut`.
private struct Cutter {
  let count: Int
  var best: [Double]
  var runs, from, starts, queue: [Int]

  init(count: Int) {
    self.count = count
    best = [Double](repeating: 0, count: count + 1)
    runs = [Int](repeating: 0, count: count + 1)
    (from, starts, queue) = (runs, runs, runs)
  }

  mutating func ends(
    _ weights: [Double], _ sums: [Double], _ squares: [Double], price: Double
  ) -> [Int] {
    _ = espalier_cut(
      weights, sums, squares, count, price, &best, &runs, &from, &starts, &queue)
    var ends: [Int] = []
    var end = count
    while end > 0 {
      ends.append(end)
      end = from[end]
    }
    return ends.reversed()
  }
}
