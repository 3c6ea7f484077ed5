/// The lengths of a code as they are stored, in about two bits a symbol.
///
///     longest length (5 bits) · first symbol · then, until the code is complete,
///     0        the next symbol has the length of the one before it
///     10 s     one bit longer (s = 0) or shorter (s = 1)
///     110 l    the length l, in the bits that the longest length needs
///     111 g    g + 1 symbols that do not occur, g as an Elias gamma number
///
/// The first symbol's length comes before the marks. A code is complete when Σ 2^−length = 1, so no
/// end is stored; a longest length of 0 is a single symbol. Neighbours among codes of a grid occur
/// about as often, hence the differences.
extension HuffmanCode {
  /// - Parameter symbolBits: a symbol is below 2^symbolBits.
  func writeTable(to writer: inout BitWriter, symbolBits: Int) {
    let longest = lengths.max() ?? 0
    writer.write(UInt32(longest), width: 5)
    guard longest > 0 else {
      writer.write(UInt32(onlySymbol ?? 0), width: symbolBits)
      return
    }
    let lengthBits = bitsNeeded(for: longest)
    let used = lengths.indices.filter { lengths[$0] > 0 }
    writer.write(UInt32(used[0]), width: symbolBits)
    writer.write(UInt32(lengths[used[0]]), width: lengthBits)
    for (before, symbol) in zip(used, used.dropFirst()) {
      if symbol - before > 1 {
        writer.write(0b111, width: 3)
        writer.writeGamma(symbol - before - 2)
      }
      switch lengths[symbol] - lengths[before] {
      case 0: writer.write(0, width: 1)
      case 1: writer.write(0b001, width: 3)
      case -1: writer.write(0b101, width: 3)
      default:
        writer.write(0b011, width: 3)
        writer.write(UInt32(lengths[symbol]), width: lengthBits)
      }
    }
  }

  /// The bits of the stored table.
  func tableBits(symbolBits: Int) -> Int {
    var writer = BitWriter()
    writeTable(to: &writer, symbolBits: symbolBits)
    return writer.bitCount
  }

  /// - Throws: `EncodingError.damaged` when the lengths are no complete code.
  init(from reader: inout BitReader, symbolBits: Int) throws {
    let longest = Int(reader.read(width: 5))
    let first = Int(reader.read(width: symbolBits))
    guard longest > 0 else {
      self.init(lengths: [Int](repeating: 0, count: first + 1), onlySymbol: first)
      return
    }
    guard longest <= HuffmanLengths.limit else {
      throw EncodingError.damaged("a code of \(longest) bits")
    }
    let lengthBits = bitsNeeded(for: longest)
    var lengths = [Int](repeating: 0, count: first)
    var left = 1 << longest
    func add(_ length: Int) throws {
      guard (1...longest).contains(length), left >= 1 << (longest - length),
        lengths.count < 1 << symbolBits
      else { throw EncodingError.damaged("a code table that is no code") }
      lengths.append(length)
      left -= 1 << (longest - length)
    }
    try add(Int(reader.read(width: lengthBits)))
    var last = lengths[first]
    while left > 0 {
      guard !reader.isPastEnd else { throw EncodingError.damaged("a code table without an end") }
      if reader.read(width: 1) == 0 {
        try add(last)
      } else if reader.read(width: 1) == 0 {
        try add(reader.read(width: 1) == 0 ? last + 1 : last - 1)
      } else if reader.read(width: 1) == 0 {
        try add(Int(reader.read(width: lengthBits)))
      } else {
        guard let run = reader.readGamma(), run < 1 << symbolBits - lengths.count else {
          throw EncodingError.damaged("a code table that is no code")
        }
        lengths += [Int](repeating: 0, count: run + 1)
        continue
      }
      last = lengths[lengths.count - 1]
    }
    self.init(lengths: lengths)
  }
}

extension BitWriter {
  /// Elias gamma of `value + 1`: as many zeros as it has bits after the first, then its bits.
  mutating func writeGamma(_ value: Int) {
    let width = bitsNeeded(for: value + 1)
    write(0, width: width - 1)
    // The leading one comes first, then the bits below it.
    write(1, width: 1)
    write(UInt32(truncatingIfNeeded: value + 1), width: width - 1)
  }
}

extension BitReader {
  /// What `writeGamma` wrote, or `nil` for a number above 2^24.
  mutating func readGamma() -> Int? {
    var zeros = 0
    while read(width: 1) == 0 {
      zeros += 1
      if zeros > 24 { return nil }
    }
    return (1 << zeros | Int(read(width: zeros))) - 1
  }
}
