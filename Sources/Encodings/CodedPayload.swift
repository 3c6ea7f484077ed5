import Tensors

/// The payload of a layout whose size depends on the numbers, not only on how many there are.
///
///     words of the grid · float values · fields of the grid · tables (places, then codes) ·
///     places · codes · padding to a whole byte · range stream (places, then codes)
///
/// What the range coder writes stands in the stream, everything else before it. Short payloads of
/// many elements are filled up with zeros, so that a reader may trust the shape.
struct CodedPayload: Sendable, Hashable {
  let bytes: [UInt8]
  /// In the order of the bytes; what the range coder writes shares bytes, so its parts are to a bit.
  let footprint: Footprint
  /// The payload's bit at which codes begin; `nil` when they are in the range stream.
  private(set) var codeStart: Int?
  /// The bits of each symbol's code, symbols counted from the lowest code; `nil` for one width.
  private(set) var codeLengths: [Int]?

  /// - Parameters:
  ///   - floats: the values where they are stored as such.
  ///   - stored: the elements whose places are stored, or `nil` for all of them.
  ///   - payload: what the tensor was read from, if it was.
  /// - Throws: `LimitError`, `Cancelled`.
  init(
    _ shape: Shape, _ floats: Tensor?, _ grid: Grid?, _ stored: Bitmap?, _ layout: Layout,
    read payload: ArraySlice<UInt8>? = nil
  ) throws {
    var footprint = Footprint()
    var writer = BitWriter()
    var encoder = RangeEncoder()
    grid?.writeWords(to: &writer)
    grid?.addWords(to: &footprint)
    let count = stored?.setCount ?? shape.count
    if let floats {
      floats.withScalars { scalars in
        Self.forEach(stored, scalars.count) { writer.write(scalars[$0].bitPattern, width: 32) }
      }
      footprint.add(.values, count: count, width: 32)
    }
    grid?.writeFields(to: &writer)
    grid?.addFields(to: &footprint)

    var places = Places(stored, shape, layout)
    var codes = try Codes(grid, stored, shape.count, layout)
    for coder in [places.coder, codes.coder] {
      guard let coder else { continue }
      let start = writer.bitCount
      coder.writeTable(to: &writer)
      footprint.add(coder.tableKind, count: 1, bits: writer.bitCount - start)
    }
    var stream = Footprint()
    if layout.indices == .range {
      places.write(to: &writer, &encoder, &stream)
    } else {
      places.write(to: &writer, &encoder, &footprint)
    }
    if layout.coding == .range {
      try codes.write(count, to: &writer, &encoder, &stream, read: nil)
    } else {
      codeStart = writer.bitCount
      if case .huffman(let code, _) = codes.coder { codeLengths = code.lengths }
      try codes.write(count, to: &writer, &encoder, &footprint, read: payload)
    }
    if !stream.items.isEmpty { footprint.pad() }
    for item in stream.items { footprint.add(item.kind, count: item.count, bits: item.bits) }
    var bytes = writer.finish()
    bytes += encoder.finish()
    let least = shape.count >> 12
    if bytes.count < least { bytes += [UInt8](repeating: 0, count: least - bytes.count) }
    self.bytes = bytes
    footprint.fit(bits: bytes.count * 8)
    self.footprint = footprint
  }

  fileprivate static func forEach(_ stored: Bitmap?, _ count: Int, _ body: (Int) -> Void) {
    if let stored { stored.forEachSet(body) } else { (0..<count).forEach(body) }
  }
}

/// The places on their way into a payload.
private struct Places {
  var coder: SymbolCoder?
  private let stored: Bitmap?
  private let shape: Shape
  private let layout: Layout

  init(_ stored: Bitmap?, _ shape: Shape, _ layout: Layout) {
    (self.stored, self.shape, self.layout) = (stored, shape, layout)
    guard case .relative(let bits) = layout.positions, let stored else { return }
    coder = SymbolCoder(layout.indices, RelativeIndex.counts(stored, bits: bits), bits: bits) {
      RelativeIndex.forEachCode(stored, bits: bits, $0)
    }
  }

  mutating func write(
    to writer: inout BitWriter, _ encoder: inout RangeEncoder, _ footprint: inout Footprint
  ) {
    guard let stored else { return }
    switch layout.positions {
    case .all: break
    case .bitmask where layout.indices == .range:
      MaskModel.encode(stored, columns: RowWidths(shape).columns, to: &encoder)
      footprint.add(.mask, count: stored.count, bits: encoder.bitCount)
    case .bitmask, .rows:
      let start = writer.bitCount
      stored.writePlain(layout.positions, shape, to: &writer)
      footprint.add(
        layout.positions == .rows ? .indices : .mask, count: stored.count,
        bits: writer.bitCount - start)
    case .relative(let bits): writeGaps(stored, bits, &writer, &encoder, &footprint)
    }
  }

