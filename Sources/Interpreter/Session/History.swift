import Language
import Tensors

/// How a top-level name got its value: the statement, and everything it read as it was then.
final class HistoryEntry: @unchecked Sendable {
  // Unchecked: nodes never change once they are compiled.
  let node: Node
  let slotCount: Int
  let random: Random
  /// What each session slot it read held, and how that came about.
  let reads: [Int: (value: Value, entry: HistoryEntry?)]
  let globalCount: Int
  /// How many entries follow each other from here; older ones are dropped beyond a bound.
  let depth: Int

  /// Statements remembered behind each other; their values stay in memory.
  static let longest = 64

  init(
    node: Node, slotCount: Int, random: Random,
    reads: [Int: (value: Value, entry: HistoryEntry?)], globalCount: Int
  ) {
    var deepest = 0
    for read in reads.values { deepest = max(deepest, read.entry?.depth ?? 0) }
    let isFull = deepest >= HistoryEntry.longest
    self.node = node
    self.slotCount = slotCount
    self.random = random
    self.reads = isFull ? reads.mapValues { ($0.value, nil) } : reads
    self.globalCount = globalCount
    depth = isFull ? 1 : deepest + 1
  }
}
