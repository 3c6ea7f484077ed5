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
