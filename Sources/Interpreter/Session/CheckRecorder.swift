import Language
import Synchronization

/// Collects the outcomes of checks, one record per place in the source.
final class CheckRecorder: Sendable {
  private let stored = Mutex<[CheckRecord]>([])

  var records: [CheckRecord] { stored.withLock { $0 } }

  func clear() { stored.withLock { $0 = [] } }

  func replace(with records: [CheckRecord]) { stored.withLock { $0 = records } }

  /// Makes the record of a place before anything runs, so that one never reached is `not run`.
  func register(_ place: Place, name: String) {
    stored.withLock {
      $0.append(
        CheckRecord(
          name: name, source: place.source, span: place.span, state: .notRun, share: 1, elements: 0,
          passes: 0, detail: [], message: nil))
    }
  }

  /// Adds one pass through a place: it has failed as soon as one of them failed.
  func decide(
    _ place: Place, name: String?, passed: Bool, share: Double, elements: Int, detail: [String],
    marks: [String] = [], message: String?
  ) -> CheckRecord {
    stored.withLock { records in
      let index =
        records.lastIndex { $0.source === place.source && $0.span == place.span }
        ?? records.endIndex
      if index == records.endIndex {
        records.append(
          CheckRecord(
            name: name ?? place.text, source: place.source, span: place.span, state: .notRun,
            share: 1, elements: 0, passes: 0, detail: [], message: nil))
      }
      records[index].passes += 1
      if records[index].passes == 1, let name { records[index].name = name }
      records[index].elements =
        records[index].passes == 1 ? elements : min(records[index].elements, elements)
      if passed {
        if records[index].state == .notRun { records[index].state = .passed }
      } else {
        if records[index].state != .failed {
          records[index].detail = detail
          records[index].marks = marks
          records[index].message = message
        }
        records[index].state = .failed
        records[index].share = min(records[index].share, share)
      }
      return records[index]
    }
  }
}
