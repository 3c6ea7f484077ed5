/// Fixed shares of 2^14 for symbols, stored before what they encode.
///
///     share = max(1, count · 2^14 / total), the rest to the most frequent symbol
///
/// Stored as the number of symbols that occur and, for each, the zeros before it and its share,
/// both as Elias gamma numbers.
struct FrequencyTable {
  static let bits: UInt32 = 14
  /// By symbol; they add up to 2^14 unless nothing occurs.
  let shares: [UInt32]
  private let starts: [UInt32]

  init(shares: [UInt32]) {
    self.shares = shares
    var start: UInt32 = 0
    starts = shares.map { share in
      defer { start += share }
      return start
    }
  }

  /// - Returns: `nil` when more symbols occur than there are shares.
  init?(counts: [Int]) {
    let total = counts.reduce(0, +)
    guard total > 0 else {
      self.init(shares: counts.map { _ in 0 })
      return
    }
    let whole = 1 << Int(Self.bits)
    var shares = counts.map { $0 == 0 ? 0 : max(1, $0 * whole / total) }
    var excess = shares.reduce(0, +) - whole
    // What rounding up has given away comes back from the largest shares, lowest symbol first.
    while excess != 0 {
      guard let largest = shares.indices.max(by: { (shares[$0], $1) < (shares[$1], $0) }),
        excess < 0 || shares[largest] > 1
      else { return nil }
      let change = excess < 0 ? excess : min(excess, max(1, shares[largest] / 2))
      shares[largest] -= change
      excess -= change
    }
    self.init(shares: shares.map { UInt32($0) })
  }

  func encode(_ symbol: Int, to encoder: inout RangeEncoder) {
    encoder.encode(start: starts[symbol], count: shares[symbol], of: Self.bits)
  }

  /// - Parameter index: what `decodingIndex` gave.
  func decode(_ decoder: inout RangeDecoder, _ index: [UInt16]) -> Int {
    let symbol = Int(index[Int(decoder.count(of: Self.bits))])
    decoder.take(start: starts[symbol], count: shares[symbol], of: Self.bits)
    return symbol
  }

  /// The symbol of every count.
  var decodingIndex: [UInt16] {
    var index: [UInt16] = []
    index.reserveCapacity(1 << Int(Self.bits))
    for (symbol, share) in shares.enumerated() {
      for _ in 0..<share { index.append(UInt16(symbol)) }
    }
    return index
  }

  func write(to writer: inout BitWriter) {
    let used = shares.indices.filter { shares[$0] > 0 }
    writer.writeGamma(used.count)
    var next = 0
    for symbol in used {
      writer.writeGamma(symbol - next)
      writer.writeGamma(Int(shares[symbol]) - 1)
      next = symbol + 1
    }
  }

  /// - Throws: `EncodingError.damaged` unless the shares add up to 2^14.
  init(from reader: inout BitReader, symbolBits: Int) throws {
    var shares = [UInt32](repeating: 0, count: 1 << symbolBits)
    var next = 0
    var left = 1 << Int(Self.bits)
    let damaged = EncodingError.damaged("a frequency table that does not add up")
    guard let used = reader.readGamma() else { throw damaged }
    for _ in 0..<used {
      guard let skipped = reader.readGamma(), let share = reader.readGamma(),
        next + skipped < shares.count, share + 1 <= left
      else { throw damaged }
      next += skipped
      shares[next] = UInt32(share + 1)
      left -= share + 1
      next += 1
    }
    guard used == 0 || left == 0 else { throw damaged }
    self.init(shares: shares)
  }
}
