import Tensors

// The stored form of a tensor is a header and a payload.
//
//   header    form byte · rank · lengths · [grid] · [stored count]      numbers as varints
//   form byte | 7        | 6      | 5 4      | 3     | 2    | 1 0       |
//             | 0        | pruned | rule     | sim.  | grid | positions |
//   grid      format byte (bits − 1, with 0x10 when signed) · axis + 1, or 0
//   payload   scales · float values · zero points · mask, or row counts and columns · codes ·
//             padding to a whole byte; fields run lowest bit first, with nothing between them
//
// Floats are little-endian words; scales and values come first so that they lie on whole bytes.

extension EncodedTensor {
  /// Header and payload, as a container stores them; byte for byte the same for equal tensors.
  public func encodedBytes() -> [UInt8] { header() + payload() }

  /// What is needed to read the payload: shape, layout, format, axis.
  public func header() -> [UInt8] {
    var form = layout.positions.rawValue
    if let grid {
      form |= 4 | (grid.isSimulated ? 8 : 0) | grid.rule.rawValue << 4
    }
    if kept != nil { form |= 0x40 }
    var bytes: [UInt8] = [form]
    bytes.appendVarint(shape.rank)
    for length in shape.dimensions { bytes.appendVarint(length) }
    if let grid {
      bytes.append(UInt8(grid.format.bits - 1) | (grid.format.isSigned ? 0x10 : 0))
      bytes.appendVarint(grid.axis.map { $0 + 1 } ?? 0)
      if grid.rule == .symmetric { bytes.append(grid.storesZeroPoints ? 1 : 0) }
    }
    if let stored { bytes.appendVarint(stored.setCount) }
    return bytes
  }

  /// The elements themselves; `footprint` says what each bit is for.
  public func payload() -> [UInt8] {
    var writer = BitWriter()
    writer.reserve(bytes: footprint.bytes)
    for scale in grid?.scales ?? [] { writer.write(scale.bitPattern, width: 32) }
    if layout.coding == .float32 {
      values.withScalars { scalars in
        forEachStored { writer.write(scalars[$0].bitPattern, width: 32) }
      }
    }
    if let grid, grid.storesZeroPoints {
      for zero in grid.zeroPoints {
        writer.write(UInt32(bitPattern: zero), width: grid.format.bits)
      }
    }
    writePositions(to: &writer)
    if layout.coding == .packed, let grid {
      forEachStored { writer.write(UInt32(bitPattern: grid.codes[$0]), width: grid.format.bits) }
    }
    return writer.finish()
  }

  private func forEachStored(_ body: (Int) -> Void) {
    if let stored { stored.forEachSet(body) } else { (0..<count).forEach(body) }
  }

  private func writePositions(to writer: inout BitWriter) {
    guard let stored else { return }
    switch layout.positions {
    case .all: break
    case .bitmask:
      for (index, word) in stored.words.enumerated() {
        let width = min(64, count - index * 64)
        writer.write(UInt32(truncatingIfNeeded: word), width: min(width, 32))
        writer.write(UInt32(truncatingIfNeeded: word >> 32), width: max(width - 32, 0))
      }
    case .rows:
      let rows = RowWidths(shape)
      var counts = [UInt32](repeating: 0, count: rows.rows)
      stored.forEachSet { counts[$0 / rows.columns] += 1 }
      for count in counts { writer.write(count, width: rows.countWidth) }
      stored.forEachSet { writer.write(UInt32($0 % rows.columns), width: rows.columnWidth) }
    }
  }
}
