/// One bit an element, as pruning masks need: bit set, weight kept.
///
///     word   | 63 …  2  1  0 |
///     index  | 63 …  2  1  0 |   then 64… in the next word; bits past `count` are clear
public struct Bitmap: Sendable, Hashable {
  /// The number of elements.
  public let count: Int
  /// The bits, 64 a word, lowest index in the lowest bit.
  public private(set) var words: [UInt64]

  /// The same bit for every element.
  public init(repeating bit: Bool, count: Int) {
    self.count = max(count, 0)
    words = [UInt64](repeating: bit ? .max : 0, count: (self.count + 63) / 64)
    clearTail()
  }

  /// The bits that a test gives, asked in order.
  public init(count: Int, where isSet: (Int) throws -> Bool) rethrows {
    self.init(repeating: false, count: count)
    for word in words.indices {
      var bits: UInt64 = 0
      for index in word * 64..<min(word * 64 + 64, self.count) where try isSet(index) {
        bits |= 1 << UInt64(index & 63)
      }
      words[word] = bits
    }
  }

  /// Bits 64 a word, lowest index first; those past the end are cleared, missing words are clear.
  public init(count: Int, words: [UInt64]) {
    self.count = max(count, 0)
    let needed = (self.count + 63) / 64
    self.words =
      words.count == needed
      ? words
      : words.prefix(needed) + [UInt64](repeating: 0, count: max(0, needed - words.count))
    clearTail()
  }

  public subscript(index: Int) -> Bool {
    get { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }
    set {
      let bit: UInt64 = 1 << UInt64(index & 63)
      if newValue { words[index >> 6] |= bit } else { words[index >> 6] &= ~bit }
    }
  }

  /// How many bits are set.
  public var setCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether every bit is set.
  public var isFull: Bool { setCount == count }

  /// Calls a function with the index of every set bit, lowest first.
  public func forEachSet(_ body: (Int) throws -> Void) rethrows {
    for (word, bits) in words.enumerated() {
      var left = bits
      while left != 0 {
        try body(word * 64 + left.trailingZeroBitCount)
        left &= left - 1
      }
    }
  }

  private mutating func clearTail() {
    let used = count & 63
    if used != 0, let last = words.indices.last { words[last] &= (1 << UInt64(used)) - 1 }
  }
}
