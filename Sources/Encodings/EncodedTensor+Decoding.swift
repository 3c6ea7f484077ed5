import CKernels
import Tensors

extension EncodedTensor {
  /// Reads what `encodedBytes` wrote, and nothing else.
  ///
  /// - Throws: `EncodingError` when the bytes are not such a tensor; nothing is allocated that the
  ///   bytes do not account for.
  public init(decoding bytes: [UInt8]) throws {
    var reader = ByteReader(bytes[...])
    try self.init(from: &reader)
    guard reader.left == 0 else { throw EncodingError.trailing(reader.left) }
  }

  /// Reads one tensor off the front of some bytes.
  ///
  /// - Throws: as `init(decoding:)`.
  package init(from reader: inout ByteReader) throws {
    let header = try TensorHeader(from: &reader)
    let length =
      header.layout.isPlain
      ? StoragePlan.footprint(
        header.layout, header.shape, count: header.storedCount, grid: header.grid
      ).bytes : try reader.count()
    guard StoragePlan.isBounded(header.shape.count, bytes: length) else {
      throw EncodingError.damaged("\(header.shape.count) elements in \(length) bytes")
    }
    self = try header.plain(&reader) ?? header.tensor(reader.bytes(length))
  }
}

/// The header of a stored tensor, checked so that every later size is bounded by bytes present.
struct TensorHeader {
  var layout: Layout
  var isPruned: Bool
  var shape: Shape
  /// The grid without its codes; scales and zero points have their counts already.
  var grid: Grid?
  var storedCount: Int

  init(from reader: inout ByteReader) throws {
    let form = try reader.byte()
    let coderByte = form & 0x80 == 0 ? nil : try reader.byte()
    isPruned = form & 0x40 != 0
    shape = try Self.shape(from: &reader)
    guard form & 4 != 0 || form & 0x38 == 0 else {
      throw EncodingError.damaged("there is no layout \(form)")
    }
    grid = form & 4 == 0 ? nil : try Grid(from: &reader, form: form, shape: shape)
    let isPacked = grid.map { !$0.isSimulated } ?? false
    layout = try Layout(positionsField: form & 3, coderByte: coderByte, isPacked: isPacked)
    storedCount = layout.positions == .all ? shape.count : try reader.varint()
    guard storedCount <= shape.count else {
      throw EncodingError.damaged("\(storedCount) of \(shape.count) elements are stored")
    }
  }

