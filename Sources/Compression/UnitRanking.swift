import Encodings
import Tensors

/// Exactly which units go: the lowest scores, of equals the lowest index.
///
///     score of a unit = Σ scores of its kept elements        float64, in flat order
///
/// Several tensors in one ranking are compared by the mean over all elements of a unit, so that a
/// unit of many small weights and one of few large ones are measured alike.
struct UnitRanking {
  private var entries: [Ranking.Entry] = []
  private var units: [Units] = []
  /// By entry, then by unit.
  private(set) var scores: [[Double]] = []
  private var isGone: [[Bool]] = []

  /// - Parameter entries: those without such units are passed over.
  /// - Throws: `StructureError.scoreNotANumber` when ∞ and −∞ meet in one unit.
  init(_ entries: [Ranking.Entry], _ structure: some Structure) throws {
    for entry in entries {
      guard let units = structure.units(of: entry.scores.shape) else { continue }
      try add(entry, units, isMean: entries.count > 1, structure.text)
    }
  }

  private mutating func add(
    _ entry: Ranking.Entry, _ units: Units, isMean: Bool, _ structure: String
  ) throws {
    var sums = [Double](repeating: 0, count: units.count)
    var sizes = [Int](repeating: 0, count: units.count)
    var isGone = [Bool](repeating: true, count: units.count)
    entry.scores.withScalars { scores in
      for index in scores.indices {
        let unit = units[index]
        sizes[unit] += 1
        guard entry.kept?[index] != false else { continue }
        isGone[unit] = false
        sums[unit] += Double(scores[index])
      }
    }
    if isMean { for unit in sums.indices { sums[unit] /= Double(max(1, sizes[unit])) } }
    if let bad = sums.firstIndex(where: \.isNaN) {
      throw StructureError.scoreNotANumber(unit: bad, structure: structure)
    }
    entries.append(entry)
    self.units.append(units)
    self.scores.append(sums)
    self.isGone.append(isGone)
  }

  /// How many units there are, and how many of them are wholly pruned.
  var count: Int { scores.reduce(0) { $0 + $1.count } }
  var goneCount: Int { isGone.reduce(0) { $0 + $1.count(where: \.self) } }

  /// The masks after pruning a share of all units; those pruned before count, and stay pruned.
  ///
  ///     k = rne(share · n)
  ///
  /// - Complexity: O(n log n) in the number of units, linear in that of elements.
  func masks(share: Double) throws -> [Bitmap] {
    var masks = entries.map { $0.kept ?? Bitmap(repeating: true, count: $0.scores.count) }
    let more = rounded(share * Double(count)) - goneCount
    guard more > 0 else { return masks }
    var isGone = isGone
    for place in order().prefix(more) { isGone[place.entry][place.unit] = true }
    for entry in masks.indices {
      for index in 0..<masks[entry].count where isGone[entry][units[entry][index]] {
        masks[entry][index] = false
      }
    }
    return masks
  }

  /// The units that are not pruned yet, the one that goes first in front.
  func order() -> [(entry: Int, unit: Int)] {
    var places: [(entry: Int, unit: Int)] = []
    for entry in scores.indices {
      for unit in scores[entry].indices where !isGone[entry][unit] { places.append((entry, unit)) }
    }
    places.sort {
      let (a, b) = (scores[$0.entry][$0.unit], scores[$1.entry][$1.unit])
      return a == b ? ($0.entry, $0.unit) < ($1.entry, $1.unit) : a < b
    }
    return places
  }
}
