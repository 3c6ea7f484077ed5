import CKernels

/// Two scores between which the n-th lowest most likely lies, from a sample.
///
///     scores   ·· · ···· ··|·· ···|·· · ···· ·        below the window all go, above it all stay
///                         low    high
///
/// Of m sampled scores n/N · m lie below the n-th of N, give or take √(m · n/N · (1 − n/N)); the
/// window reaches four times as far. Whether it holds is counted, so the result is exact.
struct ScoreWindow {
  private let low, high: UInt32

  /// Scores that are sampled at most.
  private static let sampled = 1 << 15

  /// - Returns: `nil` when too few are kept to tell.
  init?(around lowest: Int, of entries: [RankedNumbers], _ total: Int) throws {
    let step = max(1, total / Self.sampled)
    var sample: [Float] = []
    sample.reserveCapacity(total / step + entries.count)
    var kept = 0
    for entry in entries {
      kept += entry.kept?.reduce(0) { $0 + $1.nonzeroBitCount } ?? entry.numbers.count
      entry.numbers.withScalars { numbers in
        for place in stride(from: step / 2, to: numbers.count, by: step) {
          if let words = entry.kept, words[place / 64] >> UInt64(place % 64) & 1 == 0 { continue }
          sample.append(entry.areMagnitudes ? abs(numbers[place]) : numbers[place])
        }
      }
    }
    let count = sample.count
    guard count > 1000, kept > 0 else { return nil }
    var scratch = [Float](repeating: 0, count: count)
    sample.withUnsafeMutableBufferPointer {
      espalier_sort_floats($0.baseAddress, &scratch, count)
    }
    let share = Double(lowest) / Double(kept)
    let middle = Double(count) * share
    let reach = 4 * (Double(count) * share * (1 - share)).squareRoot() + 8
    let (first, last) = (middle - reach, middle + reach)
    low = first < 0 ? 0 : sample[Int(first)].sortableBits
    high = last >= Double(count) ? .max : sample[Int(last)].sortableBits
  }

  /// As `Tensor.keeping`; `nil` when the n-th lowest lies outside, or too much inside.
  func masks(_ lowest: Int, _ entries: [RankedNumbers]) throws -> [[UInt64]]? {
    let total = entries.reduce(0) { $0 + $1.numbers.count }
    let room = total / 16 + 4096
    let store = try ByteStore(count: 8 * room, isHeld: false)
    return try store.withMutableBytes { bytes in
      guard let found = bytes.bindMemory(to: UInt64.self).baseAddress else { return nil }
      var window = EspalierOrderWindow(
        low: low, high: high, found: found, room: room, count: 0, below: 0)
      var masks: [[UInt64]] = []
      var starts: [(place: Int, found: Int)] = [(0, 0)]
      for entry in entries {
        let (place, numbers) = (starts[starts.count - 1].place, entry.numbers)
        try Work.current.charge(2 * numbers.count)
        var words = [UInt64](repeating: 0, count: (numbers.count + 63) / 64)
        entry.kept.withPointer {
          espalier_order_between(
            numbers.pointer, $0, numbers.count, entry.areMagnitudes ? 1 : 0, UInt64(place),
            &window, &words)
        }
        masks.append(words)
        starts.append((place + numbers.count, window.count))
      }
      let inside = lowest - window.below
      guard window.count <= room, inside <= window.count, inside >= 0 else { return nil }
      guard inside > 0 else { return masks }
      let last = espalier_order_nth(&window, inside)
      guard last > 0 else { return nil }
      for index in masks.indices {
        let (start, end) = (starts[index], starts[index + 1])
        espalier_order_clear(
          &window, start.found, end.found, last, UInt64(start.place), &masks[index])
      }
      return masks
    }
  }
}
