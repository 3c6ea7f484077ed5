import Tensors
import Testing

/// The best cuts of points on a line against trying them all.
@Suite struct LineCutTests {
  @Test func everyNumberOfRunsIsOptimal() throws {
    var random = Random(seed: 12)
    let lines: [[Double]] =
      [
        [1], [1, 2], [0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 4, 8, 16, 32], [-3e38, 0, 3e38],
        [1e-45, 2e-45, 4e-45], [1_000_000, 1_000_001, 1_000_003, 1_000_004, 1_000_009],
      ] + (0..<20).map { _ in (0..<20).map { _ in random.normal() }.sorted() }
    for points in lines {
      for isWeighted in [false, true] {
        let weights = points.indices.map { isWeighted ? Double($0 * 7 % 5 + 1) : 1 }
        let cuts = try LineCuts(points, weights: weights)
        let least = leastInertia(points, weights)
        for count in 1...points.count {
          let ends = try cuts.ends(count: count)
          #expect(ends.count == count)
          #expect(ends.last == points.count)
          #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 })
          let found = inertia(points, weights, ends)
          #expect(found <= least[count] * (1 + 1e-9) + least[1] * 1e-15, "\(points) \(count)")
        }
      }
    }
  }

  @Test func moreRunsThanPointsAreAsManyAsPoints() throws {
    #expect(try LineCuts([1, 2], weights: [1, 1]).ends(count: 9) == [1, 2])
    #expect(try LineCuts([], weights: []).ends(count: 4) == [])
  }

  /// So many points that a price is first found on groups of them.
  @Test(arguments: [1, 2, 5]) func manyPointsAreCutAsWell(runs: Int) throws {
    var random = Random(seed: 4)
    let points = (0..<33_000).map { _ in random.normal() }.sorted()
    var (sums, squares) = ([0.0], [0.0])
    for point in points {
      sums.append(sums[sums.count - 1] + point)
      squares.append(squares[squares.count - 1] + point * point)
    }
    func cost(_ start: Int, _ end: Int) -> Double {
      let sum = sums[end] - sums[start]
      return squares[end] - squares[start] - sum * sum / Double(end - start)
    }
    // The best cut of the first points into one run more: its start moves on with the end.
    var best = (0...points.count).map { $0 == 0 ? 0 : cost(0, $0) }
    for _ in 1..<runs {
      var next = best
      func fill(_ ends: ClosedRange<Int>, _ starts: ClosedRange<Int>) {
        let end = (ends.lowerBound + ends.upperBound) / 2
        var (least, place) = (Double.infinity, starts.lowerBound)
        for start in starts.lowerBound...min(starts.upperBound, end - 1)
        where best[start] + cost(start, end) < least {
          (least, place) = (best[start] + cost(start, end), start)
        }
        next[end] = min(best[end], least)
        if ends.lowerBound < end { fill(ends.lowerBound...end - 1, starts.lowerBound...place) }
        if end < ends.upperBound { fill(end + 1...ends.upperBound, place...starts.upperBound) }
      }
      fill(1...points.count, 0...points.count - 1)
      best = next
    }
    let ends = try LineCuts(points, weights: points.map { _ in 1 }).ends(count: runs)
    #expect(ends.count == runs)
    let found = zip([0] + ends, ends).reduce(0) { $0 + cost($1.0, $1.1) }
    #expect(abs(found - best[points.count]) <= 1e-9 * best[points.count])
  }

  private func inertia(_ points: [Double], _ weights: [Double], _ ends: [Int]) -> Double {
    var (total, start) = (0.0, 0)
    for end in ends {
      let weight = weights[start..<end].reduce(0, +)
      let mean = (start..<end).reduce(0) { $0 + points[$1] * (weights[$1] / weight) }
      total += (start..<end).reduce(0) {
        $0 + weights[$1] * (points[$1] - mean) * (points[$1] - mean)
      }
      start = end
    }
    return total
  }

  /// By dynamic programming over every last run, the inertia of each run computed afresh.
  private func leastInertia(_ points: [Double], _ weights: [Double]) -> [Double] {
    let n = points.count
    var best = [[Double]](
      repeating: [Double](repeating: .infinity, count: n + 1), count: n + 1)
    best[0][0] = 0
    for count in 1...n {
      for end in count...n {
        for start in (count - 1)..<end where best[count - 1][start] < .infinity {
          let run = inertia(Array(points[start..<end]), Array(weights[start..<end]), [end - start])
          best[count][end] = min(best[count][end], best[count - 1][start] + run)
        }
      }
    }
    return best.map { $0[n] }
  }
}
