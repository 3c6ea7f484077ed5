import Encodings
import Networks
import Tensors

/// A structure whose units are taken out of a model, so that shapes shrink.
public protocol RemovableStructure: Structure {
  /// Whether its units are those of a group of channels.
  func covers(_ group: ChannelGroup) -> Bool
}

/// Which units of a model's channel groups go.
struct ChannelRanking {
  /// A unit by its group and its number there.
  struct Place: Hashable {
    var group: Int
    var unit: Int
  }

  private struct Candidate {
    var place: Place
    /// Σ of the scores of its weights, or their mean.
    var score: Double
    /// Whether all its weights are pruned already.
    var isGone: Bool
  }

  let groups: [ChannelGroup]
  private var candidates: [[Candidate]] = []

  /// - Parameters:
  ///   - weights: what the producers' weights score, by node.
  ///   - isMean: whether units are compared by the mean over their weights, as one ranking of
  ///     several groups does; else by the sum.
  /// - Throws: `StructureError.scoreNotANumber` when ∞ and −∞ meet in one unit.
  init(
    _ groups: [ChannelGroup], _ weights: [Int: Ranking.Entry], isMean: Bool, _ structure: String
  ) throws {
    self.groups = groups
    for (place, group) in groups.enumerated() {
      candidates.append(
        try group.units.enumerated().map { number, unit in
          let sum = Self.sum(unit, weights)
          let score = isMean ? sum.score / Double(max(1, sum.count)) : sum.score
          guard !score.isNaN else {
            throw StructureError.scoreNotANumber(unit: number, structure: structure)
          }
          return Candidate(
            place: Place(group: place, unit: number), score: score, isGone: sum.kept == 0)
        })
    }
  }

  /// The scores of a unit's weights, added up layer by layer in float64, in flat order.
  private static func sum(
    _ unit: ChannelUnit, _ weights: [Int: Ranking.Entry]
  ) -> (score: Double, count: Int, kept: Int) {
    var sum = (score: 0.0, count: 0, kept: 0)
    for place in unit.places {
      guard let entry = weights[place.node], entry.scores.shape.rank > 0 else { continue }
      let size = entry.scores.count / max(1, entry.scores.shape[0])
      entry.scores.withScalars { scores in
        for range in place.channels {
          for index in range.lowerBound * size..<range.upperBound * size {
            sum.count += 1
            guard entry.kept?[index] != false else { continue }
            sum.kept += 1
            sum.score += Double(scores[index])
          }
        }
      }
    }
    return sum
  }

  func unit(_ place: Place) -> ChannelUnit { groups[place.group].units[place.unit] }
  func score(_ place: Place) -> Double { candidates[place.group][place.unit].score }

  /// The units that go: k = rne(share · n) of each group, or of all together.
  ///
  /// Units that are pruned already go first, then the lowest scores, of equal scores the unit that
  /// comes first. The last unit of a group stays, whatever the share; where all are ranked together
  /// a group gives at most 90% of its units, or the share when that is more, rounded up, so that no
  /// layer becomes a bottleneck while others stay wide.
  ///
  /// - Source: `max_pruning_ratio` of Torch-Pruning's global ranking; for layer collapse, Tanaka et
  ///   al., 2020, <https://arxiv.org/abs/2006.05467>.
  /// - Parameter shares: one for each group; the first one where all are ranked together.
  func chosen(shares: [Double], together: Bool) -> [Place] {
    let rankings = together ? [candidates.flatMap(\.self)] : candidates
    let most = together ? max(0.9, shares.first ?? 1) : 1
    // Of each group, how many may still go.
    var left = groups.map { group in
      min(group.units.count - 1, Int((most * Double(group.units.count)).rounded(.up)))
    }
    var chosen: [Place] = []
    for (share, ranking) in zip(shares, rankings) {
      var more = rounded(share * Double(ranking.count))
      for candidate in ranking.sorted(by: Self.goesBefore) {
        guard more > 0 else { break }
        guard left[candidate.place.group] > 0 else { continue }
        left[candidate.place.group] -= 1
        more -= 1
        chosen.append(candidate.place)
      }
    }
    return chosen.sorted { ($0.group, $0.unit) < ($1.group, $1.unit) }
  }

  private static func goesBefore(_ a: Candidate, _ b: Candidate) -> Bool {
    if a.isGone != b.isGone { return a.isGone }
    if a.score != b.score { return a.score < b.score }
    return (a.place.group, a.place.unit) < (b.place.group, b.place.unit)
  }
}
