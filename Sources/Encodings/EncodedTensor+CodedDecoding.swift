import Tensors

extension TensorHeader {
  /// Tables, places and codes as `CodedPayload` writes them.
  ///
  /// Of damaged bytes it may make another tensor of the promised shape; it never takes longer than
  /// an intact one, since every count is known before.
  func coded(_ reader: BitReader, _ floats: [Float], _ grid: Grid?) throws -> EncodedTensor {
    var bits = reader
    var places: SymbolReader?
    if case .relative(let width) = layout.positions {
      places = try SymbolReader(layout.indices, bits: width, from: &bits)
    }
    var codes: SymbolReader?
    if layout.coding != .float32, let grid {
      codes = try SymbolReader(layout.coding.asIndices, bits: grid.format.codeBits, from: &bits)
    }
    // Bits first, places before codes; then the stream, places before codes.
    var stream = RangeDecoder([])
    var stored =
      layout.indices == .range ? nil : try readPlaces(&places, &bits, &stream)
    var symbols = layout.coding == .range ? [] : try readCodes(&codes, grid, &bits, &stream)
    guard bits.paddingIsZero, !bits.isPastEnd else {
      throw EncodingError.damaged("the padding is not empty")
    }
    if layout.indices == .range || layout.coding == .range {
      stream = RangeDecoder(bits.rest)
    } else if !bits.restIsZero {
      throw EncodingError.damaged("the padding is not empty")
    }
    if layout.indices == .range { stored = try readPlaces(&places, &bits, &stream) }
    if layout.coding == .range { symbols = try readCodes(&codes, grid, &bits, &stream) }
    guard let grid, layout.coding != .float32 else {
      let result = try floating(floats, stored, grid)
      try check(result)
      return result
    }
    let payload = reader.all
    guard stored != nil || symbols.count != shape.count else {
      let result = try onGrid(grid, symbols, payload: payload)
      try check(result)
      return result
    }
    var next = symbols.makeIterator()
    let result = try onGrid(grid, stored, payload: payload) {
      next.next() ?? grid.format.codes.lowerBound
    }
    try check(result)
    return result
  }

  private func readPlaces(
    _ reader: inout SymbolReader?, _ bits: inout BitReader, _ stream: inout RangeDecoder
  ) throws -> Bitmap? {
    let stored: Bitmap?
    switch layout.positions {
    case .relative(let width):
      stored = try RelativeIndex.places(storedCount, of: shape.count, bits: width) {
        reader?.read(&bits, &stream)
      }
    case .bitmask where layout.indices == .range:
      stored = MaskModel.decode(shape.count, columns: RowWidths(shape).columns, &stream)
    case .all, .bitmask, .rows: return try positions(&bits)
    }
    guard stored?.setCount == storedCount else {
      throw EncodingError.damaged("the places are not those of \(storedCount) elements")
    }
    return stored
  }

  /// The stored codes in order.
  private func readCodes(
    _ reader: inout SymbolReader?, _ grid: Grid?, _ bits: inout BitReader,
    _ stream: inout RangeDecoder
  ) throws -> CodeArray {
    guard var codes = reader, let grid else { return [] }
    reader = nil
    let lowest = grid.format.codes.lowerBound
    let width = grid.format.codeBits
    let isSigned = grid.format.integers?.isSigned ?? false
    if case .huffman(_, let lengths) = codes, width <= 8, lengths.contains(where: { $0 > 0 }) {
      let padding = [Int](repeating: 0, count: 256 - lengths.count)
      return CodeArray(
        try bits.symbols(storedCount, lengths: (lengths + padding).map { UInt8($0) }),
        range: grid.format.codes)
    }
    return try CodeArray(count: storedCount, range: grid.format.codes) { _, piece in
      for place in piece.indices {
        if layout.coding == .packed {
          piece[place] = bits.code(width, isSigned: isSigned)
          continue
        }
        guard let symbol = codes.read(&bits, &stream) else {
          throw EncodingError.damaged("bits that are no code")
        }
        piece[place] = lowest + Int32(symbol)
      }
    }
  }
}
