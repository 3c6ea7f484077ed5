/// The sorted order of each row along an axis, NaNs last and equal numbers by position.
///
/// A number and its position make one 64-bit key, so that no two keys are equal:
///
///     | 63 … 32: the number's bits, turned so that they order as integers | 31 … 0: position |
struct RowOrder {
  let view: AxisView

  init(_ view: AxisView) { self.view = view }

  /// The order of one row: `order[rank]` is a position in it.
  struct Order {
    fileprivate let keys: UnsafeMutableBufferPointer<UInt64>
    subscript(rank: Int) -> Int { Int(keys[rank] & 0xFFFF_FFFF) }
  }

  /// Rows longer than this are sorted digit by digit.
  private static let shortRow = 2048

  /// Calls `body` with the offset of each row's first element and its order.
  ///
  /// - Throws: `LimitError.tooLarge` when there is no room for the keys, or `Cancelled`.
  func forEachRow(
    _ source: UnsafePointer<Float>, descending: Bool, _ body: (Int, Order) throws -> Void
  ) throws {
    let (length, inner) = (view.length, view.inner)
    guard length > 0, view.outer > 0, inner > 0 else { return }
    let memory = Work.current.memory
    // Twice, as digits are moved from one half to the other; positions have 32 bits.
    let bytes = length <= Int(UInt32.max) ? 2 * length * MemoryLayout<UInt64>.stride : Int.max
    try memory.reserve(bytes)
    defer { memory.release(bytes) }
    let both = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: 2 * length)
    defer { both.deallocate() }
    var keys = UnsafeMutableBufferPointer(rebasing: both[..<length])
    let spare = UnsafeMutableBufferPointer(rebasing: both[length...])
    for outer in 0..<view.outer {
      for column in 0..<inner {
        let start = outer * length * inner + column
        try inPieces(of: 1 << 20, length) { from, count in
          for position in from..<from + count {
            let number = orderedBits(source[start + position * inner], descending)
            keys[position] = UInt64(number) << 32 | UInt64(UInt32(truncatingIfNeeded: position))
          }
        }
        if length <= Self.shortRow { keys.sort() } else { try sortByDigits(keys, spare) }
        try body(start, Order(keys: keys))
      }
    }
  }
}

/// An unsigned number that orders as the float does: −0 as 0, NaN last either way.
private func orderedBits(_ x: Float, _ descending: Bool) -> UInt32 {
  if x.isNaN { return .max }
  return descending ? ~x.sortableBits : x.sortableBits
}

/// Orders the keys by their upper half, 11 bits at a time from the lowest; each pass keeps the order
/// of equal digits, and the keys begin in the order of their positions.
private func sortByDigits(
  _ keys: UnsafeMutableBufferPointer<UInt64>, _ spare: UnsafeMutableBufferPointer<UInt64>
) throws {
  var (from, to) = (keys, spare)
  for shift: UInt64 in [32, 43, 54] {
    func digit(_ key: UInt64) -> Int { Int(key >> shift & 0x7FF) }
    var places = [Int](repeating: 0, count: 2048)
    try inPieces(of: 1 << 20, from.count) { start, count in
      for index in start..<start + count { places[digit(from[index])] += 1 }
    }
    var sum = 0
    for index in places.indices { (places[index], sum) = (sum, sum + places[index]) }
    try inPieces(of: 1 << 20, from.count) { start, count in
      for index in start..<start + count {
        let key = from[index]
        to[places[digit(key)]] = key
        places[digit(key)] += 1
      }
    }
    swap(&from, &to)
  }
  // Three passes: the result is in the spare half.
  _ = keys.update(fromContentsOf: spare)
}
