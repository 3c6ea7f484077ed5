import Tensors

// The stored form of a tensor is a header and a payload.
//
//   header    form byte · rank · lengths · [grid] · [stored count]      numbers as varints
//   form byte | 7        | 6      | 5 4      | 3     | 2    | 1 0       |
//             | 0        | pruned | rule     | sim.  | grid | positions |
//   grid      see Grid+Header.swift
//   payload   scales of scales · scales (codebook before them) · float values · zero points ·
//             mask, or row counts and columns · codes · padding to a whole byte; fields run
//             lowest bit first, with nothing between them
//
// Floats are little-endian words; they come first so that they lie on whole bytes, and scales of
// fewer than 32 bits follow the float values.

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
      grid.appendHeader(to: &bytes)
    }
    if let stored { bytes.appendVarint(stored.setCount) }
    return bytes
  }

  /// The elements themselves; `footprint` says what each bit is for.
  public func payload() -> [UInt8] {
    var writer = BitWriter()
    writer.reserve(bytes: footprint.bytes)
    grid?.writeWords(to: &writer)
    if layout.coding == .float32 {
      values.withScalars { scalars in
        forEachStored { writer.write(scalars[$0].bitPattern, width: 32) }
      }
    }
    grid?.writeFields(to: &writer)
    writePositions(to: &writer)
    if layout.coding == .packed, let grid {
      let width = grid.format.codeBits
      forEachStored { writer.write(UInt32(bitPattern: grid.codes[$0]), width: width) }
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
