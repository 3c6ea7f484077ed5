/// The names nearest to a mistyped one, best first, at most four, none when nothing is close.
///
/// Distance is the restricted Damerau–Levenshtein distance of the lower-cased names; a name counts
/// as close within a third of the length of the longer word, at least 1 and at most 3 (and names of
/// one or two letters are close to nothing but themselves in other case).
///
/// - Complexity: O(candidates · length²).
public func nearestNames(to word: String, among candidates: some Sequence<String>) -> [String] {
  let typed = Array(word.lowercased())
  return candidates.enumerated()
    .compactMap { order, name -> (distance: Int, order: Int, name: String)? in
      let target = Array(name.lowercased())
      let length = max(typed.count, target.count)
      let limit = length < 3 ? 0 : min(3, max(1, length / 3))
      guard abs(typed.count - target.count) <= limit else { return nil }
      let distance = editDistance(typed, target)
      return distance <= limit ? (distance, order, name) : nil
    }
    .sorted { ($0.distance, $0.order) < ($1.distance, $1.order) }
    .prefix(4).map(\.name)
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one word to another.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}

extension StringProtocol {
  /// The text without white space at its ends.
  public var trimmed: String {
    let start = drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}