  private mutating func writeGaps(
    _ stored: Bitmap, _ bits: Int, _ writer: inout BitWriter, _ encoder: inout RangeEncoder,
    _ footprint: inout Footprint
  ) {
    guard var coder else { return }
    let filler = 1 << bits - 1
    var spent = [0, 0]
    var counts = [0, 0]
    var before = writer.bitCount + encoder.bitCount
    RelativeIndex.forEachCode(stored, bits: bits) { code in
      coder.write(code, to: &writer, &encoder)
      let after = writer.bitCount + encoder.bitCount
      spent[code == filler ? 1 : 0] += after - before
      counts[code == filler ? 1 : 0] += 1
      before = after
    }
    self.coder = coder
    footprint.add(.indices, count: counts[0], bits: spent[0])
    footprint.add(.fillers, count: counts[1], bits: spent[1])
  }
}

/// The codes on their way into a payload.
private struct Codes {
  var coder: SymbolCoder?
  private let grid: Grid?
  private let stored: Bitmap?
  private let total: Int
  /// Of Huffman's code, where symbols are that few.
  private var symbols: ByteSymbols?

  init(_ grid: Grid?, _ stored: Bitmap?, _ total: Int, _ layout: Layout) throws {
    self.grid = grid
    self.stored = stored
    self.total = total
    guard layout.coding != .float32, let grid else { return }
    let bits = grid.format.codeBits
    if layout.coding == .huffman, let bytes = try ByteSymbols(grid, stored) {
      symbols = bytes
      coder = .huffman(HuffmanCode(counts: bytes.counts(1 << bits)), symbolBits: bits)
      return
    }
    var counts = [Int](repeating: 0, count: layout.coding == .packed ? 0 : 1 << bits)
    if layout.coding != .packed { forEachSymbol(grid) { counts[$0] += 1 } }
    coder = SymbolCoder(layout.coding.asIndices, counts, bits: bits) { forEachSymbol(grid, $0) }
  }

  /// Codes counted from the lowest; packed ones as they are.
  private func forEachSymbol(_ grid: Grid, _ body: (Int) -> Void) {
    let lowest = Int(grid.format.codes.lowerBound)
    CodedPayload.forEach(stored, total) { body(Int(grid.codes[$0]) - lowest) }
  }

  mutating func write(
    _ count: Int, to writer: inout BitWriter, _ encoder: inout RangeEncoder,
    _ footprint: inout Footprint, read payload: ArraySlice<UInt8>?
  ) throws {
    guard var coder, let grid else { return }
    let before = writer.bitCount + encoder.bitCount
    if let symbols, case .huffman(let code, _) = coder {
      try symbols.write(code, to: &writer, read: payload)
    } else if case .packed(let width) = coder {
      CodedPayload.forEach(stored, total) {
        writer.write(UInt32(bitPattern: grid.codes[$0]), width: width)
      }
    } else {
      forEachSymbol(grid) { coder.write($0, to: &writer, &encoder) }
    }
    footprint.add(.codes, count: count, bits: writer.bitCount + encoder.bitCount - before)
  }
}

extension Layout.Coding {
  /// The coder of codes, by the names that those of places have.
  var asIndices: Layout.IndexCoding {
    switch self {
    case .float32, .packed: .plain
    case .huffman: .huffman
    case .range: .range
    }
  }
}

extension Bitmap {
  /// The set places as a mask, or as row counts and columns.
  func writePlain(_ positions: Layout.Positions, _ shape: Shape, to writer: inout BitWriter) {
    switch positions {
    case .all, .relative: break
    case .bitmask:
      for (index, word) in words.enumerated() {
        let width = min(64, count - index * 64)
        writer.write(UInt32(truncatingIfNeeded: word), width: min(width, 32))
        writer.write(UInt32(truncatingIfNeeded: word >> 32), width: max(width - 32, 0))
      }
    case .rows:
      let rows = RowWidths(shape)
      var counts = [UInt32](repeating: 0, count: rows.rows)
      forEachSet { counts[$0 / rows.columns] += 1 }
      for count in counts { writer.write(count, width: rows.countWidth) }
      forEachSet { writer.write(UInt32($0 % rows.columns), width: rows.columnWidth) }
    }
  }
}
