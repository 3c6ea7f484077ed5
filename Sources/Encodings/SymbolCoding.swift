/// A sequence of symbols by one of the coders, with what its table takes.
///
/// The range coder has two models, and the smaller one is stored, told by a bit before the table:
/// 0 learns the shares as it goes (`BitTree`), 1 has them in a table (`FrequencyTable`).
enum SymbolCoder {
  case packed(width: Int)
  case huffman(HuffmanCode, symbolBits: Int)
  case learning(BitTree)
  case table(FrequencyTable)

  /// The coder for given symbols.
  ///
  /// - Parameters:
  ///   - counts: how often each symbol occurs, 2^bits of them.
  ///   - forEach: calls a function with each symbol in order.
  init(
    _ coding: Layout.IndexCoding, _ counts: [Int], bits: Int, _ forEach: ((Int) -> Void) -> Void
  ) {
    switch coding {
    case .plain: self = .packed(width: bits)
    case .huffman: self = .huffman(HuffmanCode(counts: counts), symbolBits: bits)
    case .range:
      self = .learning(BitTree(bits: bits))
      guard let table = FrequencyTable(counts: counts) else { return }
      var (learnt, fixed) = (RangeEncoder(), RangeEncoder())
      var tree = BitTree(bits: bits)
      forEach {
        tree.encode($0, to: &learnt)
        table.encode($0, to: &fixed)
      }
      var writer = BitWriter()
      table.write(to: &writer)
      if fixed.bitCount + writer.bitCount < learnt.bitCount { self = .table(table) }
    }
  }

  /// Writes what a reader needs before the first symbol.
  func writeTable(to writer: inout BitWriter) {
    switch self {
    case .packed: break
    case .huffman(let code, let bits): code.writeTable(to: &writer, symbolBits: bits)
    case .learning: writer.write(0, width: 1)
    case .table(let table):
      writer.write(1, width: 1)
      table.write(to: &writer)
    }
  }

  mutating func write(_ symbol: Int, to writer: inout BitWriter, _ encoder: inout RangeEncoder) {
    switch self {
    case .packed(let width): writer.write(UInt32(truncatingIfNeeded: symbol), width: width)
    case .huffman(let code, _): code.write(symbol, to: &writer)
    case .table(let table): table.encode(symbol, to: &encoder)
    case .learning(var tree):
      // Out of the enum while it changes, so that its array is not copied.
      self = .packed(width: 0)
      tree.encode(symbol, to: &encoder)
      self = .learning(tree)
    }
  }

  /// What the table is to a footprint.
  var tableKind: Footprint.Kind {
    switch self {
    case .packed, .huffman: .codeTables
    case .learning, .table: .frequencies
    }
  }
}

/// Reads symbols as `SymbolCoder` wrote them.
enum SymbolReader {
  case packed(width: Int)
  case huffman(HuffmanReader, lengths: [Int])
  case learning(BitTree)
  case table(FrequencyTable, index: [UInt16])

  /// - Throws: `EncodingError.damaged` for a table that is none.
  init(_ coding: Layout.IndexCoding, bits: Int, from reader: inout BitReader) throws {
    switch coding {
    case .plain: self = .packed(width: bits)
    case .huffman:
      let code = try HuffmanCode(from: &reader, symbolBits: bits)
      self = .huffman(HuffmanReader(code), lengths: code.lengths)
    case .range:
      guard reader.read(width: 1) == 1 else {
        self = .learning(BitTree(bits: bits))
        return
      }
      let table = try FrequencyTable(from: &reader, symbolBits: bits)
      self = .table(table, index: table.decodingIndex)
    }
  }

  /// The next symbol, or `nil` for bits that are none.
  mutating func read(_ reader: inout BitReader, _ decoder: inout RangeDecoder) -> Int? {
    switch self {
    case .packed(let width): return Int(reader.read(width: width))
    case .huffman(let table, _): return table.read(&reader)
    case .table(let table, let index):
      return index.isEmpty ? nil : table.decode(&decoder, index)
    case .learning(var tree):
      self = .packed(width: 0)
      let symbol = tree.decode(&decoder)
      self = .learning(tree)
      return symbol
    }
  }
}