  private static func shape(from reader: inout ByteReader) throws -> Shape {
    let rank = try reader.count()
    guard rank <= 255 else { throw EncodingError.damaged("a tensor of \(rank) axes") }
    let lengths = try (0..<rank).map { _ in try reader.varint() }
    var product = 1
    for length in lengths {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(length, 1))
      guard !overflow, next <= 1 << 40 else {
        throw EncodingError.damaged("a shape of more than 2^40 elements")
      }
      product = next
    }
    return Shape(lengths)
  }

  /// The tensor whose payload this is.
  func tensor(_ payload: ArraySlice<UInt8>) throws -> EncodedTensor {
    var reader = BitReader(payload)
    var grid = grid
    try grid?.readWords(from: &reader)
    if layout.coding == .float32, storedCount > payload.count / 4 {
      throw EncodingError.damaged("\(storedCount) floats in \(payload.count) bytes")
    }
    let floats = layout.coding == .float32 ? reader.floats(storedCount) : []
    grid?.readFields(from: &reader)
    if !layout.isPlain { return try coded(reader, floats, grid) }
    let stored = try positions(&reader)
    let result: EncodedTensor
    if layout.coding == .packed, let grid {
      let (width, isSigned) = (grid.format.codeBits, grid.format.integers?.isSigned ?? false)
      if stored == nil, let codes = try packedBytes(&reader, grid) {
        result = try onGrid(grid, codes)
      } else {
        result = try onGrid(grid, stored) { reader.code(width, isSigned: isSigned) }
      }
    } else {
      result = try floating(floats, stored, grid)
    }
    guard reader.restIsZero else { throw EncodingError.damaged("the padding is not empty") }
    try check(result)
    return result
  }

  /// Refuses a tensor whose mask is not what the header says.
  ///
  /// It returns nothing on purpose. A throwing function that ends by returning a struct of this
  /// size ends in a tail call of memcpy, and Swift 6.3.1 does not clear the register of thrown
  /// errors before it when optimising: the caller took a count for an error.
  ///
  /// - Throws: `EncodingError.damaged`.
  func check(_ result: EncodedTensor) throws {
    guard result.stored?.setCount ?? shape.count == storedCount, isPruned == (result.kept != nil)
    else { throw EncodingError.damaged("the mask does not fit the values") }
  }

  func positions(_ reader: inout BitReader) throws -> Bitmap? {
    let stored: Bitmap
    switch layout.positions {
    case .all, .relative: return nil
    case .bitmask: stored = Bitmap(count: shape.count) { _ in reader.read(width: 1) == 1 }
    case .rows: stored = try rows(&reader)
    }
    guard stored.setCount == storedCount else {
      throw EncodingError.damaged("\(stored.setCount) places for \(storedCount) elements")
    }
    return stored
  }

  private func rows(_ reader: inout BitReader) throws -> Bitmap {
    let widths = RowWidths(shape)
    let counts = (0..<widths.rows).map { _ in Int(reader.read(width: widths.countWidth)) }
    guard counts.reduce(0, +) == storedCount else {
      throw EncodingError.damaged("the rows do not hold \(storedCount) elements")
    }
    var stored = Bitmap(repeating: false, count: shape.count)
    for (row, count) in counts.enumerated() {
      var last = -1
      for _ in 0..<count {
        let column = Int(reader.read(width: widths.columnWidth))
        guard column > last, column < widths.columns else {
          throw EncodingError.damaged("the columns of row \(row) are out of order")
        }
        stored[row * widths.columns + column] = true
        last = column
      }
    }
    return stored
  }

  /// All floats, read to where they stay; `nil` for any other layout.
  func plain(_ reader: inout ByteReader) throws -> EncodedTensor? {
    guard layout == Layout(.all, .float32), grid == nil, UInt32(1).littleEndian == 1 else {
      return nil
    }
    let values = try Tensor(unsafeUninitialized: shape) {
      try reader.read(into: UnsafeMutableRawBufferPointer($0))
    }
    let kept =
      isPruned ? Bitmap(count: shape.count, words: values.filledBits) : nil
    let result = try EncodedTensor(values, kept: kept, layout: layout)
    try check(result)
    return result
  }

  /// Codes of 4 or 8 bits as whole bytes; `nil` where they are read one by one.
  private func packedBytes(_ reader: inout BitReader, _ grid: Grid) throws -> CodeArray? {
    let width = grid.format.codeBits
    var ahead = reader
    guard width == 8 || width == 4 && shape.count % 2 == 0,
      let bytes = ahead.wholeBytes(shape.count * width / 8),
      let codes = try CodeArray(
        packed: bytes, bits: width, count: shape.count, range: grid.format.codes)
    else { return nil }
    reader = ahead
    return codes
  }

  /// - Parameters:
  ///   - codes: one for each element.
  ///   - payload: what it was read from, where a coder wrote it.
  func onGrid(
    _ grid: Grid, _ codes: CodeArray, payload: ArraySlice<UInt8>? = nil
  ) throws -> EncodedTensor {
    var grid = grid
    grid.codes = codes
    let kept = isPruned ? grid.nonZeros(shape) : nil
    guard let payload else {
      return try EncodedTensor(shape, grid: grid, kept: kept, layout: layout)
    }
    return try EncodedTensor(shape, grid: grid, kept: kept, layout: layout, payload: payload)
  }

  /// - Parameters:
  ///   - payload: what it was read from, where a coder wrote it.
  ///   - next: the next stored code.
  func onGrid(
    _ grid: Grid, _ stored: Bitmap?, payload: ArraySlice<UInt8>? = nil,
    _ next: () throws -> Int32
  ) throws -> EncodedTensor {
    let parts = try Parts(grid.partition, of: shape)
    var grid = grid
    let lowest = grid.format.codes.lowerBound
    grid.codes = try CodeArray(count: shape.count, range: grid.format.codes) { start, codes in
      for place in codes.indices {
        let index = start + place
        codes[place] =
          if let stored, !stored[index] {
            grid.zeroCode(part: parts(index)) ?? lowest
          } else {
            try next()
          }
      }
    }
    // Zeros left out where nothing is pruned are told by the code of 0; else they are pruned.
    guard stored?.isFull ?? true || isPruned || grid.format.zeroCode != nil else {
      throw EncodingError.damaged("elements are left out, and no code stands for 0")
    }
    let kept = isPruned ? stored ?? grid.nonZeros(shape) : nil
    guard let payload else {
      return try EncodedTensor(shape, grid: grid, kept: kept, layout: layout)
    }
    return try EncodedTensor(shape, grid: grid, kept: kept, layout: layout, payload: payload)
  }

  func floating(_ floats: [Float], _ stored: Bitmap?, _ grid: Grid?) throws -> EncodedTensor {
    let values = try Tensor(unsafeUninitialized: shape) { target in
      guard let stored else {
        _ = target.update(fromContentsOf: floats)
        return
      }
      target.update(repeating: 0)
      var next = 0
      stored.forEachSet {
        target[$0] = floats[next]
        next += 1
      }
    }
    let kept =
      isPruned
      ? stored ?? Bitmap(count: shape.count) { floats[$0].bitPattern != 0 } : nil
    guard var grid else { return try EncodedTensor(values, kept: kept, layout: layout) }
    let parts = try Parts(grid.partition, of: shape)
    let hasZero = grid.format.zeroCode != nil
    let lowest = grid.format.codes.lowerBound
    grid.codes = try values.withScalars { scalars in
      try CodeArray(count: scalars.count, range: grid.format.codes) { start, codes in
        for place in codes.indices {
          let index = start + place
          let isCleared = !hasZero && kept?[index] == false
          codes[place] =
            isCleared ? lowest : try grid.code(of: scalars[index], part: parts(index))
        }
      }
    }
    return try EncodedTensor(shape, grid: grid, kept: kept, layout: layout)
  }
}
