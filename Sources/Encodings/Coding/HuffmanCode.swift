/// A canonical prefix code: short bit strings for frequent symbols.
///
/// Only lengths are stored. Codes are given out in the order of (length, symbol), so that lengths
/// 1 2 3 3 of the symbols a b c d mean
///
///     a 0      b 10      c 110      d 111
///
/// Codes are written first bit first. A single symbol takes no bits at all.
///
/// - Source: Huffman, 1952; canonical codes: Schwartz and Kallick, 1964.
struct HuffmanCode {
  /// The bits of each symbol's code, 0 for symbols that have none.
  let lengths: [Int]
  /// The only symbol, when there is just one.
  let onlySymbol: Int?
  /// The codes, last bit first, as `BitWriter` wants them.
  let codes: [UInt32]

  /// The best code for symbols that occur so often.
  init(counts: [Int]) {
    self.init(
      lengths: HuffmanLengths.lengths(counts),
      onlySymbol: counts.count { $0 > 0 } == 1 ? counts.firstIndex { $0 > 0 } : nil)
  }

  init(lengths: [Int], onlySymbol: Int? = nil) {
    self.lengths = lengths
    self.onlySymbol = onlySymbol
    var codes = [UInt32](repeating: 0, count: lengths.count)
    var code: UInt32 = 0
    var last = 0
    for symbol in Self.inOrder(lengths) {
      let length = lengths[symbol]
      code <<= UInt32(length - last)
      last = length
      codes[symbol] = Self.reversed(code, length)
      code += 1
    }
    self.codes = codes
  }

  /// The symbols with a code, shortest first, of equal lengths the lowest symbol first.
  static func inOrder(_ lengths: [Int]) -> [Int] {
    lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
  }

  /// The bits that symbols take that occur so often.
  func bits(_ counts: [Int]) -> Int { zip(counts, lengths).reduce(0) { $0 + $1.0 * $1.1 } }

  func write(_ symbol: Int, to writer: inout BitWriter) {
    writer.write(codes[symbol], width: lengths[symbol])
  }

  private static func reversed(_ code: UInt32, _ length: Int) -> UInt32 {
    var (rest, result) = (code, UInt32(0))
    for _ in 0..<length {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }
}

/// The bits that symbols take by the best prefix code, its table not counted.
///
/// - Parameter counts: how often each symbol occurs.
public func huffmanBits(_ counts: [Int]) -> Int { HuffmanCode(counts: counts).bits(counts) }

/// Reads the symbols of a canonical code, most of them with one look into a table.
struct HuffmanReader {
  private static let tableBits = 10

  private let onlySymbol: Int?
  /// By the next ten bits: symbol · 32 + length, or 0 where the code is longer.
  private var table: [UInt32]
  /// Symbols in the order of their codes, and for each length the first code and its place.
  private let symbols: [Int]
  private var firstCode = [UInt32](repeating: 0, count: HuffmanLengths.limit + 2)
  private var firstPlace = [Int](repeating: 0, count: HuffmanLengths.limit + 2)

  init(_ code: HuffmanCode) {
    onlySymbol = code.onlySymbol
    symbols = HuffmanCode.inOrder(code.lengths)
    table = [UInt32](repeating: 0, count: 1 << Self.tableBits)
    var counts = [Int](repeating: 0, count: HuffmanLengths.limit + 2)
    for symbol in symbols { counts[code.lengths[symbol]] += 1 }
    for length in 1...HuffmanLengths.limit {
      firstCode[length + 1] = (firstCode[length] + UInt32(counts[length])) << 1
      firstPlace[length + 1] = firstPlace[length] + counts[length]
    }
    var writer = BitWriter()
    for symbol in symbols where code.lengths[symbol] <= Self.tableBits {
      code.write(symbol, to: &writer)
      let bits = writer.finish().prefix(2).enumerated()
        .reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
      writer = BitWriter()
      let length = code.lengths[symbol]
      for entry in stride(from: bits, to: table.count, by: 1 << length) {
        table[entry] = UInt32(symbol) << 5 | UInt32(length)
      }
    }
  }

  /// The next symbol, or `nil` for bits that are no code.
  func read(_ reader: inout BitReader) -> Int? {
    if let onlySymbol { return onlySymbol }
    let entry = table[Int(reader.peek(width: Self.tableBits))]
    if entry != 0 {
      reader.skip(width: Int(entry & 31))
      return Int(entry >> 5)
    }
    var code: UInt32 = 0
    for length in 1...HuffmanLengths.limit {
      code = code << 1 | reader.read(width: 1)
      let place = firstPlace[length] + Int(code) - Int(firstCode[length])
      if code >= firstCode[length], place < firstPlace[length + 1] { return symbols[place] }
    }
    return nil
  }
}
