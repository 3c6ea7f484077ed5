/// A statement of a check fence, to find again what it said.
struct HeardCheck: Hashable {
  /// The line it begins on, and its place in the fence.
  var line: Int
  var position: Int

  init(_ fence: CheckFence, _ position: Int) {
    line = fence.statements.first?.piece.firstLine ?? 0
    self.position = position
  }
}

extension BenchReply {
  /// A failed check that shows what was found, or an error: enough to tell one mistake from another.
  var tellsNumbers: Bool {
    state == .finished
      ? checks.contains { !$0.passed && $0.detail.contains { !$0.hasSuffix(" hold") } }
      : !headline.isEmpty
  }

  /// Whether each check stands alike, to the numbers it shows.
  func saysTheSame(as other: BenchReply) -> Bool {
    state == other.state && headline == other.headline && checks == other.checks
  }
}
