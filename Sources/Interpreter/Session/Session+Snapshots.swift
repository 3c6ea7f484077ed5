import Language
import Tensors

extension Session {
  /// Names, random state and checks at one moment; values are shared, so it costs next to nothing.
  public struct Snapshot: Sendable {
    let names: [GlobalName]
    let values: [Value]
    let random: Random
    let answerName: String?
    let checks: [CheckRecord]
    let history: [Int: HistoryEntry]
  }

  public func snapshot() -> Snapshot {
    Snapshot(
      names: store.names, values: store.names.indices.map { store.value($0) },
      random: context.random, answerName: answerName, checks: checks, history: context.history)
  }

  /// Puts the random numbers back as they were, and leaves the names.
  public func restoreRandom(of snapshot: Snapshot) { context.random = snapshot.random }

  /// Puts everything back as it was.
  ///
  /// - Parameter keepsChecks: whether the records of checks made since stay.
  public func restore(_ snapshot: Snapshot, keepsChecks: Bool = false) {
    store = GlobalStore()
    store.reserve(snapshot.values.count)
    store.names = snapshot.names
    for (slot, value) in snapshot.values.enumerated() { store.values[slot] = value }
    context.globals = store.values
    context.random = snapshot.random
    context.history = snapshot.history
    if !keepsChecks { context.recorder.replace(with: snapshot.checks) }
    answerName = snapshot.answerName
  }
}
