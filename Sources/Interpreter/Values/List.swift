import Synchronization
import Tensors

/// A list of any values; it never changes.
///
/// Lists that grew out of each other share their room: `l = concat(l, [x])` in a loop writes one
/// item behind the last, where no shorter list looks, instead of copying all of them.
public final class List: Sendable {
  /// The items, read where they lie.
  public struct Items: RandomAccessCollection, Sendable {
    fileprivate let room: Room
    public let count: Int

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(index: Int) -> Value {
      precondition(index >= 0 && index < count, "the caller has checked the index")
      return room.base[index]
    }
  }

  public let items: Items
  /// 1 for a list of plain values, one more for each list inside.
  let depth: Int
  private let booking: Booking?

  /// The most items of one list; more belong into a tensor.
  public static let longest = 1_000_000

  /// - Throws: `LanguageLimit` when the list would be too long, too deep, or find no memory.
  public convenience init(_ items: [Value]) throws {
    try self.init(items, behind: nil)
  }

  /// This list with more items behind it; amortized O(1) an item when this is the longest so far.
  ///
  /// - Throws: `LanguageLimit` when the list would be too long, too deep, or find no memory.
  public func appending(_ more: [Value]) throws -> List {
    try List(more, behind: self)
  }

  private init(_ more: [Value], behind list: List?) throws {
    let start = list?.items.count ?? 0
    let count = start + more.count
    guard count <= List.longest else { throw LanguageLimit.list(count: count) }
    var deepest = (list?.depth ?? 1) - 1
    for item in more { deepest = max(deepest, item.depth) }
    guard deepest < LanguageLimit.nesting else { throw LanguageLimit.nested }
    try Work.current.charge(more.count)
    booking = count > 8 ? try Booking(count * MemoryLayout<Value>.stride) : nil
    depth = deepest + 1
    if let list, list.items.room.append(more, at: start) {
      items = Items(room: list.items.room, count: count)
    } else {
      try Work.current.charge(start)
      let room = Room(capacity: list == nil ? count : max(2 * count, 8))
      if let list { _ = room.append(list.items, at: 0) }
      _ = room.append(more, at: start)
      items = Items(room: room, count: count)
    }
  }

  /// The items as numbers, or `nil` when one of them is none.
  public var numbers: [Double]? {
    var numbers: [Double] = []
    numbers.reserveCapacity(items.count)
    for item in items {
      guard case .number(let number) = item else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}

/// Where the items of one or more lists lie: written once, each place, and never moved.
private final class Room: @unchecked Sendable {
  let base: UnsafeMutablePointer<Value>
  private let capacity: Int
  /// Places that belong to some list.
  ///
  /// Whoever moves it from `a` to `b` alone writes `a..<b`.
  private let taken = Atomic<Int>(0)

  init(capacity: Int) {
    base = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit {
    base.deinitialize(count: taken.load(ordering: .acquiring))
    base.deallocate()
  }

  /// Writes items behind the first `start`; `false` when another list has that place or none is left.
  func append(_ items: some Collection<Value>, at start: Int) -> Bool {
    let end = start + items.count
    guard end <= capacity,
      taken.compareExchange(expected: start, desired: end, ordering: .acquiringAndReleasing)
        .exchanged
    else { return false }
    var next = base + start
    for item in items {
      next.initialize(to: item)
      next += 1
    }
    return true
  }
}
